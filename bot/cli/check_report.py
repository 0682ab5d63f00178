"""What `firstcheck check` says of a configuration without mistakes: what is used, and what cannot look."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bot.cli.probe_run import Check, checks
from bot.config.runbooks import load_runbooks
from bot.config.settings import Settings
from bot.config.yaml_reader import files_in
from bot.domain.errors import Refused
from bot.domain.runbooks.runbook import stale
from bot.probes import PROBES, ProbeFailed, options_of, permissions_from


def report(settings: Settings, file: Path, today: date) -> Iterator[str]:
    """Yield what was not reviewed for long, what is used or left out, and each probe that cannot look."""
    runbooks = load_runbooks(settings.runbooks, PROBES)
    for runbook in runbooks:
        if old := stale(runbook, today, settings.review_days):
            yield f"{runbook.id}: {old}"
    used = str(file) if file.exists() else f"no {file}, so the defaults"
    yield f"Configuration: {used}. Runbooks: {len(runbooks)}. Slack: {_slack(settings)}."
    yield from _unread_runbooks(settings)
    yield from _hindered_probes(settings)
    yield "The configuration and the runbooks are in order."


def _unread_runbooks(settings: Settings) -> Iterator[str]:
    """Only a named folder is read: one called runbooks may hold anything, and would hide what ships."""
    usual, beside = Settings().runbooks, settings.folder / "runbooks"
    if settings.runbooks == usual and files_in(beside) and beside.resolve() != usual.resolve():
        yield (
            f"The folder {beside} is not read, as nothing names it: with `runbooks: runbooks` in "
            "firstcheck.yaml it is, in place of the runbooks that ship."
        )


def _hindered_probes(settings: Settings) -> Iterator[str]:
    try:
        found = checks(settings)
    except Refused:  # there is nothing to probe
        return
    for check in found:
        if why := _hindered(check, settings):
            service = f" ({check.service})" if check.service else ""
            yield f"{check.runbook}/{check.step}{service}: its probe cannot look. {why}"


def _slack(settings: Settings) -> str:
    if not settings.slack_bot_token:
        return "none, as SLACK_BOT_TOKEN is not set"
    return "Socket Mode" if settings.slack_app_token else "HTTP"


def _hindered(check: Check, settings: Settings) -> str:
    """Return what a probe lacks or may not touch, as far as that is known without looking."""
    service = settings.services.get(check.service)
    try:
        kind, options = options_of(check.probe, service.links if service else {})
        kind.check_permitted(options, permissions_from(settings))
    except ProbeFailed as error:
        return str(error)
    return ""
