"""Decides which alerts are new, which belong together, and whether they join an earlier incident."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.alerts.alert import Alert
from bot.domain.alerts.routing import Route
from bot.domain.vocabulary import Status

#: If an alert fires again this soon after the close, the incident is reopened.
REOPEN_WITHIN = timedelta(minutes=30)
#: How long a resolution is kept in case its firing arrives later. Retries can arrive out of order.
ENDS_KEPT = timedelta(hours=24)
#: The most alerts recorded in one incident at a time, so that a storm does not block other incidents.
MAX_ALERTS_PER_GROUP = 1000


@dataclass(frozen=True, kw_only=True)
class AlertGroup:
    """Alerts that are recorded together in one incident."""

    route: Route
    alerts: tuple[Alert, ...]


@dataclass(frozen=True, kw_only=True)
class Screened:
    """Alerts without outdated firings, and resolutions to keep: when each alert began (UTC), by its key."""

    current: tuple[Alert, ...]
    outdated: tuple[Alert, ...]
    ends: Mapping[str, datetime]


def group_by_incident(routed: Iterable[tuple[Alert, Route]]) -> Iterator[AlertGroup]:
    """Yield the alerts by incident, at most MAX_ALERTS_PER_GROUP at a time."""
    incidents: dict[str, list[tuple[Alert, Route]]] = {}
    for alert, route in routed:
        incidents.setdefault(route.key, []).append((alert, route))
    for alerts in incidents.values():
        yield from _split(alerts)


def _split(routed: list[tuple[Alert, Route]]) -> Iterator[AlertGroup]:
    """Yield the alerts of one incident in groups that share the highest severity of the firing alerts.

    Alerts that are still firing come first. Otherwise all alerts could seem resolved between two groups.
    """
    latest = {alert.key: alert for alert, _ in routed}
    routed.sort(key=lambda each: not latest[each[0].key].firing)
    routes = [route for alert, route in routed if alert.firing] or [routed[0][1]]
    highest = min((route.severity for route in routes), key=lambda severity: severity.rank)
    route = replace(routes[0], severity=highest)
    for start in range(0, len(routed), MAX_ALERTS_PER_GROUP):
        alerts = tuple(alert for alert, _ in routed[start : start + MAX_ALERTS_PER_GROUP])
        yield AlertGroup(route=route, alerts=alerts)


def joins_incident(status: Status, closed_at: datetime | None, now: datetime) -> bool:
    """Return whether alerts join an incident in this status instead of starting another one."""
    if not status.is_over:
        return True
    return status is Status.CLOSED and closed_at is not None and now - closed_at < REOPEN_WITHIN


def screen(alerts: Iterable[Alert], unknown: Collection[str], ends: Mapping[str, datetime]) -> Screened:
    """Drop firings of unknown alerts that have already ended, and collect resolutions of unknown alerts.

    `unknown` holds the keys of alerts that the incident has not seen yet. `ends` holds, for alerts whose
    resolution arrived first, when each began (UTC), by its key.
    """
    unknown, known_ends = set(unknown), dict(ends)
    current, outdated, new_ends = list[Alert](), list[Alert](), dict[str, datetime]()
    for alert in alerts:
        if alert.key in unknown:
            if alert.firing and alert.key in known_ends and alert.starts_at <= known_ends[alert.key]:
                outdated.append(alert)
                continue
            if alert.firing:
                unknown.remove(alert.key)
            elif alert.start_told:
                known_ends[alert.key] = new_ends[alert.key] = alert.starts_at
        current.append(alert)
    return Screened(current=tuple(current), outdated=tuple(outdated), ends=new_ends)


def news(alerts: Iterable[Alert], states: Mapping[str, Alert]) -> tuple[Alert, ...]:
    """Return the alerts that change something, given the latest state of each earlier alert by key.

    Repeats, outdated states, and resolutions of unknown alerts change nothing.
    """
    latest: dict[str, Alert] = {}
    changed = []
    for alert in alerts:
        before = latest.get(alert.key) or states.get(alert.key)
        if alert.firing if before is None else alert.changes(before):
            latest[alert.key] = alert
            changed.append(alert)
    return tuple(changed)
