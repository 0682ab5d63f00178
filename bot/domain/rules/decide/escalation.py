"""What people say to the progress clock: calling others in, updates, snoozes, answers to a page."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import assert_never

from bot.domain import commands, events
from bot.domain.errors import Refused, require_text
from bot.domain.incident.incident import Incident
from bot.domain.incident.progress_clock import MAX_SNOOZE


def decide_escalation(
    incident: Incident,
    command: commands.Escalate | commands.SnoozeClock | commands.GiveUpdate | commands.AcknowledgePage,
    at: datetime,
) -> Iterator[events.AnyEvent]:
    """Yield what the command brings about at `at`. Raises Refused."""
    match command:
        case commands.Escalate():
            yield from _escalated(incident, command, at)
        case commands.SnoozeClock():
            yield from _snoozed(incident, command, at)
        case commands.GiveUpdate():
            yield events.UpdateGiven(at=at, by=command.by, text=require_text(command.text))
        case commands.AcknowledgePage():
            if incident.escalation.pages.get(command.key) != command.to:
                raise Refused(f"{incident.name} has no page of that key at {command.to}.")
            if command.key not in incident.escalation.acknowledged_by:
                yield events.PageAcknowledged(at=at, by=command.by, to=command.to, key=command.key)
        case _:
            assert_never(command)


def _escalated(
    incident: Incident, command: commands.Escalate, at: datetime
) -> Iterator[events.EscalationMade]:
    """Others are called in; that answers the rung which has waited for it the longest."""
    owed = incident.escalation.clock.longest_overdue(at) if command.due_at is None else None
    rung, due_at = owed or (0, command.due_at)
    for who in (command.who, *command.also):
        yield events.EscalationMade(
            at=at, by=command.by, who=who, reason=command.reason, due_at=due_at, rung=rung
        )


def _snoozed(incident: Incident, command: commands.SnoozeClock, at: datetime) -> Iterator[events.AnyEvent]:
    if not incident.status.has_impact:
        raise Refused(
            f"{incident.name} is {incident.status}: nobody is called in now, so there is nothing to snooze."
        )
    if not command.reason.strip():
        raise Refused("Say why nobody needs to be called: `/incident snooze 30m waiting for the vendor`.")
    length = timedelta(minutes=command.minutes)
    if not timedelta() < length <= MAX_SNOOZE:
        raise Refused(
            "A snooze takes from a minute to 4 hours: `/incident snooze 30m waiting for the vendor`."
        )
    if incident.escalation.clock.snoozed_until != at + length:
        yield events.ClockSnoozed(at=at, by=command.by, until=at + length, reason=command.reason)
