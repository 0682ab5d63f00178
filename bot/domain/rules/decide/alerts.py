"""Handles declarations by people and alerts, and further alerts of an incident."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.domain import commands, events
from bot.domain.alerts.alert import UNSEEN_ALERTS, Alert
from bot.domain.errors import Refused, example
from bot.domain.incident.incident import Incident
from bot.domain.rules.correlation import is_news
from bot.domain.vocabulary import Status

MAX_TITLE = 120


def declare(incident: Incident, command: commands.Declare, at: datetime) -> Iterator[events.AnyEvent]:
    """Yield the events of a declaration by a person. Raise Refused if the title is empty."""
    if incident.version:
        raise Refused(f"{incident.name} has already been declared.")
    title = " ".join(command.title.split())
    if not title:
        raise Refused("An incident needs a title.", example("new", "logins fail"))
    yield events.IncidentDeclared(
        at=at,
        by=command.by,
        title=title[:MAX_TITLE],
        service=command.service,
        severity=command.severity,
        invite=command.invite,
        reason="declared by hand",
        drill=command.drill,
        declared_in=command.declared_in,
    )
    if command.runbook:
        yield events.RunbookChosen(at=at, runbook=command.runbook, reason=command.runbook_reason)


def receive_alerts(
    incident: Incident, command: commands.ReceiveAlerts, at: datetime
) -> Iterator[events.AnyEvent]:
    """Yield the events of new alerts, which may declare an incident. Yield nothing if they are not new.

    Raise Refused if they fire in an incident that was cancelled: they need an incident of their own.
    """
    new_alerts = tuple(_news(command.alerts, incident, at))
    firing = tuple(alert for alert in new_alerts if alert.firing)
    route = command.route
    if firing and incident.status is Status.CANCELLED:
        raise Refused(f"{incident.name} was cancelled, so no alert can reopen it.")
    if incident.version == 0:
        if not firing:
            return
        yield events.IncidentDeclared(
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
            yield events.RunbookChosen(at=at, runbook=command.runbook, reason=command.runbook_reason)
    if not new_alerts:
        return
    yield events.AlertsReceived(at=at, by=command.by, alerts=new_alerts)
    latest = {alert.key: alert for alert in new_alerts}
    after = {**incident.alerts, **latest}
    if any(alert.firing for alert in latest.values()):
        if incident.version:
            yield from _fires_again(incident, command, at)
    elif incident.status.has_impact and not any(alert.firing for alert in after.values()):
        yield _all_ended(incident.status, latest.values(), after.values(), at)


def _all_ended(
    status: Status, latest: Iterable[Alert], alerts: Iterable[Alert], at: datetime
) -> events.StatusChanged:
    """Yield the status change once no alert is firing any more.

    If an alert ended only because its data is missing, nothing shows that users are better off. The status
    stays until the data is back, or until people change it.
    """
    reasons = dict.fromkeys(alert.unseen_because for alert in alerts if alert.unseen_because)
    sees_again = any(alert.labels.get("alertname") in UNSEEN_ALERTS for alert in latest)
    if reasons and not sees_again:
        note = f"no alert is firing anymore, but not because of a recovery: {', '.join(reasons)}"
        return events.StatusChanged(at=at, status=status, note=note)
    return events.StatusChanged(at=at, status=Status.MONITORING, note="all alerts have resolved")


def _news(alerts: Iterable[Alert], incident: Incident, at: datetime) -> Iterator[Alert]:
    """Yield the alerts that change the incident."""
    latest: dict[str, Alert] = {}
    for alert in alerts:
        before = latest.get(alert.key)
        if alert.changes(before) if before else is_news(alert, incident, at):
            latest[alert.key] = alert
            yield alert


def _fires_again(
    incident: Incident, command: commands.ReceiveAlerts, at: datetime
) -> Iterator[events.AnyEvent]:
    """Yield the events of a firing alert: it may raise the severity, and it reopens the incident."""
    if command.route.severity.worse_than(incident.severity):
        yield events.SeverityChanged(
            at=at, severity=command.route.severity, reason=f"an alert arrived as {command.route.severity}"
        )
    if not incident.is_active:
        firing = [incident.alerts.get(alert.key) for alert in command.alerts if alert.firing]
        goes_on = all(before and before.firing for before in firing)
        reason = "an alert is still firing" if goes_on else "an alert fired again"
        yield events.IncidentReopened(at=at, by=command.by, reason=reason)
    elif incident.status is Status.MONITORING:
        yield events.StatusChanged(at=at, status=Status.INVESTIGATING, note="an alert fired again")
