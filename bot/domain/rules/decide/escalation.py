"""Handles commands on escalation: escalate, post an update, snooze and acknowledge a page."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import assert_never

from bot.domain import commands, events
from bot.domain.errors import Refused, example, require_text
from bot.domain.incident.incident import Incident
from bot.domain.text.times import duration

#: The longest that one snooze may pause escalation.
MAX_SNOOZE = timedelta(hours=4)
EXAMPLE = example("snooze", "30m waiting for the vendor")


EscalationCommand = (
    commands.Escalate | commands.SnoozeEscalation | commands.PostUpdate | commands.AcknowledgePage
)


def decide_escalation(
    incident: Incident, command: EscalationCommand, at: datetime
) -> Iterator[events.AnyEvent]:
    """Yield the events of the command at `at` (UTC). Raise Refused if it is not possible."""
    match command:
        case commands.Escalate():
            # It also satisfies the rung that has been overdue the longest.
            overdue = incident.escalation.clock.longest_overdue(at) if command.due_at is None else None
            rung, due_at = overdue or (0, command.due_at)
            for who in (command.who, *command.also):
                yield events.EscalationMade(
                    at=at, by=command.by, who=who, reason=command.reason, due_at=due_at, rung=rung
                )
        case commands.SnoozeEscalation():
            yield from _snoozed(incident, command, at)
        case commands.PostUpdate():
            yield events.UpdatePosted(at=at, by=command.by, text=require_text(command.text))
        case commands.AcknowledgePage():
            if incident.escalation.pages.get(command.key) != command.to:
                raise Refused(f"{incident.name} has no page with that key at {command.to}.")
            if command.key not in incident.escalation.acknowledged_by:
                yield events.PageAcknowledged(at=at, by=command.by, to=command.to, key=command.key)
        case _:
            assert_never(command)


def _snoozed(
    incident: Incident, command: commands.SnoozeEscalation, at: datetime
) -> Iterator[events.AnyEvent]:
    if not incident.status.has_impact:
        raise Refused(f"{incident.name} is {incident.status}, so there is nothing to snooze.")
    if not command.reason.strip():
        raise Refused("Say why escalation can wait.", EXAMPLE)
    length = timedelta(minutes=command.minutes)
    if not timedelta() < length <= MAX_SNOOZE:
        raise Refused(f"A snooze can last from 1 min to {duration(MAX_SNOOZE)}.", EXAMPLE)
    if incident.escalation.clock.snoozed_until != at + length:
        yield events.EscalationSnoozed(at=at, by=command.by, until=at + length, reason=command.reason)
