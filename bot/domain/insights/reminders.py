"""What people forget while they are busy, and when they are reminded of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain import events as e
from bot.domain.escalation.ladder import Lack
from bot.domain.incident.incident import Incident
from bot.domain.incident.progress_clock import ends
from bot.domain.vocabulary import Severity, Status


class Reminder(StrEnum):
    """Each is one message in the channel, and another only after somebody said something."""

    UPDATE = "update"
    OPEN_LONG = "open_long"
    POSTMORTEM = "postmortem"


#: How often those outside the search should hear how it stands; nobody is asked to below.
UPDATE_EVERY: Mapping[Severity, timedelta] = {
    Severity.SEV1: timedelta(minutes=30),
    Severity.SEV2: timedelta(minutes=60),
}
OPEN_LONG = timedelta(hours=24)
POSTMORTEM_AFTER = timedelta(days=5)


def due(i: Incident, what: Reminder) -> datetime | None:
    """Return when the channel is to be reminded of `what` as things stand (UTC), or nothing."""
    reminded = i.clock.reminded.get(what)
    said_at = i.clock.said_at
    # Who does not answer the first reminder is not there to read a second.
    unheard = reminded and said_at and reminded > said_at
    match what:
        case Reminder.UPDATE:
            since, every = i.clock.since.get(Lack.UPDATE), UPDATE_EVERY.get(i.severity)
            if since is None or every is None or unheard:
                return None
            return i.clock.awake(max(since, said_at or since) + every)
        case Reminder.OPEN_LONG:
            if i.status.over or i.declared_at is None or unheard:
                return None
            begun = said_at if reminded and said_at else i.declared_at
            return i.clock.awake(begun + OPEN_LONG)
        case Reminder.POSTMORTEM:
            if i.status is not Status.CLOSED or i.closed_at is None:
                return None
            if reminded and reminded > i.closed_at:
                return None
            return i.closed_at + POSTMORTEM_AFTER


def called_for(event: e.AnyEvent, i: Incident) -> tuple[Reminder, ...]:
    """Return what people may have to be reminded of from now on; a timer that stands moves by itself."""
    said = Lack.UPDATE in ends(event)
    again = tuple(what for what in (Reminder.UPDATE, Reminder.OPEN_LONG) if said and what in i.clock.reminded)
    match event:
        case e.IncidentDeclared() | e.IncidentReopened():
            return (Reminder.UPDATE, Reminder.OPEN_LONG)
        case e.SeverityChanged():
            return (Reminder.UPDATE, *again)
        case e.StatusChanged() if i.clock.since.get(Lack.RELIEF) == event.at:
            return (Reminder.UPDATE, *again)
        case e.IncidentClosed():
            return (Reminder.POSTMORTEM,)
        case _:
            return again
