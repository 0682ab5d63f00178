"""Parses notifications from Prometheus Alertmanager (webhook version 4 and older) and Grafana.

The formats: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config and
https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.alerts.sources import reading, status_words, times
from bot.alerts.sources.reading import Notification, Unparseable
from bot.domain.alerts.alert import MEASURED, READING_NOTE, Alert, AlertStatus

NAME = "alertmanager"
#: Annotation with the number of alerts that the sender left out because of its `max_alerts`.
LEFT_OUT = "alerts_left_out"
#: Links that Grafana adds to an alert, and the annotations that keep them.
GRAFANA_LINKS = {"dashboardURL": "dashboard_url", "panelURL": "panel_url", "silenceURL": "silence_url"}


def parse(body: str, received_at: datetime) -> Notification:
    """Return the alerts of a notification, each with its own status.

    Raise Unparseable if no alert can be read.
    """
    notification = reading.mapping(reading.document(body), "The body")
    if "alerts" not in notification:
        raise Unparseable("The body has no list of alerts. Use /alerts/generic for other formats.")
    status = reading.text(notification.get("status"))
    group = reading.texts(notification.get("groupLabels"))
    left_out = reading.text(notification.get("truncatedAlerts") or "")
    notes = {LEFT_OUT: left_out} if left_out else {}
    return reading.read_each(
        notification["alerts"],
        lambda entry, place: _alert(
            {**entry, "status": entry.get("status") or status}, place, group, notes, received_at
        ),
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
    labels = reading.texts(entry.get("labels"))
    annotations = reading.texts(entry.get("annotations"))
    status = status_words.status_of(reading.text(entry.get("status")), None)
    start = times.start(entry, ("startsAt",), received_at)
    start_note = {READING_NOTE: start.note} if start.note else {}
    # While the alert is firing, endsAt is Go's zero time or an estimate.
    ended_at = None if status is AlertStatus.FIRING else times.first_time(entry, ("endsAt",))[1]
    return Alert(
        source=NAME,
        fingerprint=reading.text(entry.get("fingerprint")) or fingerprint(labels),
        status=status,
        title=_title(labels, annotations, place),
        starts_at=start.at,
        start_told=start.told,
        ends_at=ended_at,
        labels=labels,
        annotations=_extras(entry) | annotations | dict(notes) | start_note,
        group=group,
        url=reading.link(entry.get("generatorURL")) or reading.link(annotations.get("runbook_url")),
    )


def _extras(entry: Mapping[str, Any]) -> dict[str, str]:
    """Return the links and the measured values that Grafana adds, as annotations."""
    links = {annotation: reading.link(entry.get(name)) for name, annotation in GRAFANA_LINKS.items()}
    extras = {**links, MEASURED: reading.text(entry.get("values"))}
    return {name: value for name, value in extras.items() if value}


def _title(labels: Mapping[str, str], annotations: Mapping[str, str], place: str) -> str:
    """Return the summary or title that somebody wrote.

    Default: the alert's name and service, then its labels.
    """
    annotation = annotations.get("summary") or annotations.get("title")
    name_and_service = " on ".join(labels[name] for name in ("alertname", "service") if name in labels)
    all_labels = ", ".join(f"{name}={value}" for name, value in labels.items())
    title = reading.title(annotation or name_and_service or all_labels)
    if not title:
        raise Unparseable(f"{place} needs a `summary` or `title` annotation, or at least one label.")
    return title
