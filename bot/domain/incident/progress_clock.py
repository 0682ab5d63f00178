"""The progress clock: since when an incident lacks what, and when which rung of its ladder falls due.

It runs on progress, not on acknowledgement: somebody who has answered the page may be stuck all the same.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain import events
from bot.domain.escalation.ladder import Ladder, Need, Rung
from bot.domain.incident.needs import needs_met_by
from bot.domain.vocabulary import Status

#: A rung, whatever its ladder: what it asks for, whom it calls, and the how manieth such call it is.
RungKey = tuple[Need, tuple[str, ...], int]

#: Nobody is kept from being called for longer with one snooze.
MAX_SNOOZE = timedelta(hours=4)


@dataclass(frozen=True, kw_only=True)
class RungReached:
    """That a rung was reached: for the lack that began at `since`; `answered` once others were called in."""

    unmet_since: datetime
    due_at: datetime
    answered: bool


@dataclass(frozen=True, kw_only=True)
class Unreached:
    """That somebody could not be reached, and which rung is taken in place of theirs: 0 when none is.

    It may have been `called` by then, because of another of the same rung.
    """

    to: str
    why: str
    at: datetime
    rung: int
    following: int
    called: bool


@dataclass(frozen=True, kw_only=True)
class IncidentSignals:
    """How an incident and its suspicions stand after an event, as far as the clock asks."""

    has_impact: bool
    has_commander: bool
    #: Whether the event took away the last that supported a hypothesis.
    support_lost: bool
    #: Whether there are hypotheses, and all of them were ruled out or parked.
    is_without_lead: bool


@dataclass(frozen=True, kw_only=True)
class ProgressClock:
    """What is known of an incident's progress, folded from its events. Rungs count from 1."""

    ladder: Ladder = ()
    #: When the severity last changed: no rung of its ladder was due before.
    severity_changed_at: datetime | None = None
    #: Whether users feel it; else nothing falls due.
    running: bool = False
    #: What is missing, and since when.
    unmet_since: Mapping[Need, datetime] = field(default_factory=dict)
    reached: Mapping[int, RungReached] = field(default_factory=dict)
    #: What was climbed by the ladders before.
    called: Mapping[RungKey, RungReached] = field(default_factory=dict)
    #: Rungs to be taken at once, because the one before reached nobody; since when.
    brought_forward: Mapping[int, datetime] = field(default_factory=dict)
    snoozed_until: datetime | None = None
    #: When the channel was last reminded of what.
    reminded: Mapping[str, datetime] = field(default_factory=dict)
    #: When somebody last said how it stands, or it began; never before a reminder that came earlier.
    last_update_at: datetime | None = None
    #: Who could not be reached and was not since, oldest first.
    unreached: tuple[Unreached, ...] = ()
    #: The rungs whose timers stand, and those that the latest event calls for.
    armed: frozenset[int] = frozenset()
    to_arm: tuple[int, ...] = ()

    def rung(self, number: int) -> Rung | None:
        """Return that rung, if the ladder has it."""
        return self.ladder[number - 1] if 0 < number <= len(self.ladder) else None

    def due(self, number: int) -> datetime | None:
        """Return when that rung falls due as things stand (UTC).

        Nothing when the incident does not lack what it asks for, and when it was reached for this lack.
        """
        rung = self.rung(number)
        since = self.unmet_since.get(rung.unless) if rung else None
        if rung is None or since is None or self._rung_reached(number, since):
            return None
        due = self._by_ladder(rung, since)
        return self.after_snooze(
            min(due, self.brought_forward[number]) if self._unreached_before(number, since) else due
        )

    def brought_forward_because(self, number: int, now: datetime) -> str:
        """Return in place of whom that rung is taken before its time; nothing once the ladder has it due."""
        rung = self.ladder[number - 1]
        since = self.unmet_since[rung.unless]
        missed = self._unreached_before(number, since)
        if now >= self._by_ladder(rung, since) or not missed:
            return ""
        names = " and ".join(dict.fromkeys(known.to for known in missed))
        return f"{names} could not be reached, and {self.ladder[missed[-1].rung - 1].unless.unmet_now}"

    def after_snooze(self, due: datetime) -> datetime:
        """Return `due`, or the end of the snooze if that is later."""
        return max(due, self.snoozed_until or due)

    def longest_overdue(self, now: datetime) -> tuple[int, datetime] | None:
        """Return the rung that has waited the longest for somebody to be called in, and when it was due."""
        owed = []
        for number, rung in enumerate(self.ladder, 1):
            since = self.unmet_since.get(rung.unless)
            climb = self._rung_reached(number, since) if since else None
            due = climb.due_at if climb else self.due(number)
            if due and due <= now and not (climb and climb.answered):
                owed.append((due, number))
        return (min(owed)[1], min(owed)[0]) if owed else None

    def next_rung(self, after: int) -> int | None:
        """Return the first rung behind that one which may still fall due."""
        return next((n for n in range(after + 1, len(self.ladder) + 1) if self.due(n)), None)

    def _by_ladder(self, rung: Rung, since: datetime) -> datetime:
        """Return when the ladder has the rung taken for a lack that began then."""
        return max(since + timedelta(minutes=rung.after_minutes), self.severity_changed_at or since)

    def _unreached_before(self, number: int, since: datetime) -> list[Unreached]:
        """Return in place of whom that rung is to be taken at once, since its own lack began."""
        hurried = self.brought_forward.get(number)
        if hurried is None or hurried < since:
            return []
        missed = (known for known in self.unreached if known.following == number and known.at >= since)
        return [known for known in missed if self.still_unmet(known.rung)]

    def still_unmet(self, number: int) -> bool:
        """Whether what that rung was reached for lacks still."""
        rung = self.rung(number)
        since = self.unmet_since.get(rung.unless) if rung else None
        return bool(since and self._rung_reached(number, since))

    def _rung_reached(self, number: int, since: datetime) -> RungReached | None:
        """Return that the rung was reached for the lack that began then, if it was."""
        climb = self.reached.get(number)
        return climb if climb and climb.unmet_since == since else None


