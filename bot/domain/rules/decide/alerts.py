"""How an incident begins, and what its alerts change."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain.alerts.alert import Alert
from bot.domain.errors import Refused
from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import Status

MAX_TITLE = 120


def declare(i: Incident, command: c.Declare, at: datetime) -> Iterator[e.AnyEvent]:
    """Yield the beginning of an incident that a person declares. Raises Refused without a title."""
    if i.version:
        raise Refused(f"{i.name} is declared already.")
    title = " ".join(command.title.split())
    if not title:
        raise Refused("An incident needs a title: `/incident new logins fail`.")
    yield e.IncidentDeclared(
        at=at,
        by=command.by,
        title=title[:MAX_TITLE],
        service=command.service,
        severity=command.severity,
        invite=command.invite,
        reason="declared by hand",
        drill=command.drill,
    )
    if command.runbook:
        yield e.RunbookChosen(at=at, runbook=command.runbook, reason=command.runbook_reason)


def receive_alerts(i: Incident, command: c.ReceiveAlerts, at: datetime) -> Iterator[e.AnyEvent]:
    """Yield what alerts begin or change; nothing when they tell nothing new."""
    told = news(i, command.alerts)
    firing = tuple(alert for alert in told if alert.firing)
    route = command.route
    if i.version == 0:
        if not firing:
            return
        yield e.IncidentDeclared(
            at=at,
            by=command.by,
            title=route.title[:MAX_TITLE],
            service=route.service,
            severity=route.severity,
            key=route.key,
            began_at=min(alert.starts_at for alert in firing),
            invite=route.invite,
            reason=route.reason,
            previous=command.previous,
        )
        if command.runbook:
            yield e.RunbookChosen(at=at, runbook=command.runbook, reason=command.runbook_reason)
    if not told:
        return
    yield e.AlertsReceived(at=at, by=command.by, alerts=told)
    last_told = {alert.key: alert for alert in told}
    if any(alert.firing for alert in last_told.values()):
        if i.version:
            yield from _fires_again(i, command, at)
    elif i.status.hurting and not any(
        alert.firing for key, alert in i.alerts.items() if key not in last_told
    ):
        yield e.StatusChanged(at=at, status=Status.MONITORING, note="all alerts have resolved")


def _fires_again(i: Incident, command: c.ReceiveAlerts, at: datetime) -> Iterator[e.AnyEvent]:
    """Severity only rises by itself; what was over is open again."""
    if command.route.severity.worse_than(i.severity):
        yield e.SeverityChanged(
            at=at, severity=command.route.severity, reason=f"an alert came in as {command.route.severity}"
        )
    if not i.working:
        yield e.IncidentReopened(at=at, by=command.by, reason="an alert fires again")
    elif i.status is Status.MONITORING:
        yield e.StatusChanged(at=at, status=Status.INVESTIGATING, note="an alert fires again")


def news(i: Incident, alerts: Iterable[Alert]) -> tuple[Alert, ...]:
    """Return the alerts that change anything: no repeat, nothing overtaken, no resolution of the unknown."""
    last_told: dict[str, Alert] = {}
    told = []
    for alert in alerts:
        before = last_told.get(alert.key) or i.alerts.get(alert.key)
        if alert.firing if before is None else alert.changes(before):
            last_told[alert.key] = alert
            told.append(alert)
    return tuple(told)
