"""Reads the settings from firstcheck.yaml and the environment, and reports all mistakes in them at once."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

from bot.config import escalation, monitoring, values
from bot.config.monitoring import AlertSecret, Service
from bot.config.yaml_entry import ConfigMistakes, Entry, Fields, Mistake
from bot.config.yaml_reader import read
from bot.domain.alerts.routing import SEVERITY_WORDS, Rule
from bot.domain.escalation.ladder import LADDERS, Ladder
from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import Role, Severity

__all__ = ["AlertSecret", "ConfigMistakes", "Mistake", "Service", "Settings", "load"]

DEFAULT_FILE = Path("firstcheck.yaml")
ENVIRONMENT = "environment"


def shipped(folder: str) -> Path:
    """Return a folder that ships with Firstcheck: in the installed package, or beside it in a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "shipped" / folder
    return installed if installed.is_dir() else package.parent / folder


def setting(
    read: Callable[[Entry], Any],
    default: Any = MISSING,
    *,
    factory: Any = MISSING,
    key: str = "",
    variable: str = "",
    secret: bool = False,
    show: bool = True,
) -> Any:
    """Return the dataclass field of a setting that `read` reads.

    `key` is its name in firstcheck.yaml (default: the field's name). `variable` is the environment variable
    that overrides the file. A `secret` comes from the environment only, so that the file can be shown.
    """
    metadata = {"read": read, "key": key, "variable": variable, "secret": secret}
    return field(default=default, default_factory=factory, repr=show and not secret, metadata=metadata)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that can be configured. The defaults work with nothing set. Secrets are not in the repr."""

    database: str = setting(
        values.database, "sqlite:///firstcheck.db", variable="FIRSTCHECK_DATABASE", show=False
    )
    host: str = setting(Entry.text, "127.0.0.1", variable="HOST")
    port: int = setting(values.port, 8000, variable="PORT")
    slack_bot_token: str = setting(values.bot_token, "", variable="SLACK_BOT_TOKEN", secret=True)
    slack_signing_secret: str = setting(
        values.signing_secret, "", variable="SLACK_SIGNING_SECRET", secret=True
    )
    slack_app_token: str = setting(values.app_token, "", variable="SLACK_APP_TOKEN", secret=True)
    #: Ends with a slash.
    slack_api_url: str = setting(values.api_url, "https://slack.com/api/", variable="SLACK_API_URL")
    #: The ID or name of a channel, without #. If empty, no digest is posted.
    digest_channel: str = setting(values.channel, "", variable="FIRSTCHECK_DIGEST_CHANNEL")
    #: The IDs or names of more channels that get every status update.
    update_channels: tuple[str, ...] = setting(values.each(values.channel), ())
    rules: tuple[Rule, ...] = setting(values.each(monitoring.rule), (), key="routes")
    #: Our severity for each severity word of a monitoring system. The words are in lowercase.
    severities: Mapping[str, Severity] = setting(monitoring.severities, factory=lambda: SEVERITY_WORDS)
    #: The roles people can have in an incident. There is always a commander.
    roles: tuple[str, ...] = setting(values.roles, tuple(Role))
    default_severity: Severity = setting(monitoring.severity, Severity.SEV3)
    #: The people to invite to every incident.
    default_invite: tuple[str, ...] = setting(values.people, ())
    services: Mapping[str, Service] = setting(monitoring.services, factory=dict)
    #: The escalation ladder of each severity.
    ladders: Mapping[Severity, Ladder] = setting(escalation.ladders, factory=lambda: LADDERS)
    #: How each pager is reached, by its full name, such as `pagerduty:auth`.
    pagers: Mapping[str, escalation.Pager] = setting(escalation.pagers, factory=dict)
    #: How each source of alerts authenticates, by its name.
    alerts: Mapping[str, AlertSecret] = setting(monitoring.alert_secrets, factory=dict)
    #: The hosts probes may contact, as `host` or `host:port`. No other host is allowed, not even loopback.
    allowed_hosts: tuple[str, ...] = setting(values.each(values.host), ())
    #: The private networks (`10.0.0.0/8`) to which these names may resolve.
    allowed_networks: tuple[str, ...] = setting(values.each(values.network), ())
    #: The files and folders that probes may read. Relative paths start at `folder`.
    allowed_paths: tuple[Path, ...] = setting(values.paths, ())
    #: The only commands that probes may run, matched exactly.
    commands: tuple[tuple[str, ...], ...] = setting(values.each(values.argv), ())
    #: The folder of the last known good settings.
    known_good: Path = setting(values.path, Path("known-good"))
    runbooks: Path = setting(values.folder, factory=lambda: shipped("runbooks"))
    #: A runbook is overdue for review this many days after its last review.
    review_days: int = setting(values.review_days, 180)
    templates: Path = setting(values.folder, factory=lambda: shipped("templates"))
    #: The name of the postmortem's template: the file without `.md.j2`.
    template: str = setting(Entry.text, "stack")
    postmortems: Path = setting(values.new_folder, Path("postmortems"))
    log_json: bool = setting(Entry.flag, default=False, variable="FIRSTCHECK_LOG_JSON")
    command: str = setting(values.command, "/incident")
    #: The folder of firstcheck.yaml.
    folder: Path = field(default=Path(), compare=False)

    @property
    def open_to_loopback(self) -> bool:
        """Whether programs on this machine may post to sources without a secret.

        With Slack configured this must be set, because behind a reverse proxy every sender looks local.
        """
        return not self.slack_bot_token or monitoring.OPEN in self.alerts

    def on_call(self, incident: Incident) -> tuple[str, ...]:
        """Return everyone on call for the incident: the people listed in its runbook and for its service."""
        service = self.services.get(incident.service)
        return tuple(
            dict.fromkeys((*incident.investigation.runbook_escalation, *(service.invite if service else ())))
        )


_SETTINGS = {item.metadata["key"] or item.name: item for item in fields(Settings) if item.metadata}
#: The valid keys of firstcheck.yaml.
KEYS = tuple(key for key, item in _SETTINGS.items() if not item.metadata["secret"])
#: The environment variable of each setting that has one.
VARIABLES = {key: variable for key, item in _SETTINGS.items() if (variable := item.metadata["variable"])}
#: The message for each key that people write into the file although it belongs in the environment.
MISPLACED = {
    "FIRSTCHECK_CONFIG": "is an environment variable — set it in the environment",
    **{
        variable: f"is an environment variable — set it in the environment, or write {key} here"
        for key, variable in VARIABLES.items()
    },
    **{
        name: f"secrets do not belong in this file — set {variable} in the environment"
        for key, variable in VARIABLES.items()
        if key not in KEYS
        for name in (key, variable)
    },
}


def load(environ: Mapping[str, str], path: Path | None = None, *, secrets: bool = True) -> Settings:
    """Return the settings from `environ` and a file.

    The file is `path`, or the one in FIRSTCHECK_CONFIG, or firstcheck.yaml. Only the last may be absent.
    Raise ConfigMistakes with all mistakes. Without `secrets`, missing or wrong secrets are not reported:
    someone at a shell may not have the server's secrets.
    """
    settings, mistakes = inspect(environ, path)
    if mistakes := [mistake for mistake in mistakes if secrets or not mistake.secret]:
        raise ConfigMistakes(mistakes)
    return settings


def inspect(environ: Mapping[str, str], path: Path | None = None) -> tuple[Settings, list[Mistake]]:
    """Return the settings, with defaults in place of wrong values, and all mistakes sorted by place."""
    mistakes: list[Mistake] = []
    named = path or (Path(environ["FIRSTCHECK_CONFIG"]) if environ.get("FIRSTCHECK_CONFIG") else None)
    file = named or DEFAULT_FILE
    absent = Entry(file=str(file), mistakes=mistakes, environ=environ)
    document = read(file, mistakes, environ) if named or file.exists() else absent
    if document is None:
        return Settings(), mistakes
    given = _override(document.fields(KEYS, MISPLACED))
    read_values = {
        item.name: item.metadata["read"](given[key]) for key, item in _SETTINGS.items() if given[key].given
    }
    settings = Settings(folder=file.parent, **read_values)
    _check_slack(given)
    monitoring.check_runbooks(given["services"], settings.runbooks)
    escalation.check_pagers(given["ladders"], given["pagers"])
    return settings, sorted(dict.fromkeys(mistakes), key=lambda mistake: (mistake.line, mistake.column))


def _override(given: Fields) -> Fields:
    """Return the fields, replaced by those set in the environment. An empty variable counts as unset."""
    environ = given.of.environ
    overrides = {
        key: _from_environment(given.of, variable)
        for key, variable in VARIABLES.items()
        if environ.get(variable, "").strip()
    }
    return Fields(given.of, {**given.entries, **overrides})


def _from_environment(document: Entry, variable: str) -> Entry:
    node = yaml.ScalarNode("tag:yaml.org,2002:str", document.environ[variable])
    return Entry(file=ENVIRONMENT, mistakes=document.mistakes, field=variable, node=node)


def _check_slack(given: Fields) -> None:
    """Report a bot token if Slack has no way to send us events."""
    if given["slack_bot_token"].given and not (
        given["slack_app_token"].given or given["slack_signing_secret"].given
    ):
        given["slack_bot_token"].wrong(
            "is not enough to receive events — also set SLACK_APP_TOKEN (Socket Mode) "
            "or SLACK_SIGNING_SECRET (HTTP)",
            secret=True,
        )
