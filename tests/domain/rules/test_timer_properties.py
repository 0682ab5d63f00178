"""Properties of timers: whatever happens in an incident, what becomes due has a timer."""

from datetime import datetime

from hypothesis import given

from bot.domain import effects, events
from bot.domain.insights import reminders
from bot.domain.insights.reminders import Reminder
from bot.domain.rules.react import react
from tests.domain.given import TEN
from tests.domain.rules.test_properties import Life, lived, lives


@given(lives)
def test_every_rung_that_may_be_due_has_a_timer(life: Life) -> None:
    """Every rung that can become due has a timer no later than that. An early timer is set again."""
    timers: dict[int, datetime] = {}
    for incident, event in lived(life):
        if isinstance(event, events.EscalationDue | events.EscalationMade):
            timers.pop(event.rung, None)
        for effect in react(event, incident):
            if isinstance(effect, effects.ClimbLadder) and effect.not_before:
                timers[effect.rung] = min(effect.not_before, timers.get(effect.rung, effect.not_before))
        for number in range(1, len(incident.escalation.clock.ladder) + 1):
            due = incident.escalation.clock.due(number)
            assert due is None or timers[number] <= due
            assert due is None or incident.status.has_impact


@given(lives)
def test_an_open_incident_always_has_a_reminder(life: Life) -> None:
    """An incident that is not over has a timer no later than its next reminder. An early one is set again."""
    timers: list[datetime] = []
    for incident, event in lived(life):
        if isinstance(event, events.ReminderPosted) and event.what == Reminder.OPEN_LONG:
            timers = sorted(timers)[1:]
        for effect in react(event, incident):
            if isinstance(effect, effects.Remind) and effect.what == Reminder.OPEN_LONG:
                timers.append(effect.not_before or TEN)
        due = reminders.due(incident, Reminder.OPEN_LONG)
        assert (due is None) is incident.status.is_over
        assert due is None or min(timers) <= due
        timers = [due or time for time in timers]  # as if each had been early and was set again
