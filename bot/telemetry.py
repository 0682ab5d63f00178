"""Logs and metrics of events, effects and calls to Slack."""

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.alerts.intake import Intake
from bot.domain.effects import AnyEffect
from bot.domain.events import AnyEvent
from bot.domain.incident.incident import Incident
from bot.domain.stored_names import stored_name
from bot.engine.outbox import Done, Outbox, Result, TryLater
from bot.engine.record import Recorder
from bot.slack.api.client import SlackClient
from bot.store import Store
from bot.web.alerts import JournalAppend
from bot.web.health import Metrics

log = logging.getLogger("firstcheck")

#: Fields that our entries pass in `extra`.
EXTRA_FIELDS = {"incident", "event", "by", "effect", "outcome"}


class Lines(logging.Formatter):
    """Formats each entry as one line, whatever its text contains. Only a stack trace has more lines."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name of the overridden method
        """Return the line with line breaks and terminal control characters escaped."""
        return _printable(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name of the overridden method
        """Return the trace with control characters escaped in each line."""
        return "\n".join(map(_printable, super().formatException(ei).split("\n")))


class JsonLines(logging.Formatter):
    """Formats each entry as a JSON object on one line, for log collectors."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON, with its `extra` fields, and a trace in `trace`."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **{name: value for name, value in vars(record).items() if name in EXTRA_FIELDS},
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)


def set_up_logs(*, as_json: bool) -> None:
    """Send logs to standard error, one line each."""
    handler = logging.StreamHandler()
    handler.setFormatter(
        JsonLines() if as_json else Lines("%(asctime)s %(levelname)-7s %(name)s %(message)s")
    )
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # These loggers log every request, or duplicate clearer log entries of ours.
    for noisy in ("httpx", "slack_bolt", "slack_sdk", "uvicorn"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def observe(recorder: Recorder, intake: Intake, outbox: Outbox, slack: SlackClient, metrics: Metrics) -> None:
    """Log and count every event, ignored alert, effect and call to Slack from now on.

    Names are the stored ones, which never change, because dashboards and filters refer to them.
    """

    def event_recorded(incident: Incident, event: AnyEvent) -> None:
        name = stored_name(type(event))
        extra = {"incident": incident.number, "event": name, "by": event.by}
        log.info("%s %s by %s", incident.name, name, event.by, extra=extra)
        metrics.events.labels(name).inc()

    def effect_performed(effect: AnyEffect, result: Result, seconds: float) -> None:
        name, outcome = stored_name(type(effect)), type(result).__name__
        if not isinstance(result, Done):
            # The Slack connection already logs once that Slack is busy or down.
            level = logging.WARNING
            if isinstance(result, TryLater):
                level = logging.INFO if result.counts else logging.DEBUG
            extra = {"effect": name, "outcome": outcome}
            log.log(level, "%s: %s: %s", name, outcome, result.why, extra=extra)
        metrics.effects.labels(name, outcome).inc()
        metrics.effect_seconds.labels(name).observe(seconds)

    def slack_called(method: str, outcome: str, seconds: float) -> None:
        metrics.slack_calls.labels(method, outcome).inc()
        metrics.slack_call_seconds.labels(method).observe(seconds)

    recorder.watchers.append(event_recorded)
    intake.watchers.append(lambda _alert, reason: metrics.alerts_ignored.labels(reason).inc())
    outbox.watchers.append(effect_performed)
    slack.watchers.append(slack_called)


def counted(journal_append: JournalAppend, metrics: Metrics) -> JournalAppend:
    """Return a `journal_append` that also counts the saved bodies by source."""

    async def append(source: str, headers: Mapping[str, str], body: str, now: datetime) -> int:
        row = await journal_append(source, headers, body, now)
        metrics.alerts_accepted.labels(source).inc()
        return row

    return append


async def refresh_gauges(store: Store, metrics: Metrics) -> None:
    """Set the gauges. Their values are only counted on request."""
    for outcome, rows in (await store.journal.counts()).items():
        metrics.journal.labels(outcome).set(rows)
    metrics.outbox_waiting.set(await store.outbox.count())
    metrics.incidents_open.set(await store.log.open_count())
