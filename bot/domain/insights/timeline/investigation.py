"""How the search for the cause reads on the timeline: suspicions, nudges, steps and probes."""

from collections.abc import Mapping
from typing import assert_never

from bot.domain import events
from bot.domain.insights.timeline.phrases import mention, with_more
from bot.domain.vocabulary import ProbeVerdict

OfStep = events.StepTaken | events.ProbeAsked | events.ProbeFinished | events.StepFinished
InvestigationLine = events.HypothesisEvent | OfStep
#: What says nothing of the cause, nor of those who look for it.
Bookkeeping = (
    events.HypothesisPlaced
    | events.NudgesMuted
    | events.SideChannelAsked
    | events.SideChannelOpened
    | events.StepTaken
    | events.ProbeAsked
)


def is_on_timeline(event: InvestigationLine) -> bool:
    """Whether it says something of the cause or of those who look for it, and is more than bookkeeping."""
    if isinstance(event, events.ProbeFinished):
        return event.verdict is not ProbeVerdict.FAILED
    return not isinstance(event, Bookkeeping)


def investigation_line(
    event: InvestigationLine, opened: Mapping[int, events.HypothesisOpened], titles: Mapping[str, str]
) -> str:
    """Return what happened; `opened` holds all suspicions by number, `titles` those of steps by id."""
    if isinstance(event, OfStep):
        return _step(event, titles.get(event.step, event.step))
    return _suspicion(event, opened)


def _suspicion(event: events.HypothesisEvent, opened: Mapping[int, events.HypothesisOpened]) -> str:
    """Never say what a private channel is called."""
    match event:
        case events.HypothesisOpened():
            return f"Suspected ({event.area}): {event.text}"
        case events.HypothesisExtended():
            more = "1 more minute" if event.minutes == 1 else f"{event.minutes} more minutes"
            return f"Hypothesis {event.number} got {more}: {opened[event.number].text}"
        case events.HypothesisHandedOver():
            return f"Hypothesis {event.number} went to {mention(event.owner)}: {opened[event.number].text}"
        case events.TimeBoxEnded():
            text = opened[event.number].text
            return f"The time for hypothesis {event.number} ran out, nothing was decided: {text}"
        case events.HypothesisClosed():
            known = opened[event.number]
            return with_more(f"{event.verdict.capitalize()} ({known.area}): {known.text}", event.evidence)
        case events.NudgeGiven():
            unchecked = ", ".join(event.areas)
            return f"Hint beside hypothesis {event.number}: not checked yet, and cheaper: {unchecked}"
        case events.CauseNamed():
            return f"Cause found{f' ({event.area})' if event.area else ''}: {event.text}"
        case events.CauseTakenBack():
            return with_more("Cause taken back", event.reason)
        case events.HypothesisPlaced():
            return f"Hypothesis {event.number} was placed in {event.area}"
        case events.NudgesMuted():
            return "Hints muted"
        case events.SideChannelAsked():
            return f"A private channel for hypothesis {event.number} asked for"
        case events.SideChannelOpened():
            return f"A private channel for hypothesis {event.number} opened"
        case _:
            assert_never(event)


def _step(event: OfStep, title: str) -> str:
    match event:
        case events.StepTaken():
            return f"Step “{title}” taken"
        case events.ProbeAsked():
            return f"Probe of “{title}” asked for"
        case events.ProbeFinished():
            return with_more(f"Probe of “{title}”: {event.verdict}", event.evidence)
        case events.StepFinished():
            return with_more(f"Step “{title}”: {event.outcome}", event.evidence)
        case _:
            assert_never(event)
