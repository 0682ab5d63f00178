"""Performs due timers for the outbox: escalation, reminders, card refreshes and time limits."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.config.settings import Settings
from bot.domain import effects, events
from bot.domain.escalation.ladder import Rung
from bot.domain.incident.incident import Incident
from bot.domain.insights import reminders
from bot.domain.insights.reminders import Reminder
from bot.domain.recipient import OnCall, parse_recipient
from bot.domain.rules.react import REFRESH_EVERY
from bot.engine.outbox import Done, Performer, Result, Task, effect_of

#: The placeholders in our templates, and others that people use.
PLACEHOLDERS = ("_not recorded yet_", "TODO")


@dataclass(frozen=True)
class TimerPerformers:
    """Performs timers. The settings are needed for the ladders and the on-call people."""

    settings: Settings

    def table(self) -> Mapping[type, Performer]:
        """Return the performer of each effect type."""
        return {
            effects.ChooseLadder: self.choose_ladder,
            effects.ClimbLadder: self.climb_ladder,
            effects.Remind: self.remind,
            effects.RefreshCard: refresh_card,
            effects.EndTimeBox: end_time_box,
        }

    async def choose_ladder(self, task: Task) -> Result:
        """Record the ladder that is now configured for the incident's severity."""
        rungs = self.settings.ladders[task.incident.severity]
        if rungs == task.incident.escalation.clock.ladder:
            return Done()
        return Done(events=(events.LadderChosen(at=task.now, rungs=rungs),))

    async def climb_ladder(self, task: Task) -> Result:
        """Escalate if the rung is due now, otherwise schedule it for its due time."""
        number = effect_of(task, effects.ClimbLadder).rung
        clock = task.incident.escalation.clock
        due, rung = clock.due(number), clock.rung(number)
        if due is None or rung is None:
            return Done()
        if due > task.now:
            return Done(effects=(effects.ClimbLadder(rung=number, not_before=due),))
        return Done(events=tuple(self._taken(task, number, rung, due)))

    def _taken(self, task: Task, number: int, rung: Rung, due: datetime) -> Iterator[events.AnyEvent]:
        recipients = dict.fromkeys(who for name in rung.who for who in self._resolved(name, task.incident))
        clock = task.incident.escalation.clock
        early = clock.brought_forward_because(number, task.now)
        reason = early or rung.unless.unmet_for(task.now - clock.unmet_since[rung.unless])
        for who in recipients:
            yield events.EscalationMade(at=task.now, who=who, reason=reason, due_at=due, rung=number)
        if not recipients:
            yield events.EscalationDue(at=task.now, rung=number, lack=rung.unless, due_at=due, reason=early)

    def _resolved(self, who: str, incident: Incident) -> tuple[str, ...]:
        """Expand a recipient of a rung: `oncall` becomes everyone on call, any other stays as it is."""
        return self.settings.on_call(incident) if parse_recipient(who) == OnCall() else (who,)

    async def remind(self, task: Task) -> Result:
        """Post the reminder if it is due now, otherwise schedule it for its due time."""
        what = Reminder(effect_of(task, effects.Remind).what)
        due = reminders.due(task.incident, what)
        if due is None:
            return Done()
        if due > task.now:
            return Done(effects=(effects.Remind(what=what, not_before=due),))
        if what is Reminder.POSTMORTEM and not await _has_gaps(task.incident.follow_up.postmortem_path):
            return Done()
        return Done(events=(events.ReminderPosted(at=task.now, what=what),))


async def refresh_card(task: Task) -> Result:
    """Update the elapsed time on the card and schedule the next refresh, until the incident ends."""
    if task.incident.ended_at or task.incident.status.is_over:
        return Done()
    return Done(effects=(effects.ShowCard(), effects.RefreshCard(not_before=task.now + REFRESH_EVERY)))


async def end_time_box(task: Task) -> Result:
    """Record that time is up, unless the limit was changed or the hypothesis has a verdict."""
    effect = effect_of(task, effects.EndTimeBox)
    hypothesis = task.incident.investigation.hypotheses[effect.number]
    if not (task.incident.is_active and hypothesis.runs_until(effect.not_before)):
        return Done()
    return Done(events=(events.TimeBoxEnded(at=task.now, number=effect.number),))


async def _has_gaps(path: str) -> bool:
    """Return whether a document is missing or still contains placeholders."""
    try:
        text = await asyncio.to_thread(Path(path).read_text, "utf-8", errors="replace")
    except OSError:
        return True
    return any(mark in text for mark in PLACEHOLDERS)
