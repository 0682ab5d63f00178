"""The monitoring part of the configuration: routing rules, services, and sources of alerts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.config import values
from bot.config.yaml_entry import Entry
from bot.domain.alerts.routing import SEVERITY_WORDS, Rule, normalized
from bot.domain.vocabulary import Severity


@dataclass(frozen=True, kw_only=True)
class Service:
    """One service: its owner, the people to invite, its runbook, and its links by name."""

    owner: str = ""
    invite: tuple[str, ...] = ()
    runbook: str = ""
    links: Mapping[str, str] = field(default_factory=dict)


#: The key under `alerts` that opens sources without a secret, and its only value.
OPEN, LOOPBACK = "open", "loopback"


@dataclass(frozen=True, kw_only=True)
class AlertSecret:
    """How a source of alerts authenticates: a bearer token, user and password, or a signing secret."""

    bearer: str = field(default="", repr=False)
    user: str = ""
    password: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    #: Whether programs on this machine may post without any of these.
    loopback: bool = False


#: The entry of `alerts` that lets programs on this machine post to every source without a secret.
OPEN_TO_LOOPBACK = {OPEN: AlertSecret(loopback=True)}


def severities(entry: Entry) -> Mapping[str, Severity]:
    """Return our severity for each severity word of a monitoring system, with the usual words added."""
    own = {normalized(word): severity(value) for word, value in entry.entries().items()}
    return {**SEVERITY_WORDS, **own}


def severity(entry: Entry) -> Severity:
    """Return the severity. For a monitoring system's word, report a mistake that suggests ours."""
    word = entry.written()
    ours = SEVERITY_WORDS.get(normalized(word))
    if ours and word != ours:
        entry.wrong(f"{word!r} is not valid (did you mean '{ours}'?) — use one of {', '.join(Severity)}")
        return ours
    return entry.choice(Severity, Severity.SEV3)


def rule(entry: Entry) -> Rule:
    """Return one routing rule."""
    given = entry.fields(("match", "service", "severity", "invite", "ignore"))
    return Rule(
        match=values.texts(given["match"]),
        service=given["service"].text(),
        severity=severity(given["severity"]) if given["severity"].given else None,
        invite=values.people(given["invite"]),
        ignore=given["ignore"].flag(),
    )


def services(entry: Entry) -> Mapping[str, Service]:
    """Return the services by name."""
    return {name: _service(value) for name, value in entry.entries().items()}


def _service(entry: Entry) -> Service:
    given = entry.fields(("owner", "invite", "runbook", "links"))
    return Service(
        owner=given["owner"].text(),
        invite=values.people(given["invite"]),
        runbook=given["runbook"].text(),
        links={name: values.url(link) for name, link in given["links"].entries().items()},
    )


def check_runbooks(entry: Entry, folder: Path) -> None:
    """Report services whose runbook is not in `folder`. Their incidents would silently get another one."""
    for service in entry.entries().values():
        if runbook := service.entries().get("runbook"):
            values.check_runbook(runbook, folder)


def alert_secrets(entry: Entry) -> Mapping[str, AlertSecret]:
    """Return how each source of alerts authenticates, by its name, and OPEN_TO_LOOPBACK if that is set."""
    entries = dict(entry.entries())
    is_open = entries.pop(OPEN, None)
    secrets = {name: _alert_secret(value) for name, value in entries.items()}
    if is_open is None or not is_open.given:
        return secrets
    if is_open.written() != LOOPBACK:
        is_open.wrong("must be loopback, which lets programs on this machine post without a secret")
        return secrets
    return {**secrets, **OPEN_TO_LOOPBACK}


def _alert_secret(entry: Entry) -> AlertSecret:
    given = entry.fields(("bearer", "basic", "secret"))
    basic = given["basic"].fields(("user", "password"))
    if given["basic"].given and not (basic["user"].given and basic["password"].given):
        given["basic"].wrong("needs both user and password")
    if not (given["bearer"].given or given["basic"].given or given["secret"].given):
        entry.wrong("has no secret — add bearer, basic or secret, or remove the source")
    return AlertSecret(
        bearer=values.secret(given["bearer"]),
        user=values.secret(basic["user"]),
        password=values.secret(basic["password"]),
        secret=values.secret(given["secret"]),
    )
