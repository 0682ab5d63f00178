"""Describes an incident's waiting work and timers, for people without access to Slack."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import assert_never

from bot.domain import effects
from bot.domain.incident.incident import Incident
from bot.domain.insights import reminders
from bot.domain.insights.effect_words import EFFECT_WORDS
from bot.domain.insights.reminders import Reminder
from bot.domain.vocabulary import Status

REMINDER_WORDS = {
    Reminder.UPDATE: "remind the channel to post a status update",
    Reminder.OPEN_LONG: "ask the channel whether the incident is over",
    Reminder.POSTMORTEM: "remind the channel of the gaps in the postmortem",
}


def pending_lines(incident: Incident, jobs: Iterable[tuple[effects.AnyEffect, str]]) -> Iterator[str]:
    """Yield a line for each kind of waiting work, then one for each timer in order of time.

    `jobs` are the waiting effects, each with the error of its latest attempt or "".
    """
    waiting: defaultdict[str, list[str]] = defaultdict(list)
    timers: set[tuple[datetime, str]] = set()
    for effect, error in jobs:
        if isinstance(effect, effects.Timer):
            timers.update(_due(incident, effect))
        elif work := _words(incident, effect):
            waiting[work].append(error)
    for work, errors in waiting.items():
        times = f" ({len(errors)} times)" if len(errors) > 1 else ""
        latest = next(filter(None, reversed(errors)), "")
        yield f"waiting: {work}{times}{f' ({latest})' if latest else ''}"
    yield from (f"{at:%Y-%m-%d %H:%M} UTC: {work}" for at, work in sorted(timers))


def _due(incident: Incident, timer: effects.Timer) -> Iterator[tuple[datetime, str]]:
    """Yield the timer's due time and action, unless it would do nothing in the current state."""
    match timer:
        case effects.ClimbLadder():
            clock = incident.escalation.clock
            rung, at = clock.rung(timer.rung), clock.due(timer.rung)
            if rung and at:
                unmet = rung.unless.unmet_for(timedelta(minutes=rung.after_minutes))
                yield at, f"escalate if nothing changes ({unmet})"
        case effects.Remind():
            reminder = Reminder(timer.what)
            if at := reminders.due(incident, reminder):
                yield at, _reminder_words(incident, reminder)
        case effects.EndTimeBox():
            hypothesis = incident.investigation.hypotheses[timer.number]
            if incident.is_active and hypothesis.runs_until(timer.not_before):
                yield hypothesis.ends_at, f"ask the owner of hypothesis {hypothesis.number} for the result"
        case _:
            assert_never(timer)


def _reminder_words(incident: Incident, reminder: Reminder) -> str:
    if reminder is Reminder.OPEN_LONG and incident.status is Status.RESOLVED:
        return "remind the channel to close the incident"
    return REMINDER_WORDS[reminder]


def _words(incident: Incident, effect: effects.AnyEffect) -> str:
    """Return the pending action, or "" for internal work."""
    match effect:
        case effects.Page():
            return f"send a page through {effect.to}"
        case effects.EndPage():
            return f"resolve a page in {effect.to}"
        case effects.RunProbe():
            step = incident.investigation.step(effect.step)
            return f"run the probe of “{step.title if step else effect.step}”"
        case effects.OpenSideChannel():
            return f"open a private channel for hypothesis {effect.number}"
        case _:
            return EFFECT_WORDS[type(effect)].doing
