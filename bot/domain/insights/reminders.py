"""Reminders of tasks that busy people forget, and when each is due."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain import events
from bot.domain.escalation.ladder import Need
from bot.domain.incident.incident import Incident
from bot.domain.incident.needs import needs_met_by
from bot.domain.incident.progress_clock import shows_activity
from bot.domain.vocabulary import Severity, Status


class Reminder(StrEnum):
    """The kinds of reminder."""

    UPDATE = "update"
    OPEN_LONG = "open_long"
    POSTMORTEM = "postmortem"


#: How often stakeholders should get a status update. Lower severities have no reminder.
UPDATE_EVERY: Mapping[Severity, timedelta] = {
    Severity.SEV1: timedelta(minutes=30),
    Severity.SEV2: timedelta(minutes=60),
}
#: How long an open incident can be silent before its first reminder.
OPEN_LONG = timedelta(hours=24)
#: The longest wait between two reminders of an open incident.
OPEN_LONG_MAX = timedelta(days=28)
POSTMORTEM_AFTER = timedelta(days=5)


def due(incident: Incident, what: Reminder) -> datetime | None:
    """Return when that reminder is due (UTC), or None if the current state doesn't need it."""
    clock = incident.escalation.clock
    reminded, updated_at = clock.reminded.get(what), clock.last_update_at
    match what:
        case Reminder.UPDATE:
            since, every = clock.unmet_since.get(Need.UPDATE), UPDATE_EVERY.get(incident.severity)
            # People who did not react to the first reminder would not react to a second one.
            is_ignored = reminded and updated_at and reminded > updated_at
            if since is None or every is None or is_ignored:
                return None
            return clock.after_snooze(max(since, updated_at or since) + every)
        case Reminder.OPEN_LONG:
            if incident.status.is_over or clock.last_activity_at is None:
                return None
            return clock.after_snooze(_open_long_due(clock.last_activity_at, reminded))
        case Reminder.POSTMORTEM:
            if incident.status is not Status.CLOSED or incident.closed_at is None:
                return None
            if reminded and reminded > incident.closed_at:
                return None
            return incident.closed_at + POSTMORTEM_AFTER


def _open_long_due(quiet_since: datetime, reminded: datetime | None) -> datetime:
    """Return when an open incident is due for a reminder: 1, 3, 7, 15 and 31 days after the last activity.

    Then it is due every four weeks. Each wait is a day longer than the silence before it.
    """
    latest = max(quiet_since, reminded or quiet_since)
    return latest + min(latest - quiet_since + OPEN_LONG, OPEN_LONG_MAX)


def reminders_after(event: events.AnyEvent, incident: Incident) -> tuple[Reminder, ...]:
    """Return the reminders that need a timer after `event`. A timer that is already set adjusts itself."""
    clock = incident.escalation.clock
    both = (Reminder.UPDATE, Reminder.OPEN_LONG)
    reacted_to = {
        Reminder.UPDATE: Need.UPDATE in needs_met_by(event),
        Reminder.OPEN_LONG: shows_activity(event),
    }
    again = tuple(what for what in both if reacted_to[what] and what in clock.reminded)
    match event:
        case events.IncidentDeclared() | events.IncidentReopened():
            return both
        case events.EscalationSnoozed():  # it may be shorter than the one that it replaces
            return both
        case events.ReminderPosted(what=Reminder.OPEN_LONG):
            return (Reminder.OPEN_LONG,)
        case events.SeverityChanged():
            return (Reminder.UPDATE, *again)
        case events.StatusChanged() if clock.unmet_since.get(Need.RELIEF) == event.at:
            return (Reminder.UPDATE, *again)
        case events.IncidentClosed():
            return (Reminder.POSTMORTEM,)
        case _:
            return again
