"""What an incident waits for and what falls due later, in words for who cannot look in Slack."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import assert_never

from bot.domain import effects
from bot.domain.incident.incident import Incident
from bot.domain.insights import reminders
from bot.domain.insights.reminders import Reminder

#: What happens later, if it is called for still.
Timer = effects.ClimbLadder | effects.Remind | effects.EndTimeBox
REMINDED = {
    Reminder.UPDATE: "the channel is reminded to say how it stands",
    Reminder.OPEN_LONG: "the channel is asked whether it is still open",
    Reminder.POSTMORTEM: "the channel is reminded of the gaps in the postmortem",
}

_SEARCH = "a step or a hypothesis is shown in the channel"
_PEOPLE = "people are told directly"
_AT_A_GLANCE = "the card and the channel's topic are brought up to date"
#: What needs no detail; nothing where nobody misses it.
DOING: Mapping[type, str] = {
    effects.OpenChannel: "the channel is opened",
    effects.JoinChannel: "the channel is joined again",
    effects.ShowCard: _AT_A_GLANCE,
    effects.PinCard: _AT_A_GLANCE,
    effects.SetTopic: _AT_A_GLANCE,
    effects.ShowStep: _SEARCH,
    effects.RedrawStep: _SEARCH,
    effects.ShowHypothesis: _SEARCH,
    effects.ShowNudge: _SEARCH,
    effects.ShowTimeBox: _SEARCH,
    effects.ShowRunbookEnd: _SEARCH,
    effects.TellChannel: "the channel is told what happened",
    effects.InvitePeople: "people are invited to the channel",
    effects.ShowDigest: "the channel of all incidents is told",
    effects.TellPeople: _PEOPLE,
    effects.TellPlace: _PEOPLE,
    effects.TeachOwner: _PEOPLE,
    effects.DraftPostmortem: "the postmortem is written",
    effects.ChooseLadder: "who is called in, and when, is looked up",
    effects.RefreshCard: "",
}


def pending_lines(incident: Incident, jobs: Iterable[tuple[effects.AnyEffect, str]]) -> Iterator[str]:
    """Yield a line for what waits, and why (`jobs` are effects with their errors), then what falls due."""
    now: Counter[str] = Counter()
    why: dict[str, str] = {}
    later: set[tuple[datetime, str]] = set()
    for effect, error in jobs:
        if isinstance(effect, Timer):
            later.update(_due(incident, effect))
        elif what := _what(incident, effect):
            now[what] += 1
            why[what] = error or why.get(what, "")
    for what, times in now.items():
        often = f" ({times} times)" if times > 1 else ""
        yield f"waiting: {what}{often}{f' ({why[what]})' if why[what] else ''}"
    yield from (f"{at:%Y-%m-%d %H:%M} UTC: {what}" for at, what in sorted(later))


def _due(incident: Incident, timer: Timer) -> Iterator[tuple[datetime, str]]:
    """Yield what happens when the timer is due as things stand; nothing where it would let it pass."""
    match timer:
        case effects.ClimbLadder():
            rung, at = incident.escalation.clock.rung(timer.rung), incident.escalation.clock.due(timer.rung)
            if rung and at:
                lasting = rung.unless.unmet_for(timedelta(minutes=rung.after_minutes))
                yield at, f"others are called in, if {lasting} by then"
        case effects.Remind():
            what = Reminder(timer.what)
            if at := reminders.due(incident, what):
                yield at, REMINDED[what]
        case effects.EndTimeBox():
            known = incident.investigation.hypotheses[timer.number]
            if incident.is_active and known.runs_until(timer.not_before):
                yield known.ends_at, f"the owner of hypothesis {known.number} is asked what becomes of it"
        case _:
            assert_never(timer)


def _what(incident: Incident, effect: effects.AnyEffect) -> str:
    """Return what is to be done at once; nothing for what keeps itself up to date."""
    match effect:
        case effects.Page():
            return f"{effect.to} pages somebody"
        case effects.EndPage():
            return f"{effect.to} is told that the page is over"
        case effects.RunProbe():
            step = incident.investigation.step(effect.step)
            return f"a probe looks: {step.title if step else effect.step}"
        case effects.OpenSideChannel():
            return f"a private channel for hypothesis {effect.number} is opened"
        case _:
            return DOING[type(effect)]
