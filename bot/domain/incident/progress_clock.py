"""The progress clock: since when an incident lacks what, and when which rung of its ladder falls due.

It runs on progress, not on acknowledgement: somebody who has answered the page may be stuck all the same.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain import events as e
from bot.domain.escalation.ladder import Lack, Ladder, Rung
from bot.domain.vocabulary import Outcome, Role, Seen, Status, Verdict

#: A rung, whatever its ladder: what it asks for, whom it calls, and the how manieth such call it is.
OfRung = tuple[Lack, tuple[str, ...], int]

#: Nobody is kept from being called for longer with one snooze.
LONGEST_SNOOZE = timedelta(hours=4)


@dataclass(frozen=True, kw_only=True)
class Climb:
    """That a rung was reached: for the lack that began at `since`; `answered` once others were called in."""

    since: datetime
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
class Standing:
    """How an incident and its suspicions stand after an event, as far as the clock asks."""

    hurting: bool
    commanded: bool
    #: Whether the event took away the last that supported a hypothesis.
    support_lost: bool
    #: Whether there are suspicions and every one is refuted or parked.
    without_lead: bool
    cause_named: bool


@dataclass(frozen=True, kw_only=True)
class Clock:
    """What is known of an incident's progress, folded from its events. Rungs count from 1."""

    ladder: Ladder = ()
    #: When the severity last changed: no rung of its ladder was due before.
    graded_at: datetime | None = None
    #: Whether users feel it; else nothing falls due.
    running: bool = False
    #: What is missing, and since when.
    since: Mapping[Lack, datetime] = field(default_factory=dict)
    climbed: Mapping[int, Climb] = field(default_factory=dict)
    #: What was climbed by the ladders before.
    called: Mapping[OfRung, Climb] = field(default_factory=dict)
    #: Rungs to be taken at once, because the one before reached nobody; since when.
    hurried: Mapping[int, datetime] = field(default_factory=dict)
    snoozed_until: datetime | None = None
    #: When the channel was last reminded of what.
    reminded: Mapping[str, datetime] = field(default_factory=dict)
    #: When somebody last said how it stands, or it began; never before a reminder that came earlier.
    said_at: datetime | None = None
    #: By key, the pager that took a page; and who answered it.
    pages: Mapping[str, str] = field(default_factory=dict)
    answered: Mapping[str, str] = field(default_factory=dict)
    #: Who could not be reached and was not since, oldest first.
    unreached: tuple[Unreached, ...] = ()
    #: How it stands, as last said to those outside the search.
    update: str = ""
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
        since = self.since.get(rung.unless) if rung else None
        if rung is None or since is None or self._climb(number, since):
            return None
        due = self._by_ladder(rung, since)
        return self.awake(min(due, self.hurried[number]) if self._missed(number, since) else due)

    def hurry(self, number: int, now: datetime) -> str:
        """Return in place of whom that rung is taken before its time; nothing once the ladder has it due."""
        rung = self.ladder[number - 1]
        since = self.since[rung.unless]
        missed = self._missed(number, since)
        if now >= self._by_ladder(rung, since) or not missed:
            return ""
        names = " and ".join(dict.fromkeys(known.to for known in missed))
        return f"{names} could not be reached, and {self.ladder[missed[-1].rung - 1].unless.now}"

    def awake(self, due: datetime) -> datetime:
        """Return `due`, or the end of the snooze if that is later."""
        return max(due, self.snoozed_until or due)

    def oldest_owed(self, now: datetime) -> tuple[int, datetime] | None:
        """Return the rung that has waited the longest for somebody to be called in, and when it was due."""
        owed = []
        for number, rung in enumerate(self.ladder, 1):
            since = self.since.get(rung.unless)
            climb = self._climb(number, since) if since else None
            due = climb.due_at if climb else self.due(number)
            if due and due <= now and not (climb and climb.answered):
                owed.append((due, number))
        return (min(owed)[1], min(owed)[0]) if owed else None

    def next_rung(self, after: int) -> int | None:
        """Return the first rung behind that one which may still fall due."""
        return next((n for n in range(after + 1, len(self.ladder) + 1) if self.due(n)), None)

    def _by_ladder(self, rung: Rung, since: datetime) -> datetime:
        """Return when the ladder has the rung taken for a lack that began then."""
        return max(since + timedelta(minutes=rung.after_minutes), self.graded_at or since)

    def _missed(self, number: int, since: datetime) -> list[Unreached]:
        """Return in place of whom that rung is to be taken at once, since its own lack began."""
        hurried = self.hurried.get(number)
        if hurried is None or hurried < since:
            return []
        missed = (known for known in self.unreached if known.following == number and known.at >= since)
        return [known for known in missed if self.lasts(known.rung)]

    def lasts(self, number: int) -> bool:
        """Whether what that rung was reached for lacks still."""
        rung = self.rung(number)
        since = self.since.get(rung.unless) if rung else None
        return bool(since and self._climb(number, since))

    def _climb(self, number: int, since: datetime) -> Climb | None:
        """Return that the rung was reached for the lack that began then, if it was."""
        climb = self.climbed.get(number)
        return climb if climb and climb.since == since else None


