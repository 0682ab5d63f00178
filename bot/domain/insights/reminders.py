"""Reminders of tasks that busy people forget, and when each is due."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain import events
from bot.domain.escalation.ladder import Need
from bot.domain.incident.incident import Incident
from bot.domain.incident.needs import needs_met_by
from bot.domain.vocabulary import Severity, Status


class Reminder(StrEnum):
    """The kinds of reminder. A second one is posted only after somebody reacted to the first."""

    UPDATE = "update"
    OPEN_LONG = "open_long"
    POSTMORTEM = "postmortem"


#: How often stakeholders should get a status update. Lower severities have no reminder.
UPDATE_EVERY: Mapping[Severity, timedelta] = {
    Severity.SEV1: timedelta(minutes=30),
    Severity.SEV2: timedelta(minutes=60),
}
OPEN_LONG = timedelta(hours=24)
POSTMORTEM_AFTER = timedelta(days=5)


def due(incident: Incident, what: Reminder) -> datetime | None:
    """Return when that reminder is due (UTC) in the current state, or None."""
    clock = incident.escalation.clock
    reminded, updated_at = clock.reminded.get(what), clock.last_update_at
    # People who did not react to the first reminder would not react to a second one.
    is_ignored = reminded and updated_at and reminded > updated_at
    match what:
        case Reminder.UPDATE:
            since, every = clock.unmet_since.get(Need.UPDATE), UPDATE_EVERY.get(incident.severity)
            if since is None or every is None or is_ignored:
                return None
            return clock.after_snooze(max(since, updated_at or since) + every)
        case Reminder.OPEN_LONG:
            if incident.status.is_over or incident.declared_at is None or is_ignored:
                return None
            quiet_since = updated_at if reminded and updated_at else incident.declared_at
            return clock.after_snooze(quiet_since + OPEN_LONG)
        case Reminder.POSTMORTEM:
            if incident.status is not Status.CLOSED or incident.closed_at is None:
                return None
            if reminded and reminded > incident.closed_at:
                return None
            return incident.closed_at + POSTMORTEM_AFTER


def reminders_after(event: events.AnyEvent, incident: Incident) -> tuple[Reminder, ...]:
    """Return the reminders that need a timer after `event`. A timer that is set already adjusts itself."""
    clock = incident.escalation.clock
    is_update = Need.UPDATE in needs_met_by(event)
    both = (Reminder.UPDATE, Reminder.OPEN_LONG)
    again = tuple(what for what in both if is_update and what in clock.reminded)
    match event:
        case events.IncidentDeclared() | events.IncidentReopened():
            return both
        case events.SeverityChanged():
            return (Reminder.UPDATE, *again)
        case events.StatusChanged() if clock.unmet_since.get(Need.RELIEF) == event.at:
            return (Reminder.UPDATE, *again)
        case events.IncidentClosed():
            return (Reminder.POSTMORTEM,)
        case _:
            return again