def advance(clock: ProgressClock, event: events.AnyEvent, signals: IncidentSignals) -> ProgressClock:
    """Return the clock after `event`, where the incident stands so then."""
    before = clock
    clock = _update_needs(clock, event, signals)
    clock = _record(clock, event)
    if Need.UPDATE in needs_met_by(event) or (clock.running and not before.running):
        clock = replace(clock, last_update_at=max((event.at, *clock.reminded.values())))
    if clock == before and not before.to_arm:
        return before
    dues = {n: due for n in range(1, len(clock.ladder) + 1) if (due := clock.due(n))}
    # A timer that comes too early looks again; one that would come too late needs another.
    armed = {n for n, due in dues.items() if n in before.armed and (before.due(n) or due) <= due}
    return replace(clock, armed=frozenset(dues), to_arm=tuple(n for n in dues if n not in armed))


def _update_needs(clock: ProgressClock, event: events.AnyEvent, signals: IncidentSignals) -> ProgressClock:
    """Return the clock with what is lacking now; what stopped because it hurt no more begins anew."""
    if not signals.has_impact:
        return replace(clock, running=False, unmet_since={}, brought_forward={})
    if not clock.running:
        begun = dict.fromkeys((Need.UPDATE, Need.HYPOTHESIS, Need.RELIEF), event.at)
        if not signals.has_commander:
            begun[Need.COMMANDER] = event.at
        if signals.is_without_lead:
            begun[Need.LEAD] = event.at
        return replace(
            clock, running=True, unmet_since=begun, reached={}, snoozed_until=None, severity_changed_at=None
        )
    ended = needs_met_by(event)
    since = {lack: at for lack, at in clock.unmet_since.items() if lack not in ended}
    if Need.UPDATE in ended:
        # What was said before the last update is no later one.
        since[Need.UPDATE] = max(event.at, clock.unmet_since.get(Need.UPDATE, event.at))
    reopened = isinstance(event, events.StatusChanged) and event.status is Status.INVESTIGATING
    if reopened or signals.support_lost:
        # What was held for the cause is not.
        since.setdefault(Need.HYPOTHESIS, event.at)
    if signals.is_without_lead and Need.HYPOTHESIS in since:
        since.setdefault(Need.LEAD, event.at)
    return replace(clock, unmet_since=since)


def _record(clock: ProgressClock, event: events.AnyEvent) -> ProgressClock:
    """Return the clock with what the clock's own events say."""
    match event:
        case events.LadderChosen():
            return _chosen(clock, event)
        case events.EscalationDue() | events.EscalationMade():
            return _record_rung(clock, event)
        case events.ClockSnoozed():
            return replace(clock, snoozed_until=event.until)
        case events.SeverityChanged():
            return replace(clock, severity_changed_at=event.at)
        case events.PageFailed():
            return _bring_forward(clock, event)
        case events.PageSent():
            unreached = tuple(known for known in clock.unreached if known.to != event.to)
            return replace(clock, unreached=unreached)
        case events.ReminderGiven():
            return replace(clock, reminded={**clock.reminded, event.what: event.at})
        case _:
            return clock


def _bring_forward(clock: ProgressClock, event: events.PageFailed) -> ProgressClock:
    """Have the next rung taken at once; however many of one rung are not reached, that is one rung."""
    climb = clock.reached.get(event.rung)
    others = (
        known
        for known in clock.unreached
        if climb and known.rung == event.rung and known.at >= climb.due_at and known.following
    )
    first = next(others, None)
    following = (
        first.following if first else (clock.still_unmet(event.rung) and clock.next_rung(event.rung)) or 0
    )
    taken = clock.reached.get(following) if clock.due(following) is None else None
    called = bool(first and taken and taken.due_at >= first.at)
    known = Unreached(
        to=event.to, why=event.why, at=event.at, rung=event.rung, following=following, called=called
    )
    return replace(
        clock,
        unreached=(*clock.unreached, known),
        brought_forward={following: event.at} if following else clock.brought_forward,
    )


def _chosen(clock: ProgressClock, event: events.LadderChosen) -> ProgressClock:
    """Take the new ladder; who was called in for a lack, by any ladder, is not called in for it again."""
    taken = {call: clock.reached[number] for number, call in _calls(clock.ladder) if number in clock.reached}
    called = {**clock.called, **taken}
    climbed = {number: called[call] for number, call in _calls(event.rungs) if call in called}
    return replace(clock, ladder=event.rungs, brought_forward={}, called=called, reached=climbed)


def _calls(ladder: Ladder) -> Iterator[tuple[int, RungKey]]:
    """Yield each rung's number, and what it is in any ladder: which call of whom, for what lack."""
    times = Counter[tuple[Need, tuple[str, ...]]]()
    for number, rung in enumerate(ladder, 1):
        times[rung.unless, rung.who] += 1
        yield number, (rung.unless, rung.who, times[rung.unless, rung.who])


def _record_rung(clock: ProgressClock, event: events.EscalationDue | events.EscalationMade) -> ProgressClock:
    rung = clock.rung(event.rung)
    since = clock.unmet_since.get(rung.unless) if rung else None
    if since is None:
        return clock
    answered = isinstance(event, events.EscalationMade)
    climb = RungReached(unmet_since=since, due_at=event.due_at or event.at, answered=answered)
    return replace(clock, reached={**clock.reached, event.rung: climb})
