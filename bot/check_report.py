"""What `firstcheck check` says of a configuration without mistakes: what is used, and what cannot look."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from bot.config import Settings
from bot.domain.errors import Refused
from bot.domain.runbook import stale
from bot.probe_run import Check, checks
from bot.probes import PROBES, ProbeFailed, options_of
from bot.probes.hosts import Place
from bot.runbook_files import load_runbooks


def report(settings: Settings, file: Path, today: date) -> Iterator[str]:
    """Yield what was not reviewed for long, what is used, and each automatic probe that cannot run."""
    runbooks = load_runbooks(settings.runbooks, PROBES)
    for runbook in runbooks:
        if old := stale(runbook, today, settings.review_days):
            yield f"{runbook.id}: {old}"
    used = str(file) if file.exists() else f"no {file}, so the defaults"
    yield f"Configuration: {used}. Runbooks: {len(runbooks)}. Slack: {_slack(settings)}."
    yield from _hindered_probes(settings)
    yield "The configuration and the runbooks are in order."


def _hindered_probes(settings: Settings) -> Iterator[str]:
    try:
        found = checks(settings)
    except Refused:  # there is nothing to probe
        return
    for check in found:
        if check.probe.auto and (why := _hindered(check, settings)):
            yield f"{check.runbook}/{check.step}: its probe cannot look by itself. {why}"


def _slack(settings: Settings) -> str:
    if not settings.slack_bot_token:
        return "none, as SLACK_BOT_TOKEN is not set"
    return "Socket Mode" if settings.slack_app_token else "HTTP"


def _hindered(check: Check, settings: Settings) -> str:
    """Return why a probe cannot look, as far as that is known without looking: a link or a host lacks."""
    service = settings.services.get(check.service)
    try:
        _, options = options_of(check.probe, service.links if service else {})
        url = urlsplit(str(getattr(options, "url", "") or ""))
        port = url.port or (443 if url.scheme == "https" else 80)
    except (ProbeFailed, ValueError) as error:
        return str(error)
    place = Place(host=url.hostname or "", port=port)
    if not place.host or {place.shown, str(place)} & set(settings.allowed_hosts):
        return ""
    return f"{place} is not among allowed_hosts."
