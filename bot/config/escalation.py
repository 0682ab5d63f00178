"""The escalation part of the configuration: ladders and pagers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.config import values
from bot.config.yaml_entry import Entry
from bot.domain.escalation.ladder import LADDERS, Ladder, Need, Rung
from bot.domain.recipient import ON_CALL, Named, PagerKind, pager_kind, parse_recipient
from bot.domain.vocabulary import Severity

_AFTER = re.compile(r"(?:(\d{1,3})h)?(?:(\d{1,4})m)?")
PAGER_FIELDS = ("key", "url", "secret")
RUNG_FIELDS = ("after", "unless", "who")


@dataclass(frozen=True, kw_only=True)
class Pager:
    """The credentials and address of one pager."""

    #: PagerDuty's routing key or Opsgenie's API key. A webhook needs none.
    key: str = field(default="", repr=False)
    #: Replaces the vendor's address, without a slash at the end. A webhook needs one.
    url: str = ""
    #: Verifies acknowledgements, and signs the pages of a webhook.
    secret: str = field(default="", repr=False)


def pagers(entry: Entry) -> Mapping[str, Pager]:
    """Return the pagers by full name, such as `pagerduty:auth`."""
    return {name: _pager(name, value) for name, value in entry.entries().items()}


def _pager(name: str, entry: Entry) -> Pager:
    given = entry.fields(PAGER_FIELDS)
    match pager_kind(name):
        case None:
            kinds = ", ".join(PagerKind)
            entry.wrong(f"{name!r} is not a pager — use a name like pagerduty:auth; kinds: {kinds}")
        case PagerKind.WEBHOOK:
            if not (given["url"].given and given["secret"].given):
                entry.wrong("a webhook needs a url, and a secret to sign its pages with")
        case PagerKind.PAGERDUTY | PagerKind.OPSGENIE:
            if not given["key"].given:
                entry.wrong('the key is missing — write it like key: "env:PAGER_KEY"')
    return Pager(
        key=values.secret(given["key"]),
        url=values.safe_url(given["url"], "secrets"),
        secret=values.secret(given["secret"]),
    )


def ladders(entry: Entry) -> Mapping[Severity, Ladder]:
    """Return each severity's ladder: the configured one or the default."""
    found = dict(LADDERS)
    for name, ladder in entry.entries().items():
        if name in set(Severity):
            found[Severity(name)] = tuple(_rung(rung) for rung in ladder.items())
        else:
            ladder.wrong(f"there is no severity {name!r} — use one of {', '.join(Severity)}")
    return found


def _rung(entry: Entry) -> Rung:
    given = entry.fields(RUNG_FIELDS)
    if not given["unless"].given:
        given["unless"].wrong(f"is missing — use one of {', '.join(Need)}")
    who = given["who"].texts()
    for recipient in who:
        if isinstance(parse_recipient(recipient), Named):
            given["who"].wrong(
                f"{recipient!r} cannot be escalated to — use a member ID (U…), a user group's ID (S…), "
                f"#channel, {ON_CALL}, or a pager listed under pagers, such as pagerduty:auth"
            )
    return Rung(
        after_minutes=_minutes(given["after"]), unless=given["unless"].choice(Need, Need.RELIEF), who=who
    )


def check_pagers(ladder_entries: Entry, pager_entries: Entry) -> None:
    """Report every pager in a ladder that is not configured."""
    names = pager_entries.entries()
    for ladder in ladder_entries.entries().values():
        for rung in ladder.items():
            for who in rung.fields(RUNG_FIELDS)["who"].items():
                if pager_kind(name := who.text()) and name not in names:
                    who.wrong(f"the pager {name!r} is not listed under pagers — add it there")


def _minutes(entry: Entry) -> float:
    """Return the minutes of a duration like `5m` or `1h30m`."""
    text = entry.written() or entry.needed()
    found = _AFTER.fullmatch(text)
    minutes = int(found[1] or 0) * 60 + int(found[2] or 0) if found else 0
    if text and not minutes:
        like = f"{text}m," if _AFTER.fullmatch(f"{text}m") and text.strip("0") else "it like 5m,"
        entry.wrong(f"{text!r} is not a duration — write {like} 1h or 1h30m")
    return minutes
