"""The timers that an event requires."""

from collections.abc import Iterator

from bot.domain import effects, events
from bot.domain.incident.incident import Incident
from bot.domain.insights import reminders


def set_timers(event: events.AnyEvent, incident: Incident) -> Iterator[effects.AnyEffect]:
    """Yield the timers that the event requires: rungs of the ladder, reminders and time limits."""
    for rung in incident.escalation.clock.to_arm:
        yield effects.ClimbLadder(rung=rung, not_before=incident.escalation.clock.due(rung))
    for what in reminders.reminders_after(event, incident):
        if due := reminders.due(incident, what):
            yield effects.Remind(what=what, not_before=due)
    if isinstance(event, events.IncidentReopened | events.CauseWithdrawn):
        yield from _time_boxes(incident)


def _time_boxes(incident: Incident) -> Iterator[effects.EndTimeBox]:
    """Yield the timers of open hypotheses again.

    They did nothing if time ran out while the incident was over or the hypothesis was confirmed.
    """
    for hypothesis in incident.investigation.hypotheses.values():
        if hypothesis.verdict is None and not hypothesis.asked:
            yield effects.EndTimeBox(number=hypothesis.number, not_before=hypothesis.ends_at)
