"""What an incident waits for and what falls due later, in words for who cannot look in Slack."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import assert_never

from bot.domain import effects as f
from bot.domain.incident.incident import Incident
from bot.domain.insights import reminders
from bot.domain.insights.reminders import Reminder

#: What happens later, if it is called for still.
Timer = f.ClimbLadder | f.Remind | f.EndTimeBox
REMINDED = {
    Reminder.UPDATE: "the channel is reminded to say how it stands",
    Reminder.OPEN_LONG: "the channel is asked whether it is still open",
    Reminder.POSTMORTEM: "the channel is reminded of the gaps in the postmortem",
}

_SEARCH = "a step or a hypothesis is shown in the channel"
_PEOPLE = "people are told directly"
_AT_A_GLANCE = "the card and the channel's topic are brought up to date"
#: What needs no detail; nothing where nobody misses it.
AT_ONCE: Mapping[type, str] = {
    f.OpenChannel: "the channel is opened",
    f.JoinChannel: "the channel is joined again",
    f.ShowCard: _AT_A_GLANCE,
    f.PinCard: _AT_A_GLANCE,
    f.SetTopic: _AT_A_GLANCE,
    f.ShowStep: _SEARCH,
    f.RedrawStep: _SEARCH,
    f.ShowHypothesis: _SEARCH,
    f.ShowNudge: _SEARCH,
    f.ShowTimeBox: _SEARCH,
    f.ShowRunbookEnd: _SEARCH,
    f.TellChannel: "the channel is told what happened",
    f.InvitePeople: "people are invited to the channel",
    f.ShowDigest: "the channel of all incidents is told",
    f.TellPeople: _PEOPLE,
    f.TellPlace: _PEOPLE,
    f.TeachOwner: _PEOPLE,
    f.DraftPostmortem: "the postmortem is written",
    f.ChooseLadder: "who is called in, and when, is looked up",
    f.RefreshCard: "",
}


def waiting(i: Incident, jobs: Iterable[tuple[f.AnyEffect, str]]) -> Iterator[str]:
    """Yield a line for what waits, and why (`jobs` are effects with their errors), then what falls due."""
    now: Counter[str] = Counter()
    why: dict[str, str] = {}
    later: set[tuple[datetime, str]] = set()
    for effect, error in jobs:
        if isinstance(effect, Timer):
            later.update(_due(i, effect))
        elif what := _what(i, effect):
            now[what] += 1
            why[what] = error or why.get(what, "")
    for what, times in now.items():
        often = f" ({times} times)" if times > 1 else ""
        yield f"waiting: {what}{often}{f' ({why[what]})' if why[what] else ''}"
    yield from (f"{at:%Y-%m-%d %H:%M} UTC: {what}" for at, what in sorted(later))


def _due(i: Incident, timer: Timer) -> Iterator[tuple[datetime, str]]:
    """Yield what happens when the timer is due as things stand; nothing where it would let it pass."""
    match timer:
        case f.ClimbLadder():
            rung, at = i.clock.rung(timer.rung), i.clock.due(timer.rung)
            if rung and at:
                lasting = rung.unless.lasting(timedelta(minutes=rung.after_minutes))
                yield at, f"others are called in, if {lasting} by then"
        case f.Remind():
            what = Reminder(timer.what)
            if at := reminders.due(i, what):
                yield at, REMINDED[what]
        case f.EndTimeBox():
            known = i.hypotheses[timer.number]
            if i.working and known.runs_until(timer.not_before):
                yield known.ends_at, f"the owner of hypothesis {known.number} is asked what becomes of it"
        case _:
            assert_never(timer)


def _what(i: Incident, effect: f.AnyEffect) -> str:
    """Return what is to be done at once; nothing for what keeps itself up to date."""
    match effect:
        case f.Page():
            return f"{effect.to} pages somebody"
        case f.EndPage():
            return f"{effect.to} is told that the page is over"
        case f.RunProbe():
            step = i.step_named(effect.step)
            return f"a probe looks: {step.title if step else effect.step}"
        case f.OpenSideChannel():
            return f"a private channel for hypothesis {effect.number} is opened"
        case _:
            return AT_ONCE[type(effect)]
