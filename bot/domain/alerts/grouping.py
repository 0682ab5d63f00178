"""Groups the alerts of a request by the incident that they belong to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bot.domain.alerts.alert import Alert
from bot.domain.alerts.routing import Route

#: The most alerts recorded in one incident at a time, so that a storm does not block other incidents.
MAX_ALERTS_PER_GROUP = 1000


@dataclass(frozen=True, kw_only=True)
class AlertGroup:
    """Alerts that are recorded together in one incident."""

    route: Route
    alerts: tuple[Alert, ...]


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
