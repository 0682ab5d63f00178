"""The timeline's lines about the investigation: hypotheses, hints, steps and probes."""

from collections.abc import Mapping
from typing import assert_never

from bot.domain import events
from bot.domain.insights.timeline.phrases import with_more
from bot.domain.text.parts import Line, Person, line
from bot.domain.vocabulary import HypothesisVerdict, ProbeVerdict, StepOutcome

StepEvent = events.StepTaken | events.ProbeRequested | events.ProbeFinished | events.StepFinished
InvestigationLine = events.HypothesisEvent | StepEvent
#: Events that say nothing about the cause or about who is investigating it.
Bookkeeping = (
    events.HypothesisAreaChanged
    | events.HintGiven
    | events.HintsMuted
    | events.SideChannelRequested
    | events.SideChannelOpened
    | events.StepTaken
    | events.ProbeRequested
)

_VERDICTS = {
    HypothesisVerdict.CONFIRMED: "Confirmed",
    HypothesisVerdict.REFUTED: "Ruled out",
    HypothesisVerdict.PARKED: "Parked",
}
_PROBE_VERDICTS = {
    ProbeVerdict.WRONG: "problem found",
    ProbeVerdict.CLEAR: "OK",
    ProbeVerdict.FAILED: "could not run",
}
_OUTCOMES = {
    StepOutcome.FOUND: "cause found",
    StepOutcome.CLEAR: "clear",
    StepOutcome.SKIPPED: "skipped",
}


def is_on_timeline(event: InvestigationLine) -> bool:
    """Return whether the event belongs in the short timeline, unlike bookkeeping and failed probes."""
    if isinstance(event, events.ProbeFinished):
        return event.verdict is not ProbeVerdict.FAILED
    return not isinstance(event, Bookkeeping)


def investigation_line(
    event: InvestigationLine, opened: Mapping[int, events.HypothesisOpened], titles: Mapping[str, str]
) -> Line:
    """Return the line for an event; `opened` has all hypotheses by number, `titles` those of steps by ID."""
    if isinstance(event, StepEvent):
        return _step(event, titles.get(event.step, event.step))
    return _hypothesis(event, opened)


def _hypothesis(event: events.HypothesisEvent, opened: Mapping[int, events.HypothesisOpened]) -> Line:
    """Return the line for an event of a hypothesis. It never names a private channel."""
    match event:
        case events.HypothesisOpened():
            return line(f"Hypothesis {event.number} opened ({event.area}): {event.text}")
        case events.HypothesisExtended():
            more = "1 minute" if event.minutes == 1 else f"{event.minutes} minutes"
            return line(f"Hypothesis {event.number} extended by {more}: {opened[event.number].text}")
        case events.HypothesisHandedOver():
            text = opened[event.number].text
            return line(f"Hypothesis {event.number} handed over to ", Person(event.owner), f": {text}")
        case events.TimeBoxEnded():
            return line(f"Time ran out on hypothesis {event.number}: {opened[event.number].text}")
        case events.HypothesisClosed():
            hypothesis = opened[event.number]
            verdict = _VERDICTS[event.verdict]
            return with_more(f"{verdict} ({hypothesis.area}): {hypothesis.text}", more=event.evidence)
        case events.HintGiven():
            areas = ", ".join(event.areas)
            return line(f"Hint for hypothesis {event.number}: not checked yet, and quicker: {areas}")
        case events.CauseNamed():
            return line(f"Cause found{f' ({event.area})' if event.area else ''}: {event.text}")
        case events.CauseWithdrawn():
            return with_more("Cause withdrawn", more=event.reason)
        case events.HypothesisAreaChanged():
            return line(f"Hypothesis {event.number} moved to {event.area}")
        case events.HintsMuted():
            return line("Hints turned off")
        case events.SideChannelRequested():
            return line(f"Private channel for hypothesis {event.number} requested")
        case events.SideChannelOpened():
            return line(f"Private channel for hypothesis {event.number} opened")
        case _:
            assert_never(event)


def _step(event: StepEvent, title: str) -> Line:
    match event:
        case events.StepTaken():
            return line(f"Step “{title}” taken")
        case events.ProbeRequested():
            return line(f"Probe of “{title}” requested")
        case events.ProbeFinished():
            return with_more(f"Probe of “{title}”: {_PROBE_VERDICTS[event.verdict]}", more=event.evidence)
        case events.StepFinished():
            return with_more(f"Step “{title}”: {_OUTCOMES[event.outcome]}", more=event.evidence)
        case _:
            assert_never(event)
