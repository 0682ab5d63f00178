"""The progress clock: how long each need of an incident has been unmet, and when each rung is due.

It measures progress, not acknowledgement, because somebody who acknowledged the page may still be stuck.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from operator import itemgetter
from typing import assert_never

from bot.domain import events
from bot.domain.escalation.ladder import Ladder, Need, Rung
from bot.domain.incident.needs import needs_met_by
from bot.domain.vocabulary import Status

#: Identifies a rung across ladders: (need, recipients, number among the rungs with the same need and
#: recipients).
RungKey = tuple[Need, tuple[str, ...], int]


@dataclass(frozen=True, kw_only=True)
class RungReached:
    """A rung that was reached. Times are UTC."""

    #: When the need that triggered the rung became unmet.
    unmet_since: datetime
    due_at: datetime
    #: Whether the incident was escalated to anyone.
    answered: bool


@dataclass(frozen=True, kw_only=True)
class Unreached:
    """A target of a rung that could not be reached."""

    to: str
    why: str
    at: datetime
    rung: int
    #: The rung that is brought forward instead, or 0 if there is none.
    following: int
    #: Whether another unreachable target of `rung` had already brought `following` forward.
    called: bool


@dataclass(frozen=True, kw_only=True)
class IncidentSignals:
    """The parts of an incident's state after an event that the clock needs."""

    has_impact: bool
    has_commander: bool
    #: Whether the event removed the last support for any hypothesis.
    support_lost: bool
    #: Whether there are hypotheses, and all of them were ruled out or parked.
    is_without_lead: bool


@dataclass(frozen=True, kw_only=True)
class ProgressClock:
    """The progress of an incident. Rungs are numbered from 1. Times are UTC."""

    ladder: Ladder = ()
    #: When the severity last changed. No rung of the new ladder is due before that.
    severity_changed_at: datetime | None = None
    #: Whether users are affected; otherwise nothing is due.
    running: bool = False
    #: When each unmet need became unmet.
    unmet_since: Mapping[Need, datetime] = field(default_factory=dict)
    reached: Mapping[int, RungReached] = field(default_factory=dict)
    #: The rungs that were reached with earlier ladders.
    called: Mapping[RungKey, RungReached] = field(default_factory=dict)
    #: When each rung was brought forward because an earlier one could not reach somebody.
    brought_forward: Mapping[int, datetime] = field(default_factory=dict)
    #: When the latest snooze ends. A flapping alert doesn't end it, and the end of the incident does.
    snoozed_until: datetime | None = None
    #: When the channel was last reminded, by the kind of reminder.
    reminded: Mapping[str, datetime] = field(default_factory=dict)
    #: When the last update was posted or the clock started, or the time of the latest reminder if that is
    #: later.
    last_update_at: datetime | None = None
    #: When a person last posted something, or the incident was declared, resolved or reopened; never before
    #: an earlier reminder. Alerts do not count, so that one that flaps does not silence the reminders.
    last_activity_at: datetime | None = None
    #: Targets that could not be reached and have not been reached since, oldest first.
    unreached: tuple[Unreached, ...] = ()
    #: The rungs whose timers are set, and the rungs whose timers the latest event requires.
    armed: frozenset[int] = frozenset()
    to_arm: tuple[int, ...] = ()

    def rung(self, number: int) -> Rung | None:
        """Return the rung with that number, if the ladder has it."""
        return self.ladder[number - 1] if 0 < number <= len(self.ladder) else None

    def due(self, number: int) -> datetime | None:
        """Return when the rung is due (UTC), or None if its need is met or the rung was reached."""
        due = self._by_ladder(number)
        if due is None or self.rung_reached(number):
            return None
        return self.after_snooze(min(due, self.brought_forward[number]) if self._missed(number) else due)

    def brought_forward_because(self, number: int, now: datetime) -> str:
        """Return why the rung is brought forward, or "" once it is due anyway."""
        due, missed = self._by_ladder(number), self._missed(number)
        if due is None or now >= due or not missed:
            return ""
        names = " and ".join(dict.fromkeys(target.to for target in missed))
        return f"{names} could not be reached, and {self.ladder[missed[-1].rung - 1].unless.unmet_now}"

    def after_snooze(self, due: datetime) -> datetime:
        """Return `due`, or the end of the snooze if that is later."""
        return max(due, self.snoozed_until or due)

    def longest_overdue(self, now: datetime) -> tuple[int, datetime] | None:
        """Return the rung that has been due longest without an escalation, and when it was due; or None."""
        overdue = []
        for number in range(1, len(self.ladder) + 1):
            reached = self.rung_reached(number)
            due = reached.due_at if reached else self.due(number)
            if due and due <= now and not (reached and reached.answered):
                overdue.append((number, due))
        return min(overdue, key=itemgetter(1), default=None)

    def next_rung(self, after: int) -> int | None:
        """Return the number of the next rung that can still become due, or 0 if there is none."""
        return next((number for number in range(after + 1, len(self.ladder) + 1) if self.due(number)), None)

    def need_unmet_since(self, number: int) -> datetime | None:
        """Return when the need that triggers the rung became unmet, or None if it is met."""
        rung = self.rung(number)
        return self.unmet_since.get(rung.unless) if rung else None

    def rung_reached(self, number: int) -> RungReached | None:
        """Return how the rung was reached since its need became unmet, or None if it was not."""
        reached = self.reached.get(number)
        return reached if reached and reached.unmet_since == self.need_unmet_since(number) else None

    def _by_ladder(self, number: int) -> datetime | None:
        """Return when the ladder makes the rung due, or None if its need is met."""
        rung, since = self.rung(number), self.need_unmet_since(number)
        if rung is None or since is None:
            return None
        return max(since + timedelta(minutes=rung.after_minutes), self.severity_changed_at or since)

    def _missed(self, number: int) -> list[Unreached]:
        """Return the unreachable targets that bring the rung forward."""
        since, forward_since = self.need_unmet_since(number), self.brought_forward.get(number)
        if since is None or forward_since is None or forward_since < since:
            return []
        missed = (target for target in self.unreached if target.following == number and target.at >= since)
        return [target for target in missed if self.rung_reached(target.rung)]