def ends(event: e.AnyEvent) -> tuple[Lack, ...]:
    """Return what is lacking no more after `event`: all that counts as progress, on one page."""
    match event:
        case e.RoleAssigned(role=Role.COMMANDER):
            return (Lack.COMMANDER,)
        case e.UpdateGiven() | e.NoteAdded() | e.ImpactDescribed() | e.SeverityChanged() | e.StatusChanged():
            return () if event.by == e.FIRSTCHECK else (Lack.UPDATE,)
        case e.HypothesisOpened():
            return (Lack.LEAD,)
        case e.HypothesisClosed(verdict=Verdict.CONFIRMED):
            return (Lack.HYPOTHESIS, Lack.LEAD)
        case e.ProbeFinished(verdict=Seen.WRONG) | e.StepFinished(outcome=Outcome.FOUND):
            return (Lack.HYPOTHESIS, Lack.LEAD)
        case e.CauseNamed():
            return (Lack.UPDATE, Lack.HYPOTHESIS, Lack.LEAD)
        case e.CauseTakenBack():
            return (Lack.UPDATE,)
        case _:
            # Relief comes when the incident is mitigated, which stops the clock as a whole.
            return ()


def ticked(clock: Clock, event: e.AnyEvent, standing: Standing) -> Clock:
    """Return the clock after `event`, where the incident stands so then."""
    before = clock
    clock = _moved(clock, event, standing)
    clock = _learned(clock, event, standing)
    if Lack.UPDATE in ends(event) or (clock.running and not before.running):
        clock = replace(clock, said_at=max((event.at, *clock.reminded.values())))
    if clock == before and not before.to_arm:
        return before
    dues = {n: due for n in range(1, len(clock.ladder) + 1) if (due := clock.due(n))}
    # A timer that comes too early looks again; one that would come too late needs another.
    armed = {n for n, due in dues.items() if n in before.armed and (before.due(n) or due) <= due}
    return replace(clock, armed=frozenset(dues), to_arm=tuple(n for n in dues if n not in armed))


def _moved(clock: Clock, event: e.AnyEvent, standing: Standing) -> Clock:
    """Return the clock with what is lacking now; what stopped because it hurt no more begins anew."""
    if not standing.hurting:
        return replace(clock, running=False, since={}, hurried={})
    if not clock.running:
        begun = dict.fromkeys((Lack.UPDATE, Lack.HYPOTHESIS, Lack.RELIEF), event.at)
        if not standing.commanded:
            begun[Lack.COMMANDER] = event.at
        if standing.without_lead:
            begun[Lack.LEAD] = event.at
        return replace(clock, running=True, since=begun, climbed={}, snoozed_until=None, graded_at=None)
    ended = ends(event)
    since = {lack: at for lack, at in clock.since.items() if lack not in ended}
    if Lack.UPDATE in ended:
        # What was said before the last update is no later one.
        since[Lack.UPDATE] = max(event.at, clock.since.get(Lack.UPDATE, event.at))
    reopened = isinstance(event, e.StatusChanged) and event.status is Status.INVESTIGATING
    if reopened or standing.support_lost:
        # What was held for the cause is not.
        since.setdefault(Lack.HYPOTHESIS, event.at)
    if standing.without_lead and Lack.HYPOTHESIS in since:
        since.setdefault(Lack.LEAD, event.at)
    return replace(clock, since=since)


