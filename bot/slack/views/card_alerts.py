"""The alerts on an incident's card: description, counts, shared labels, and links."""

import re
from collections.abc import Iterator, Mapping

from bot.domain.alerts.alert import MEASURED, READING_NOTE, Alert
from bot.domain.incident.incident import Incident
from bot.domain.text.links import web_link
from bot.domain.text.redaction import redact
from bot.slack.mrkdwn import escape, link, one_line
from bot.slack.views.blocks import cut

MAX_DESCRIPTION, MAX_SHARED, MAX_LINKS, MAX_URL = 300, 150, 6, 500
#: Prometheus puts its whole expression into this URL.
MAX_ALERT_URL = 2000
#: Annotations with more detail than the title.
DETAILS = ("description", "message")
#: Labels that the card shows elsewhere, or that only serve routing.
SHOWN_ELSEWHERE = frozenset({"alertname", "service", "severity", "incident_key"})
#: The end of a link's annotation name: runbook_url, dashboardURL.
_ADDRESS = re.compile(r"[_-]?url$", re.IGNORECASE)


def description(incident: Incident) -> str:
    """Return the description of the first firing alert as mrkdwn, or "" if it only repeats the title."""
    first = _first(incident)
    if first is None or not first.firing:
        return ""
    texts = (first.annotations.get(name, "") for name in DETAILS)
    details = [text for text in texts if text not in {"", incident.title, first.title}]
    return escape(_short(details[0], MAX_DESCRIPTION)) if details else ""


def facts(incident: Incident) -> Iterator[str]:
    """Yield the labels that several alerts share, the measured values, and a note on unreadable parts."""
    alerts = tuple(incident.alerts.values())
    if len(alerts) > 1:
        shared = _short(", ".join(_shared(alerts, frozenset())), MAX_SHARED)
        yield f"*Alerts:* {len(alerts)}{f', all with {escape(one_line(shared))}' if shared else ''}"
    first = _first(incident)
    if first and (measured := first.annotations.get(MEASURED)):
        yield f"*Measured:* {escape(one_line(_short(measured, MAX_SHARED)))}"
    if note := next(filter(None, (alert.annotations.get(READING_NOTE) for alert in alerts)), ""):
        yield f"⚠ {escape(one_line(_short(note, MAX_DESCRIPTION)))}"


def counts(incident: Incident) -> str:
    """Return how many alerts are firing and resolved and the labels they share, as mrkdwn."""
    alerts = tuple(incident.alerts.values())
    if not alerts:
        return ""
    firing = sum(alert.firing for alert in alerts)
    counts = [f"{firing} firing"] if firing else []
    counts += [f"{len(alerts) - firing} resolved"] if firing < len(alerts) else []
    url = next((alert.url for alert in alerts if 0 < len(alert.url) <= MAX_ALERT_URL), "")
    shared = ", ".join(_shared(alerts, SHOWN_ELSEWHERE)) if len(alerts) == 1 else ""
    suffix = f" ({escape(one_line(_short(shared, MAX_SHARED)))})" if shared else ""
    return f"alerts: {link(url, ', '.join(counts))}{suffix}"


def links(incident: Incident, service_links: Mapping[str, str]) -> str:
    """Return the links of the service and the first alert as mrkdwn, except those that contain a secret."""
    first = _first(incident)
    urls = {**service_links, **(first.annotations if first else {})}
    safe = [
        link(address, _ADDRESS.sub("", name).replace("_", " "))
        for name, url in urls.items()
        if len(url) <= MAX_URL and (address := web_link(url)) and redact(url) == url
    ]
    return f"links: {', '.join(safe[:MAX_LINKS])}" if safe else ""


def _first(incident: Incident) -> Alert | None:
    """Return the first firing alert, or the first alert if none is firing."""
    alerts = tuple(incident.alerts.values())
    return next((alert for alert in alerts if alert.firing), alerts[0] if alerts else None)


def _shared(alerts: tuple[Alert, ...], left_out: frozenset[str]) -> Iterator[str]:
    """Yield the labels with the same value in every alert."""
    for name, value in sorted(alerts[0].labels.items()):
        if name not in left_out and all(alert.labels.get(name) == value for alert in alerts):
            yield f"{name}={value}"


def _short(text: str, limit: int) -> str:
    """Return text cut to `limit`. Only its beginning is processed, because it may be megabytes long."""
    return cut(text[: 2 * limit], limit)