def advance(clock: ProgressClock, event: events.AnyEvent, signals: IncidentSignals) -> ProgressClock:
    """Return the clock after `event`, given the state of the incident after it."""
    before = clock
    clock = _update_needs(clock, event, signals)
    if isinstance(event, events.EscalationEvent):
        clock = _record(clock, event)
    elif isinstance(event, events.SeverityChanged):
        clock = replace(clock, severity_changed_at=event.at)
    latest = max((event.at, *clock.reminded.values()))
    if Need.UPDATE in needs_met_by(event) or (clock.running and not before.running):
        clock = replace(clock, last_update_at=latest)
    if shows_activity(event):
        clock = replace(clock, last_activity_at=max(latest, clock.last_activity_at or latest))
    if clock == before and not before.to_arm:
        return before
    dues = {number: due for number in range(1, len(clock.ladder) + 1) if (due := clock.due(number))}
    # A timer that fires too early sets itself again. A timer that would fire too late must be replaced.
    to_arm = (
        number
        for number, due in dues.items()
        if number not in before.armed or due < (before.due(number) or due)
    )
    return replace(clock, armed=frozenset(dues), to_arm=tuple(to_arm))


def shows_activity(event: events.AnyEvent) -> bool:
    """Return whether a person posted something, or the incident was declared, resolved or reopened."""
    turning_points = events.IncidentDeclared | events.IncidentResolved | events.IncidentReopened
    return isinstance(event, turning_points) or Need.UPDATE in needs_met_by(event)


