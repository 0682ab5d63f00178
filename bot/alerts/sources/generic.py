"""Parses a simple format that any monitor can send: an object, a list of them, or {"alerts": [...]}."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.alerts.sources import reading
from bot.alerts.sources.reading import MAX_KEY_CHARACTERS, Unparseable
from bot.domain.alerts.alert import Alert, AlertStatus

NAME = "generic"
#: Fields that identify an alert. The first one present wins. Default: title, service and labels.
KEYS = ("dedup_key", "fingerprint", "alert_uid", "id")
TITLES = ("title", "summary", "message", "name")
STATUSES = ("status", "state")
STARTS = ("starts_at", "startsAt", "started_at", "startedAt")
#: Most senders set it anew in each repeat, so it is the start but does not tell two episodes apart.
SENT = ("timestamp",)
ENDS = ("ends_at", "endsAt", "ended_at", "endedAt", "resolved_at")
URLS = ("url", "link_to_upstream_details", "link", "generatorURL")
#: Top-level fields that count as labels.
LABELS = ("service", "severity", "environment", "env", "alertname", "incident_key")
ANNOTATIONS = ("summary", "message", "description")
#: Any other status means firing, because a false alert is noticed and a missing one is not.
RESOLVED = frozenset({"resolved", "ok", "closed", "up", "recovered", "normal", "clear", "success"})


def parse(body: str, received_at: datetime) -> tuple[Alert, ...]:
    """Return the alerts in `body`; the start of an alert defaults to `received_at`.

    Raise Unparseable if the body is malformed.
    """
    content = reading.document(body)
    if isinstance(content, dict) and "alerts" in content:
        content = reading.items(content["alerts"], "alerts")
    if not isinstance(content, list):
        return (_alert(reading.mapping(content, "The body"), "", received_at),)
    return tuple(
        _alert(reading.mapping(entry, f"alerts[{index}]"), f"alerts[{index}].", received_at)
        for index, entry in enumerate(content)
    )


def _alert(entry: Mapping[str, Any], place: str, received_at: datetime) -> Alert:
    """Return one alert; `place` is the position of its fields in the body, for error messages."""
    title = reading.title(_first(entry, TITLES, place))
    if not title:
        raise Unparseable(f"{place}title: is missing. Send title, summary, message or name.")
    own_labels = reading.texts(entry.get("labels"), f"{place}labels")
    labels = own_labels | _present(entry, LABELS, place)
    resolved = _first(entry, STATUSES, place).strip().lower() in RESOLVED
    start = _time(entry, STARTS, place)
    return Alert(
        source=NAME,
        fingerprint=_fingerprint(_first(entry, KEYS, place), title, labels.get("service", ""), own_labels),
        status=AlertStatus.RESOLVED if resolved else AlertStatus.FIRING,
        title=title,
        starts_at=reading.start_time(start or _time(entry, SENT, place), received_at),
        start_told=start is not None,
        ends_at=(_time(entry, ENDS, place) or received_at) if resolved else None,
        labels=labels,
        annotations=reading.texts(entry.get("annotations"), f"{place}annotations")
        | _present(entry, ANNOTATIONS, place),
        url=reading.link(_first(entry, URLS, place)),
    )


def _first(entry: Mapping[str, Any], names: tuple[str, ...], place: str) -> str:
    """Return the first of these fields that is not empty, or ""."""
    return next(iter(_present(entry, names, place).values()), "")


def _present(entry: Mapping[str, Any], names: tuple[str, ...], place: str) -> dict[str, str]:
    """Return the fields that are not empty, as text."""
    texts = {name: reading.text(entry.get(name), f"{place}{name}") for name in names}
    return {name: value for name, value in texts.items() if value}


def _time(entry: Mapping[str, Any], names: tuple[str, ...], place: str) -> datetime | None:
    """Return the first of these times that is set, or None. Some senders write 0 for no time."""
    return next(
        (
            reading.parse_time(entry[name], f"{place}{name}")
            for name in names
            if entry.get(name) not in (None, "", 0, reading.NEVER)
        ),
        None,
    )


def _fingerprint(key: str, title: str, service: str, labels: Mapping[str, str]) -> str:
    """Return the sender's key, hashed if it is too long, else a hash of the fields that stay the same.

    The whole body contains times and values, so its hash would make every repeat a new alert.
    """
    if key and len(key) <= MAX_KEY_CHARACTERS:
        return key
    identity = key or json.dumps([title, service, sorted(labels.items())])
    return hashlib.sha256(identity.encode()).hexdigest()
