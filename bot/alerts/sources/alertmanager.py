"""Parses notifications of Prometheus Alertmanager: webhook version 4, and older versions still in use.

The format: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.alerts.sources import reading
from bot.alerts.sources.reading import Unparseable
from bot.domain.alerts.alert import Alert, AlertStatus

NAME = "alertmanager"
#: Annotation with the number of alerts that the sender left out because of its `max_alerts`.
LEFT_OUT = "alerts_left_out"


def parse(body: str, received_at: datetime) -> tuple[Alert, ...]:
    """Return the alerts of a notification, each with its own status. Raise Unparseable if it is malformed."""
    notification = reading.mapping(reading.document(body), "The body")
    group = reading.texts(notification.get("groupLabels"), "groupLabels")
    left_out = notification.get("truncatedAlerts") or 0
    notes = {LEFT_OUT: reading.text(left_out, "truncatedAlerts")} if left_out else {}
    return tuple(
        _alert(reading.mapping(entry, f"alerts[{index}]"), f"alerts[{index}]", group, notes, received_at)
        for index, entry in enumerate(reading.items(notification.get("alerts"), "alerts"))
    )


def fingerprint(labels: Mapping[str, str]) -> str:
    """Return the fingerprint that Alertmanager gives an alert: FNV-1a of its sorted labels, as 16 hex digits.

    The algorithm: https://github.com/prometheus/common/blob/main/model/signature.go
    """
    total = 0xCBF29CE484222325
    for name, value in sorted(labels.items()):
        for byte in name.encode() + b"\xff" + value.encode() + b"\xff":
            total = (total ^ byte) * 0x100000001B3 % 2**64
    return f"{total:016x}"


def _alert(
    entry: Mapping[str, Any],
    place: str,
    group: Mapping[str, str],
    notes: Mapping[str, str],
    received_at: datetime,
) -> Alert:
    """Return one alert of the list; `place` is its position in the body, for error messages."""
    status = _status(entry.get("status"), place)
    labels = reading.texts(entry.get("labels"), f"{place}.labels")
    annotations = reading.texts(entry.get("annotations"), f"{place}.annotations")
    return Alert(
        source=NAME,
        fingerprint=reading.text(entry.get("fingerprint"), f"{place}.fingerprint") or fingerprint(labels),
        status=status,
        title=_title(labels, annotations, place),
        starts_at=reading.start_time(
            reading.parse_time(entry.get("startsAt"), f"{place}.startsAt"), received_at
        ),
        ends_at=_ends_at(entry.get("endsAt"), f"{place}.endsAt", status),
        labels=labels,
        annotations={**annotations, **notes},
        group=group,
        url=reading.link(reading.text(entry.get("generatorURL"), f"{place}.generatorURL"))
        or reading.link(annotations.get("runbook_url", "")),
    )


def _status(value: object, place: str) -> AlertStatus:
    """Return the alert's own status."""
    try:
        return AlertStatus(reading.text(value, f"{place}.status"))
    except ValueError as error:
        found = f"is {str(value)[:80]!r}" if value is not None else "is missing"
        raise Unparseable(f"{place}.status: {found}; it must be firing or resolved.") from error


def _ends_at(value: object, place: str, status: AlertStatus) -> datetime | None:
    """Return when the alert ended, or None if it is firing: then endsAt is Go's zero time or an estimate."""
    if status is AlertStatus.FIRING or value in (None, "", reading.NEVER):
        return None
    return reading.parse_time(value, place)


def _title(labels: Mapping[str, str], annotations: Mapping[str, str], place: str) -> str:
    """Return the summary or title that people wrote, else the alert's name and service."""
    annotation = annotations.get("summary") or annotations.get("title")
    name_and_service = " on ".join(labels[name] for name in ("alertname", "service") if name in labels)
    title = reading.title(annotation or name_and_service)
    if not title:
        raise Unparseable(f"{place}: needs an annotation summary or title, or a label alertname.")
    return title
