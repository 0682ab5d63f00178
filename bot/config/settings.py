"""firstcheck.yaml and the environment → frozen Settings; reports every mistake at once, with its place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from bot.config import escalation, values
from bot.config.yaml_entry import ConfigMistakes, Entry, Fields, Mistake
from bot.config.yaml_reader import read
from bot.domain.alerts.routing import SEVERITY_WORDS, Rule
from bot.domain.escalation.ladder import LADDERS, Ladder
from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import Role, Severity

__all__ = ["AlertSecret", "ConfigMistakes", "Mistake", "Service", "Settings", "load"]

DEFAULT_FILE = Path("firstcheck.yaml")
ENVIRONMENT = "environment"
#: Secrets come from the environment only, so that firstcheck.yaml can be shown to anyone.
SECRETS = {
    "slack_bot_token": "SLACK_BOT_TOKEN",
    "slack_signing_secret": "SLACK_SIGNING_SECRET",
    "slack_app_token": "SLACK_APP_TOKEN",
}
#: What may stand in firstcheck.yaml and, under another name, in the environment, which wins.
EITHER = {
    "database": "FIRSTCHECK_DATABASE",
    "digest_channel": "FIRSTCHECK_DIGEST_CHANNEL",
    "log_json": "FIRSTCHECK_LOG_JSON",
    "slack_api_url": "SLACK_API_URL",
    "host": "HOST",
    "port": "PORT",
}
#: What people write into the file although it belongs into the environment → what is said of it. Secrets
#: are refused because the file gets committed and shown.
ELSEWHERE = {
    **{
        name: f"a secret does not belong in this file — set {variable} in the environment"
        for secret, variable in SECRETS.items()
        for name in (secret, variable)
    },
    **{
        variable: f"is a variable of the environment — set it there, or write {name} here"
        for name, variable in EITHER.items()
    },
    "FIRSTCHECK_CONFIG": "is a variable of the environment — set it there",
}
FILE_ONLY = (
    *("ladders", "pagers"),
    *("routes", "default_severity", "default_invite", "services", "alerts", "allowed_hosts"),
    *("allowed_networks", "allowed_paths", "commands", "known_good"),
    *("runbooks", "review_days", "templates", "postmortems", "command", "severities", "roles"),
)


@dataclass(frozen=True, kw_only=True)
class Service:
    """What is known of one service: who owns it, who comes, which runbook, and its links by name."""

    owner: str = ""
    invite: tuple[str, ...] = ()
    runbook: str = ""
    links: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class AlertSecret:
    """How one alert source proves itself: a bearer token, user and password, or a signing secret."""

    bearer: str = field(default="", repr=False)
    user: str = ""
    password: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)


def shipped(folder: str) -> Path:
    """Return `folder` as it ships: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "shipped" / folder
    return installed if installed.is_dir() else package.parent / folder


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything a person may configure; the defaults work with nothing set. Secrets are not in its repr."""

    database: str = field(default="sqlite:///firstcheck.db", repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    slack_bot_token: str = field(default="", repr=False)
    slack_signing_secret: str = field(default="", repr=False)
    slack_app_token: str = field(default="", repr=False)
    #: Always ends with a slash.
    slack_api_url: str = "https://slack.com/api/"
    #: A channel's id or name, without the #; empty is no digest.
    digest_channel: str = ""
    rules: tuple[Rule, ...] = ()
    #: What monitors call severities, in small letters.
    severities: Mapping[str, Severity] = field(default_factory=lambda: SEVERITY_WORDS)
    #: What a person may be in an incident; there is always a commander.
    roles: tuple[str, ...] = tuple(Role)
    default_severity: Severity = Severity.SEV3
    #: Who comes to every incident.
    default_invite: tuple[str, ...] = ()
    services: Mapping[str, Service] = field(default_factory=dict)
    #: Who is called in when nothing moves.
    ladders: Mapping[Severity, Ladder] = field(default_factory=lambda: LADDERS)
    #: How each pager is reached, by its whole name, such as `pagerduty:auth`.
    pagers: Mapping[str, escalation.Pager] = field(default_factory=dict)
    #: How each source of alerts proves itself, by its name.
    alerts: Mapping[str, AlertSecret] = field(default_factory=dict)
    #: `host` or `host:port` that probes may reach; nothing else, not even loopback.
    allowed_hosts: tuple[str, ...] = ()
    #: Private networks (`10.0.0.0/8`) that the names among them may lead to.
    allowed_networks: tuple[str, ...] = ()
    #: Files and folders that probes may read; relative ones begin at `folder`, where firstcheck.yaml lies.
    allowed_paths: tuple[Path, ...] = ()
    folder: Path = field(default=Path(), compare=False)
    #: The only commands that probes may run, word for word.
    commands: tuple[tuple[str, ...], ...] = ()
    #: Where probes find the last known good settings.
    known_good: Path = Path("known-good")
    runbooks: Path = field(default_factory=lambda: shipped("runbooks"))
    #: A runbook that nobody reviewed for longer says so.
    review_days: int = 180
    templates: Path = field(default_factory=lambda: shipped("templates"))
    postmortems: Path = Path("postmortems")
    log_json: bool = False
    command: str = "/incident"

    def on_call(self, incident: Incident) -> tuple[str, ...]:
        """Return whom `oncall` stands for: those whom the runbook and the service name, each once."""
        service = self.services.get(incident.service)
        return tuple(
            dict.fromkeys((*incident.investigation.runbook_escalation, *(service.invite if service else ())))
        )


def load(environ: Mapping[str, str], path: Path | None = None, *, secrets: bool = True) -> Settings:
    """Return the settings in `environ` and in the file: `path`, else FIRSTCHECK_CONFIG, else firstcheck.yaml.

    Raises ConfigMistakes with every mistake; a file that was named must exist, the default one need not.
    Without `secrets` those that are missing or wrong are none: who types may not have what the server has.
    """
    settings, mistakes = inspect(environ, path)
    if mistakes := [mistake for mistake in mistakes if secrets or not mistake.secret]:
        raise ConfigMistakes(mistakes)
    return settings


def inspect(environ: Mapping[str, str], path: Path | None = None) -> tuple[Settings, list[Mistake]]:
    """Return what `load` would, with defaults for what is wrong, and every mistake by its place."""
    mistakes: list[Mistake] = []
    named = path or (Path(environ["FIRSTCHECK_CONFIG"]) if environ.get("FIRSTCHECK_CONFIG") else None)
    file = named or DEFAULT_FILE
    absent = Entry(file=str(file), mistakes=mistakes)
    document = read(file, mistakes) if named or file.exists() else absent
    if document is None:
        return Settings(), mistakes
    given = _over(document.fields((*EITHER, *FILE_ONLY), ELSEWHERE), environ)
    settings = _settings(given, environ, file.parent)
    return settings, sorted(mistakes, key=lambda mistake: (mistake.line, mistake.column))


def _over(given: Fields, environ: Mapping[str, str]) -> Fields:
    """Lay what the environment says over what the file says; an empty variable is one that is not set."""
    said = {
        name: _from_environment(environ, variable, given.of.mistakes)
        for name, variable in {**EITHER, **SECRETS}.items()
        if environ.get(variable, "").strip()
    }
    return Fields(given.of, {**given.entries, **said})


def _from_environment(environ: Mapping[str, str], name: str, mistakes: list[Mistake]) -> Entry:
    node = yaml.ScalarNode("tag:yaml.org,2002:str", environ[name])
    return Entry(file=ENVIRONMENT, mistakes=mistakes, field=name, node=node)


def _settings(given: Fields, environ: Mapping[str, str], folder: Path) -> Settings:
    usual = Settings()
    _check_slack(given)
    runbooks = values.folder(given["runbooks"], folder, usual.runbooks)
    return Settings(
        database=values.database(given["database"], usual.database),
        host=given["host"].text(usual.host),
        port=int(given["port"].number(usual.port, most=65535)),
        slack_bot_token=values.token(given["slack_bot_token"], "xoxb-"),
        slack_signing_secret=values.token(given["slack_signing_secret"], ""),
        slack_app_token=values.token(given["slack_app_token"], "xapp-"),
        slack_api_url=values.api_url(given["slack_api_url"], usual.slack_api_url),
        digest_channel=given["digest_channel"].text().removeprefix("#"),
        rules=tuple(_rule(entry) for entry in given["routes"].items()),
        severities={**SEVERITY_WORDS, **_severities(given["severities"], usual.default_severity)},
        roles=values.roles(given["roles"], usual.roles),
        default_severity=given["default_severity"].choice(Severity, usual.default_severity),
        default_invite=values.people(given["default_invite"]),
        services={name: _service(entry, runbooks) for name, entry in given["services"].entries().items()},
        ladders=escalation.parse_ladders(given["ladders"], given["pagers"].entries()),
        pagers=escalation.parse_pagers(given["pagers"], environ),
        alerts={name: _alerts(entry, environ) for name, entry in given["alerts"].entries().items()},
        allowed_hosts=tuple(host for entry in given["allowed_hosts"].items() if (host := values.host(entry))),
        allowed_networks=tuple(values.network(entry) for entry in given["allowed_networks"].items()),
        allowed_paths=tuple(Path(word) for word in given["allowed_paths"].texts()),
        folder=folder,
        commands=tuple(values.argv(entry) for entry in given["commands"].items()),
        known_good=Path(given["known_good"].text(str(usual.known_good))),
        runbooks=runbooks,
        review_days=int(given["review_days"].number(usual.review_days, least=1)),
        templates=values.folder(given["templates"], folder, usual.templates),
        postmortems=values.new_folder(given["postmortems"], folder, usual.postmortems),
        log_json=given["log_json"].flag(default=usual.log_json),
        command=values.command(given["command"], usual.command),
    )


def _severities(entry: Entry, usual: Severity) -> Mapping[str, Severity]:
    return {word.lower(): value.choice(Severity, usual) for word, value in entry.entries().items()}


def _check_slack(given: Fields) -> None:
    """A bot that can speak must also be able to listen."""
    if given["slack_bot_token"].given and not (
        given["slack_app_token"].given or given["slack_signing_secret"].given
    ):
        given["slack_bot_token"].wrong(
            "is set, but nothing says how Slack reaches us — set SLACK_APP_TOKEN (Socket Mode) "
            "or SLACK_SIGNING_SECRET (HTTP) as well",
            secret=True,
        )


def _rule(entry: Entry) -> Rule:
    given = entry.fields(("match", "service", "severity", "invite"))
    return Rule(
        match=values.texts(given["match"]),
        service=given["service"].text(),
        severity=given["severity"].choice(Severity, Severity.SEV3) if given["severity"].given else None,
        invite=values.people(given["invite"]),
    )


def _service(entry: Entry, runbooks: Path) -> Service:
    given = entry.fields(("owner", "invite", "runbook", "links"))
    return Service(
        owner=given["owner"].text(),
        invite=values.people(given["invite"]),
        runbook=values.runbook(given["runbook"], runbooks),
        links={name: values.url(link) for name, link in given["links"].entries().items()},
    )


def _alerts(entry: Entry, environ: Mapping[str, str]) -> AlertSecret:
    given = entry.fields(("bearer", "basic", "secret"))
    basic = given["basic"].fields(("user", "password"))
    secret = AlertSecret(
        bearer=values.secret(given["bearer"], environ),
        user=values.secret(basic["user"], environ),
        password=values.secret(basic["password"], environ),
        secret=values.secret(given["secret"], environ),
    )
    if given["basic"].given and not (basic["user"].given and basic["password"].given):
        given["basic"].wrong("one half is missing — give both user and password")
    if not (given["bearer"].given or given["basic"].given or given["secret"].given):
        entry.wrong("says no secret — give bearer, basic or secret, or remove the source")
    return secret
