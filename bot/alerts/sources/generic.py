"""Reads the plain form any monitor can be taught to post: an object, a list of them, or {"alerts": [...]}."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.alerts.sources import reading
from bot.alerts.sources.reading import LONGEST_KEY, Unparseable
from bot.domain.alerts.alert import Alert, AlertStatus

NAME = "generic"
#: First of these that is there names the alert; without any it is known by title, service and labels.
KEYS = ("dedup_key", "fingerprint", "alert_uid", "id")
TITLES = ("title", "summary", "message", "name")
STATUSES = ("status", "state")
STARTS = ("starts_at", "startsAt", "started_at", "startedAt", "timestamp")
ENDS = ("ends_at", "endsAt", "ended_at", "endedAt", "resolved_at")
URLS = ("url", "link_to_upstream_details", "link", "generatorURL")
#: Fields beside `labels` that mean the same as a label of that name.
LABELS = ("service", "severity", "environment", "env", "alertname", "incident_key")
ANNOTATIONS = ("summary", "message", "description")
#: Any other word fires: one alert too many is seen, one too few is not.
RESOLVED = frozenset({"resolved", "ok", "closed", "up", "recovered", "normal", "clear", "success"})


def parse(body: str, received_at: datetime) -> tuple[Alert, ...]:
    """Return the alerts in `body`; one that does not say when it began, began at `received_at`.

    Raises Unparseable.
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
    """Return one alert; `place` is where its fields stand in the body."""
    title = reading.title(_first(entry, TITLES, place))
    if not title:
        raise Unparseable(f"{place}title: is missing; summary, message or name would do as well.")
    own_labels = reading.texts(entry.get("labels"), f"{place}labels")
    labels = own_labels | _named(entry, LABELS, place)
    resolved = _first(entry, STATUSES, place).strip().lower() in RESOLVED
    start = _moment(entry, STARTS, place)
    return Alert(
        source=NAME,
        fingerprint=_fingerprint(_first(entry, KEYS, place), title, labels.get("service", ""), own_labels),
        status=AlertStatus.RESOLVED if resolved else AlertStatus.FIRING,
        title=title,
        starts_at=reading.start_time(start, received_at),
        start_told=start is not None,
        ends_at=(_moment(entry, ENDS, place) or received_at) if resolved else None,
        labels=labels,
        annotations=reading.texts(entry.get("annotations"), f"{place}annotations")
        | _named(entry, ANNOTATIONS, place),
        url=reading.link(_first(entry, URLS, place)),
    )


def _first(entry: Mapping[str, Any], names: tuple[str, ...], place: str) -> str:
    """Return the first of these fields that says something, or ""."""
    return next(iter(_named(entry, names, place).values()), "")


def _named(entry: Mapping[str, Any], names: tuple[str, ...], place: str) -> dict[str, str]:
    """Return those of these fields that say something, as texts."""
    read = {name: reading.text(entry.get(name), f"{place}{name}") for name in names}
    return {name: value for name, value in read.items() if value}


def _moment(entry: Mapping[str, Any], names: tuple[str, ...], place: str) -> datetime | None:
    """Return the first of these times that is given; 0 is how some write that none is."""
    return next(
        (
            reading.parse_time(entry[name], f"{place}{name}")
            for name in names
            if entry.get(name) not in (None, "", 0, reading.NEVER)
        ),
        None,
    )


def _fingerprint(key: str, title: str, service: str, labels: Mapping[str, str]) -> str:
    """Return the key the sender gave, else one from what stays the same; never from the whole body.

    A body holds times and values, so its hash would make every repeat a new alert.
    """
    if key and len(key) <= LONGEST_KEY:
        return key
    known = key or json.dumps([title, service, sorted(labels.items())])
    return hashlib.sha256(known.encode()).hexdigest()
