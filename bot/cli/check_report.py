"""What `firstcheck check` reports about a configuration without mistakes."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bot.alerts.sources.table import SOURCES
from bot.cli.probe_run import checks
from bot.config.monitoring import Service
from bot.config.runbooks import load_runbooks
from bot.config.settings import Settings
from bot.config.yaml_reader import files_in
from bot.domain.errors import Refused
from bot.domain.runbooks.runbook import stale
from bot.probes import PROBES, options_of, permissions_from
from bot.probes.interface import ProbeFailed

#: The last line, if there is no mistake in the files.
VALID = "The configuration and the runbooks are valid."


def report(settings: Settings, file: Path, today: date) -> Iterator[str]:
    """Yield the lines: overdue runbooks, the configuration, an unused folder, and probes that cannot run."""
    runbooks = load_runbooks(settings.runbooks, PROBES)
    for runbook in runbooks:
        if overdue := stale(runbook, today, settings.review_days):
            yield f"{runbook.id}: {overdue}"
    source = str(file) if file.exists() else f"defaults (there is no {file})"
    yield f"Configuration: {source}. Runbooks: {len(runbooks)}. Slack: {_slack(settings)}."
    yield from _unused_runbooks(settings)
    yield from _sources_without_secret(settings)
    yield from _blocked_probes(settings)


def _unused_runbooks(settings: Settings) -> Iterator[str]:
    """Yield a hint if a folder named runbooks exists but is not configured, so that it is not used."""
    default, beside = Settings().runbooks, settings.folder / "runbooks"
    if settings.runbooks == default and files_in(beside) and beside.resolve() != default.resolve():
        yield (
            f"The folder {beside} is not used. To use it instead of the runbooks that ship with Firstcheck, "
            "add `runbooks: runbooks` to firstcheck.yaml."
        )


def _sources_without_secret(settings: Settings) -> Iterator[str]:
    """Yield the sources without a secret. Nobody, or any program on this machine, can post to them."""
    without = ", ".join(name for name in SOURCES if name not in settings.alerts)
    if not without or not settings.slack_bot_token:
        return
    if settings.open_to_loopback:
        yield (
            f"Any program on this machine may post alerts without a secret: {without}. If a reverse proxy "
            "runs here too, the whole network may. Add a secret under `alerts`, and remove `open: loopback`."
        )
    else:
        yield (
            f"Alerts are refused, because these sources have no secret: {without}. Add one under `alerts`. "
            "To let programs on this machine post without a secret, add `alerts: {open: loopback}`."
        )


def _blocked_probes(settings: Settings) -> Iterator[str]:
    """Yield the probes that could not run, as far as that is known without any I/O."""
    try:
        found = checks(settings)
    except Refused:  # no runbook has a probe
        return
    for check in found:
        try:
            kind, options = options_of(check.probe, settings.services.get(check.service, Service()).links)
            kind.check_permitted(options, permissions_from(settings))
        except ProbeFailed as error:
            yield f"{check.name}: its probe cannot run. {error}"


def _slack(settings: Settings) -> str:
    if not settings.slack_bot_token:
        return "off (SLACK_BOT_TOKEN is not set)"
    return "Socket Mode" if settings.slack_app_token else "HTTP"