def _update_needs(clock: ProgressClock, event: events.AnyEvent, signals: IncidentSignals) -> ProgressClock:
    """Return the clock with its unmet needs. The clock restarts when users are affected again."""
    if not signals.has_impact:
        is_ended = isinstance(
            event, events.IncidentResolved | events.IncidentClosed | events.IncidentCancelled
        )
        snoozed_until = None if is_ended else clock.snoozed_until
        return replace(clock, running=False, unmet_since={}, brought_forward={}, snoozed_until=snoozed_until)
    if not clock.running:
        unmet = dict.fromkeys((Need.UPDATE, Need.HYPOTHESIS, Need.RELIEF), event.at)
        if not signals.has_commander:
            unmet[Need.COMMANDER] = event.at
        if signals.is_without_lead:
            unmet[Need.LEAD] = event.at
        return replace(clock, running=True, unmet_since=unmet, reached={}, severity_changed_at=None)
    met = needs_met_by(event)
    since = {need: at for need, at in clock.unmet_since.items() if need not in met}
    if Need.UPDATE in met:
        # An update recorded out of order must not move the time of the latest update back.
        since[Need.UPDATE] = max(event.at, clock.unmet_since.get(Need.UPDATE, event.at))
    reopened = isinstance(event, events.StatusChanged) and event.status is Status.INVESTIGATING
    if reopened or signals.support_lost:
        # The supposed cause was wrong.
        since.setdefault(Need.HYPOTHESIS, event.at)
    if signals.is_without_lead and Need.HYPOTHESIS in since:
        since.setdefault(Need.LEAD, event.at)
    return replace(clock, unmet_since=since)


def _record(clock: ProgressClock, event: events.EscalationEvent) -> ProgressClock:
    """Return the clock after an event about escalation."""
    match event:
        case events.LadderChosen():
            return _choose_ladder(clock, event)
        case events.EscalationDue() | events.EscalationMade():
            return _record_rung(clock, event)
        case events.EscalationSnoozed():
            return replace(clock, snoozed_until=event.until)
        case events.PageFailed():
            return _bring_forward(clock, event)
        case events.PageSent():
            unreached = tuple(target for target in clock.unreached if target.to != event.to)
            return replace(clock, unreached=unreached)
        case events.ReminderPosted():
            return replace(clock, reminded={**clock.reminded, event.what: event.at})
        case events.UpdatePosted() | events.PageAcknowledged():
            return clock
        case _:
            assert_never(event)


def _bring_forward(clock: ProgressClock, event: events.PageFailed) -> ProgressClock:
    """Bring the next rung forward. Several unreachable targets of one rung bring forward only one rung."""
    reached = clock.reached.get(event.rung)
    others = (
        target
        for target in clock.unreached
        if reached and target.rung == event.rung and target.at >= reached.due_at and target.following
    )
    first = next(others, None)
    following = first.following if first else 0
    if first is None and clock.rung_reached(event.rung):
        following = clock.next_rung(event.rung) or 0
    taken = clock.reached.get(following) if clock.due(following) is None else None
    called = bool(first and taken and taken.due_at >= first.at)
    target = Unreached(
        to=event.to, why=event.why, at=event.at, rung=event.rung, following=following, called=called
    )
    return replace(
        clock,
        unreached=(*clock.unreached, target),
        brought_forward={following: event.at} if following else clock.brought_forward,
    )


def _choose_ladder(clock: ProgressClock, event: events.LadderChosen) -> ProgressClock:
    """Return the clock with a new ladder. Rungs that an earlier ladder reached count as reached."""
    taken = {
        key: clock.reached[number] for number, key in _rung_keys(clock.ladder) if number in clock.reached
    }
    called = {**clock.called, **taken}
    reached = {number: called[key] for number, key in _rung_keys(event.rungs) if key in called}
    return replace(clock, ladder=event.rungs, brought_forward={}, called=called, reached=reached)


def _rung_keys(ladder: Ladder) -> Iterator[tuple[int, RungKey]]:
    """Yield each rung's number, and the key that identifies it across ladders."""
    times = Counter[tuple[Need, tuple[str, ...]]]()
    for number, rung in enumerate(ladder, 1):
        times[rung.unless, rung.who] += 1
        yield number, (rung.unless, rung.who, times[rung.unless, rung.who])


def _record_rung(clock: ProgressClock, event: events.EscalationDue | events.EscalationMade) -> ProgressClock:
    since = clock.need_unmet_since(event.rung)
    if since is None:
        return clock
    answered = isinstance(event, events.EscalationMade)
    reached = RungReached(unmet_since=since, due_at=event.due_at or event.at, answered=answered)
    return replace(clock, reached={**clock.reached, event.rung: reached})
