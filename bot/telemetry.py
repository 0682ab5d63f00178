"""What the bot says of itself: a log line an event, and figures for Prometheus."""

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.domain.effects import AnyEffect
from bot.domain.events import AnyEvent
from bot.domain.incident.incident import Incident
from bot.engine.outbox import Done, Outbox, Result, TryLater
from bot.engine.record import Recorder
from bot.slack.api.client import SlackClient
from bot.store import Store
from bot.web.alerts import JournalAppend
from bot.web.health import Metrics

log = logging.getLogger("firstcheck")


class Lines(logging.Formatter):
    """One line an entry, whoever's words are in it; only a trace has lines of its own."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging calls it so
        """Return the line without what would end it, or what a terminal obeys."""
        return _printable(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging calls it so
        """Return the trace, line by line likewise."""
        return "\n".join(map(_printable, super().formatException(ei).split("\n")))


class JsonLines(logging.Formatter):
    """One JSON object a line, for whoever collects logs."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON; a trace goes into its own field."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def set_up_logs(*, as_json: bool) -> None:
    """Send logs to standard error, one line each."""
    handler = logging.StreamHandler()
    handler.setFormatter(
        JsonLines() if as_json else Lines("%(asctime)s %(levelname)-7s %(name)s %(message)s")
    )
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # These tell of every request, or of what we say better ourselves.
    for noisy in ("httpx", "slack_bolt", "slack_sdk", "uvicorn"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def observe(recorder: Recorder, outbox: Outbox, slack: SlackClient, metrics: Metrics) -> None:
    """Log and count every event, effect and call from now on."""

    def event_recorded(incident: Incident, event: AnyEvent) -> None:
        log.info("%s %s by %s", incident.name, type(event).__name__, event.by)
        metrics.events.labels(type(event).__name__).inc()

    def effect_performed(effect: AnyEffect, result: Result, seconds: float) -> None:
        name = type(effect).__name__
        if not isinstance(result, Done):
            # That Slack is busy or away is told once by the link; a storm would say it for every effect.
            told = logging.WARNING
            if isinstance(result, TryLater):
                told = logging.INFO if result.counts else logging.DEBUG
            log.log(told, "%s: %s: %s", name, type(result).__name__, result.why)
        metrics.effects.labels(name, type(result).__name__).inc()
        metrics.effect_seconds.labels(name).observe(seconds)

    def slack_called(method: str, outcome: str, seconds: float) -> None:
        metrics.slack_calls.labels(method, outcome).inc()
        metrics.slack_call_seconds.labels(method).observe(seconds)

    recorder.watchers.append(event_recorded)
    outbox.watchers.append(effect_performed)
    slack.watchers.append(slack_called)


def counted(journal_append: JournalAppend, metrics: Metrics) -> JournalAppend:
    """Return `journal_append` such that what it keeps is counted by source."""

    async def append(source: str, headers: Mapping[str, str], body: str, now: datetime) -> int:
        row = await journal_append(source, headers, body, now)
        metrics.alerts_accepted.labels(source).inc()
        return row

    return append


async def refresh_gauges(store: Store, metrics: Metrics) -> None:
    """Set the figures that are counted when somebody asks."""
    for outcome, rows in (await store.journal.counts()).items():
        metrics.journal.labels(outcome).set(rows)
    metrics.outbox_waiting.set(await store.outbox.count())
    metrics.incidents_open.set(await store.log.open_count())
