"""What people say to the progress clock: calling others in, updates, snoozes, answers to a page."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import assert_never

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain.errors import Refused, said
from bot.domain.incident.incident import Incident
from bot.domain.incident.progress_clock import LONGEST_SNOOZE


def decided(
    i: Incident, command: c.Escalate | c.SnoozeClock | c.GiveUpdate | c.AcknowledgePage, at: datetime
) -> Iterator[e.AnyEvent]:
    """Yield what the command brings about at `at`. Raises Refused."""
    match command:
        case c.Escalate():
            yield from _escalated(i, command, at)
        case c.SnoozeClock():
            yield from _snoozed(i, command, at)
        case c.GiveUpdate():
            yield e.UpdateGiven(at=at, by=command.by, text=said(command.text))
        case c.AcknowledgePage():
            if i.clock.pages.get(command.key) != command.to:
                raise Refused(f"{i.name} has no page of that key at {command.to}.")
            if command.key not in i.clock.answered:
                yield e.PageAcknowledged(at=at, by=command.by, to=command.to, key=command.key)
        case _:
            assert_never(command)


def _escalated(i: Incident, command: c.Escalate, at: datetime) -> Iterator[e.EscalationMade]:
    """Others are called in; that answers the rung which has waited for it the longest."""
    owed = i.clock.oldest_owed(at) if command.due_at is None else None
    rung, due_at = owed or (0, command.due_at)
    for who in (command.who, *command.also):
        yield e.EscalationMade(at=at, by=command.by, who=who, reason=command.reason, due_at=due_at, rung=rung)


def _snoozed(i: Incident, command: c.SnoozeClock, at: datetime) -> Iterator[e.AnyEvent]:
    if not i.status.hurting:
        raise Refused(f"{i.name} is {i.status}: nobody is called in now, so there is nothing to snooze.")
    if not command.reason.strip():
        raise Refused("Say why nobody needs to be called: `/incident snooze 30m waiting for the vendor`.")
    length = timedelta(minutes=command.minutes)
    if not timedelta() < length <= LONGEST_SNOOZE:
        raise Refused(
            "A snooze takes from a minute to 4 hours: `/incident snooze 30m waiting for the vendor`."
        )
    if i.clock.snoozed_until != at + length:
        yield e.ClockSnoozed(at=at, by=command.by, until=at + length, reason=command.reason)
