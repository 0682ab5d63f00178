"""How the search for the cause reads on the timeline: suspicions, nudges, steps and probes."""

from collections.abc import Mapping
from typing import assert_never

from bot.domain import events as e
from bot.domain.insights.timeline.phrases import mention, with_more
from bot.domain.vocabulary import Seen

OfStep = e.StepTaken | e.ProbeAsked | e.ProbeFinished | e.StepFinished
Searching = e.SuspicionEvent | OfStep
#: What says nothing of the cause, nor of those who look for it.
Bookkeeping = (
    e.HypothesisPlaced | e.NudgesMuted | e.SideChannelAsked | e.SideChannelOpened | e.StepTaken | e.ProbeAsked
)


def tells(event: Searching) -> bool:
    """Whether it says something of the cause or of those who look for it, and is more than bookkeeping."""
    if isinstance(event, e.ProbeFinished):
        return event.verdict is not Seen.FAILED
    return not isinstance(event, Bookkeeping)


def told(event: Searching, opened: Mapping[int, e.HypothesisOpened], titles: Mapping[str, str]) -> str:
    """Return what happened; `opened` holds all suspicions by number, `titles` those of steps by id."""
    if isinstance(event, OfStep):
        return _step(event, titles.get(event.step, event.step))
    return _suspicion(event, opened)


def _suspicion(event: e.SuspicionEvent, opened: Mapping[int, e.HypothesisOpened]) -> str:
    """Never say what a private channel is called."""
    match event:
        case e.HypothesisOpened():
            return f"Suspected ({event.area}): {event.text}"
        case e.HypothesisExtended():
            more = "1 more minute" if event.minutes == 1 else f"{event.minutes} more minutes"
            return f"Hypothesis {event.number} got {more}: {opened[event.number].text}"
        case e.HypothesisHandedOver():
            return f"Hypothesis {event.number} went to {mention(event.owner)}: {opened[event.number].text}"
        case e.TimeBoxEnded():
            text = opened[event.number].text
            return f"The time for hypothesis {event.number} ran out, nothing was decided: {text}"
        case e.HypothesisClosed():
            known = opened[event.number]
            return with_more(f"{event.verdict.capitalize()} ({known.area}): {known.text}", event.evidence)
        case e.NudgeGiven():
            unchecked = ", ".join(event.areas)
            return f"Hint beside hypothesis {event.number}: not checked yet, and cheaper: {unchecked}"
        case e.CauseNamed():
            return f"Cause found{f' ({event.area})' if event.area else ''}: {event.text}"
        case e.CauseTakenBack():
            return with_more("Cause taken back", event.reason)
        case e.HypothesisPlaced():
            return f"Hypothesis {event.number} was placed in {event.area}"
        case e.NudgesMuted():
            return "Hints muted"
        case e.SideChannelAsked():
            return f"A private channel for hypothesis {event.number} asked for"
        case e.SideChannelOpened():
            return f"A private channel for hypothesis {event.number} opened"
        case _:
            assert_never(event)


def _step(event: OfStep, title: str) -> str:
    match event:
        case e.StepTaken():
            return f"Step “{title}” taken"
        case e.ProbeAsked():
            return f"Probe of “{title}” asked for"
        case e.ProbeFinished():
            return with_more(f"Probe of “{title}”: {event.verdict}", event.evidence)
        case e.StepFinished():
            return with_more(f"Step “{title}”: {event.outcome}", event.evidence)
        case _:
            assert_never(event)