def _learned(clock: Clock, event: e.AnyEvent, standing: Standing) -> Clock:
    """Return the clock with what the clock's own events say."""
    match event:
        case e.LadderChosen():
            return _chosen(clock, event)
        case e.EscalationDue() | e.EscalationMade():
            return _climbed(clock, event)
        case e.ClockSnoozed():
            return replace(clock, snoozed_until=event.until)
        case e.SeverityChanged():
            return replace(clock, graded_at=event.at)
        case e.PageFailed():
            return _hurried(clock, event)
        case e.UpdateGiven():
            return replace(clock, update=event.text)
        case e.StatusChanged():  # that it is identified repeats the cause, if one is named
            is_told = event.status is Status.IDENTIFIED and standing.cause_named
            return replace(clock, update="" if is_told else event.note)
        case e.IncidentReopened():
            return replace(clock, update="")
        case e.PageSent():
            unreached = tuple(known for known in clock.unreached if known.to != event.to)
            return replace(clock, pages={**clock.pages, event.key: event.to}, unreached=unreached)
        case e.PageAcknowledged():
            return replace(clock, answered={**clock.answered, event.key: event.by})
        case e.ReminderGiven():
            return replace(clock, reminded={**clock.reminded, event.what: event.at})
        case _:
            return clock


def _hurried(clock: Clock, event: e.PageFailed) -> Clock:
    """Have the next rung taken at once; however many of one rung are not reached, that is one rung."""
    climb = clock.climbed.get(event.rung)
    others = (
        known
        for known in clock.unreached
        if climb and known.rung == event.rung and known.at >= climb.due_at and known.following
    )
    first = next(others, None)
    following = first.following if first else (clock.lasts(event.rung) and clock.next_rung(event.rung)) or 0
    taken = clock.climbed.get(following) if clock.due(following) is None else None
    called = bool(first and taken and taken.due_at >= first.at)
    known = Unreached(
        to=event.to, why=event.why, at=event.at, rung=event.rung, following=following, called=called
    )
    return replace(
        clock,
        unreached=(*clock.unreached, known),
        hurried={following: event.at} if following else clock.hurried,
    )


def _chosen(clock: Clock, event: e.LadderChosen) -> Clock:
    """Take the new ladder; who was called in for a lack, by any ladder, is not called in for it again."""
    taken = {call: clock.climbed[number] for number, call in _calls(clock.ladder) if number in clock.climbed}
    called = {**clock.called, **taken}
    climbed = {number: called[call] for number, call in _calls(event.rungs) if call in called}
    return replace(clock, ladder=event.rungs, hurried={}, called=called, climbed=climbed)


def _calls(ladder: Ladder) -> Iterator[tuple[int, OfRung]]:
    """Yield each rung's number, and what it is in any ladder: which call of whom, for what lack."""
    times = Counter[tuple[Lack, tuple[str, ...]]]()
    for number, rung in enumerate(ladder, 1):
        times[rung.unless, rung.who] += 1
        yield number, (rung.unless, rung.who, times[rung.unless, rung.who])


def _climbed(clock: Clock, event: e.EscalationDue | e.EscalationMade) -> Clock:
    rung = clock.rung(event.rung)
    since = clock.since.get(rung.unless) if rung else None
    if since is None:
        return clock
    answered = isinstance(event, e.EscalationMade)
    climb = Climb(since=since, due_at=event.due_at or event.at, answered=answered)
    return replace(clock, climbed={**clock.climbed, event.rung: climb})
