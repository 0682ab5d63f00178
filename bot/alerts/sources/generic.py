"""Parses a simple format that any monitor can send: an object, a list of them, or {"alerts": [...]}.

It also reads Grafana's older webhook (`ruleId`, `ruleName`, `state`):
https://grafana.com/docs/grafana/v8.5/alerting/old-alerting/notifications/#webhook
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.alerts.sources import reading, status_words, times
from bot.alerts.sources.reading import MAX_KEY_CHARACTERS, Notification, Unparseable
from bot.domain.alerts.alert import READING_NOTE, Alert, AlertStatus
from bot.domain.alerts.routing import SEVERITY_WORDS, normalized

NAME = "generic"
#: Fields that identify an alert. The first one present wins. Default: title, service and labels.
KEYS = ("dedup_key", "fingerprint", "alert_uid", "id", "ruleId")
TITLES = ("title", "summary", "message", "name", "ruleName", "subject", "alertname", "description", "text")
STATUSES = ("status", "state")
STARTS = ("starts_at", "startsAt", "started_at", "startedAt")
#: Most senders change it with each repeat, so it gives the start but does not distinguish two episodes.
SENT = ("timestamp",)
ENDS = ("ends_at", "endsAt", "ended_at", "endedAt", "resolved_at")
URLS = ("url", "link_to_upstream_details", "link", "generatorURL", "ruleUrl")
#: Top-level fields that count as labels.
LABELS = ("service", "severity", "environment", "env", "alertname", "incident_key")
#: Fields that give the severity if there is none, with a word that we know.
PRIORITIES = ("priority", "level", "urgency")
ANNOTATIONS = ("summary", "message", "description")


def parse(body: str, received_at: datetime) -> Notification:
    """Return the alerts in `body`; the start of an alert defaults to `received_at`.

    Raise Unparseable if no alert can be read.
    """
    content = reading.document(body)
    if isinstance(content, dict) and "alerts" in content:
        content = content["alerts"]
    elif not isinstance(content, list):
        return Notification(alerts=(_alert(reading.mapping(content, "The body"), "The body", received_at),))
    return reading.read_each(content, lambda entry, place: _alert(entry, place, received_at))


def _alert(entry: Mapping[str, Any], place: str, received_at: datetime) -> Alert:
    """Return one alert; `place` is its position in the body, for error messages."""
    own_labels = reading.texts(entry.get("labels"))
    labels = _severity(entry) | reading.texts(entry.get("tags")) | own_labels | _present(entry, LABELS)
    mark, title = status_words.split_title(
        reading.title(_first(entry, TITLES) or own_labels.get("alertname", ""))
    )
    if not title:
        raise Unparseable(f"{place} needs a title, summary, message or name.")
    status = status_words.status_of(_first(entry, STATUSES), mark)
    start = times.start(entry, STARTS, received_at)
    sent = times.start(entry, SENT, received_at)
    note = {READING_NOTE: start.note} if start.note else {}
    _, ended_at = times.first_time(entry, ENDS)
    return Alert(
        source=NAME,
        fingerprint=_fingerprint(_first(entry, KEYS), title, labels.get("service", ""), own_labels),
        status=status,
        title=title,
        starts_at=start.at if start.told or start.note else sent.at,
        start_told=start.told,
        ends_at=(ended_at or received_at) if status is AlertStatus.RESOLVED else None,
        labels=labels,
        annotations=reading.texts(entry.get("annotations")) | _present(entry, ANNOTATIONS) | note,
        url=next(filter(None, (reading.link(entry.get(name)) for name in URLS)), ""),
    )


def _severity(entry: Mapping[str, Any]) -> dict[str, str]:
    """Return the first known severity word in PRIORITIES as a label, or {} if there is none."""
    words = _present(entry, PRIORITIES).values()
    return next(({"severity": word} for word in words if normalized(word) in SEVERITY_WORDS), {})


def _first(entry: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """Return the first of these fields that is not empty, or ""."""
    return next(iter(_present(entry, names).values()), "")


def _present(entry: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    """Return the fields that are not empty, as text."""
    texts = {name: reading.text(entry.get(name)) for name in names}
    return {name: value for name, value in texts.items() if value}


def _fingerprint(key: str, title: str, service: str, labels: Mapping[str, str]) -> str:
    """Return the sender's key, hashed if it is too long, else a hash of the fields that stay the same.

    The whole body contains times and values, so its hash would make every repeat a new alert.
    """
    if key and len(key) <= MAX_KEY_CHARACTERS:
        return key
    identity = key or json.dumps([title, service, sorted(labels.items())])
    return hashlib.sha256(identity.encode()).hexdigest()
