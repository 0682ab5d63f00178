"""What the outbox does when a timer is due, all without Slack: climbs the ladder, reminds, refreshes."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.config.settings import Settings
from bot.domain import effects, events
from bot.domain.escalation.ladder import ONCALL, Rung
from bot.domain.incident.incident import Incident
from bot.domain.insights import reminders
from bot.domain.insights.reminders import Reminder
from bot.domain.rules.react import REFRESH_EVERY
from bot.engine.outbox import Done, Performer, Result, Task, effect_of

#: What our templates write where nothing is known, and what people write for themselves.
UNFINISHED = ("_not recorded yet_", "TODO")


@dataclass(frozen=True)
class TimerPerformers:
    """What timers need: who is called in when nothing moves."""

    settings: Settings

    def table(self) -> Mapping[type, Performer]:
        """Return who performs which effect."""
        return {
            effects.ChooseLadder: self.choose_ladder,
            effects.ClimbLadder: self.climb_ladder,
            effects.Remind: self.remind,
            effects.RefreshCard: refresh_card,
            effects.EndTimeBox: end_time_box,
        }

    async def choose_ladder(self, task: Task) -> Result:
        """Copy the ladder of the incident's severity into its log, as it is configured now."""
        rungs = self.settings.ladders[task.incident.severity]
        if rungs == task.incident.escalation.clock.ladder:
            return Done()
        return Done(events=(events.LadderChosen(at=task.now, rungs=rungs),))

    async def climb_ladder(self, task: Task) -> Result:
        """Take the rung if it is due as things stand now, or wait until it will be."""
        number = effect_of(task, effects.ClimbLadder).rung
        clock = task.incident.escalation.clock
        due, rung = clock.due(number), clock.rung(number)
        if due is None or rung is None:
            return Done()
        if due > task.now:
            return Done(effects=(effects.ClimbLadder(rung=number, not_before=due),))
        return Done(events=tuple(self._taken(task, number, rung, due)))

    def _taken(self, task: Task, number: int, rung: Rung, due: datetime) -> Iterator[events.AnyEvent]:
        called = tuple(dict.fromkeys(who for named in rung.who for who in self._meant(named, task.incident)))
        clock = task.incident.escalation.clock
        hurry = clock.brought_forward_because(number, task.now)
        reason = hurry or rung.unless.unmet_for(task.now - clock.unmet_since[rung.unless])
        for who in called:
            yield events.EscalationMade(at=task.now, who=who, reason=reason, due_at=due, rung=number)
        if not called:
            yield events.EscalationDue(at=task.now, rung=number, lack=rung.unless, due_at=due, reason=hurry)

    def _meant(self, who: str, incident: Incident) -> tuple[str, ...]:
        """Return whom a rung means."""
        return self.settings.on_call(incident) if who == ONCALL else (who,)

    async def remind(self, task: Task) -> Result:
        """Remind if it is due as things stand now, and come back when it is due next."""
        what = Reminder(effect_of(task, effects.Remind).what)
        due = reminders.due(task.incident, what)
        if due is None:
            return Done()
        if due > task.now:
            return Done(effects=(effects.Remind(what=what, not_before=due),))
        if what is Reminder.POSTMORTEM and not await _is_unfinished(task.incident.follow_up.postmortem_path):
            return Done()
        return Done(events=(events.ReminderGiven(at=task.now, what=what),))


async def refresh_card(task: Task) -> Result:
    """Bring the elapsed time up to date, and come back, while somebody works on it."""
    if task.incident.ended_at or task.incident.status.is_over:
        return Done()
    return Done(effects=(effects.ShowCard(), effects.RefreshCard(not_before=task.now + REFRESH_EVERY)))


async def end_time_box(task: Task) -> Result:
    """Write down that the minutes are over, if they are those that run now and nothing was decided."""
    effect = effect_of(task, effects.EndTimeBox)
    known = task.incident.investigation.hypotheses[effect.number]
    if not (task.incident.is_active and known.runs_until(effect.not_before)):
        return Done()
    return Done(events=(events.TimeBoxEnded(at=task.now, number=effect.number),))


async def _is_unfinished(path: str) -> bool:
    """Whether a document is missing, or has gaps that nobody filled."""
    try:
        text = await asyncio.to_thread(Path(path).read_text, "utf-8", errors="replace")
    except OSError:
        return True
    return any(mark in text for mark in UNFINISHED)
