"""What the alerts of an incident say on its card: in words, how many, what they share, and where to look."""

import re
from collections.abc import Iterator, Mapping

from bot.domain.alerts.alert import Alert
from bot.domain.incident.incident import Incident
from bot.domain.text.redaction import redact
from bot.slack.mrkdwn import escape, link, one_line
from bot.slack.views.blocks import cut

MAX_SAID, MAX_SHARED, MAX_LINKS, MAX_URL = 300, 150, 6, 500
#: A monitor may put its whole expression there.
MAX_ALERT_URL = 2000
#: Annotations that say more than the title.
SENTENCES = ("description", "message")
#: Labels that the card shows elsewhere, or that only route.
SHOWN_ELSEWHERE = frozenset({"alertname", "service", "severity", "incident_key"})
_WEB = re.compile(r"https?://[^\s<>|]+")
#: What the names of addresses end in: runbook_url, dashboardURL.
_ADDRESS = re.compile(r"[_-]?url$", re.IGNORECASE)


def description(incident: Incident) -> str:
    """Return as mrkdwn what the first alert that fires says beyond its title, or ""."""
    first = _first(incident)
    if first is None or not first.firing:
        return ""
    sentences = (first.annotations.get(name, "") for name in SENTENCES)
    beyond = [sentence for sentence in sentences if sentence not in {"", incident.title, first.title}]
    return escape(_short(beyond[0], MAX_SAID)) if beyond else ""


def counts(incident: Incident) -> str:
    """Return as mrkdwn how many fire and have resolved, and the labels that all of them share."""
    alerts = tuple(incident.alerts.values())
    if not alerts:
        return ""
    firing = sum(alert.firing for alert in alerts)
    counts = [f"{firing} firing"] if firing else []
    counts += [f"{len(alerts) - firing} resolved"] if firing < len(alerts) else []
    url = next((alert.url for alert in alerts if 0 < len(alert.url) <= MAX_ALERT_URL), "")
    shared = ", ".join(_shared(alerts))
    where = f" ({escape(one_line(_short(shared, MAX_SHARED)))})" if shared else ""
    return f"alerts: {link(url, ', '.join(counts))}{where}"


def links(incident: Incident, of_service: Mapping[str, str]) -> str:
    """Return as mrkdwn the links of the service and the alert, by name, without those that hold a secret."""
    first = _first(incident)
    found = {**of_service, **(first.annotations if first else {})}
    drawn = [
        link(url, _ADDRESS.sub("", name).replace("_", " "))
        for name, url in found.items()
        if len(url) <= MAX_URL and _WEB.fullmatch(url) and redact(url) == url
    ]
    return f"links: {', '.join(drawn[:MAX_LINKS])}" if drawn else ""


def _first(incident: Incident) -> Alert | None:
    """Return the first alert that fires; where none does, the first."""
    alerts = tuple(incident.alerts.values())
    return next((alert for alert in alerts if alert.firing), alerts[0] if alerts else None)


def _shared(alerts: tuple[Alert, ...]) -> Iterator[str]:
    """Yield the labels that have the same value in every alert."""
    for name, value in sorted(alerts[0].labels.items()):
        if name not in SHOWN_ELSEWHERE and all(alert.labels.get(name) == value for alert in alerts):
            yield f"{name}={value}"


def _short(text: str, limit: int) -> str:
    """Return text cut to `limit`; of megabytes that somebody sent no more is looked at."""
    return cut(text[: 2 * limit], limit)
