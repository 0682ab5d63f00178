"""The timeline's lines about the investigation: hypotheses, hints, steps and probes."""

from typing import assert_never

from bot.domain import events
from bot.domain.insights.timeline.entry import Context, Entry, Kind, entry
from bot.domain.text.parts import Person
from bot.domain.vocabulary import HypothesisVerdict, ProbeVerdict, StepOutcome

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
_OUTCOMES = {StepOutcome.FOUND: "cause found", StepOutcome.CLEAR: "clear", StepOutcome.SKIPPED: "skipped"}


def runbook_entry(event: events.RunbookEvent, context: Context) -> Entry:
    """Return the line about an event of the runbook. Requests and probes that could not run are details."""
    if isinstance(event, events.RunbookChosen):
        reason = f": {event.reason}" if event.reason else ""
        return entry(event, Kind.SETUP, f"Runbook “{event.runbook.title}”{reason}")
    title = context.steps.get(event.step, event.step)
    match event:
        case events.StepTaken():
            return entry(event, Kind.SETUP, f"Step “{title}” taken")
        case events.ProbeRequested():
            return entry(event, Kind.SETUP, f"Probe of “{title}” requested")
        case events.ProbeFinished():
            kind = Kind.SETUP if event.verdict is ProbeVerdict.FAILED else Kind.SEARCH
            result = _PROBE_VERDICTS[event.verdict]
            return entry(event, kind, f"Probe of “{title}”: {result}", more=event.evidence)
        case events.StepFinished():
            outcome = _OUTCOMES[event.outcome]
            return entry(event, Kind.SEARCH, f"Step “{title}”: {outcome}", more=event.evidence)
        case _:
            assert_never(event)


def hypothesis_entry(event: events.HypothesisEvent, context: Context) -> Entry:
    """Return the line about an event of a hypothesis or the cause. It never names a private channel."""
    match event:
        case events.CauseNamed():
            area = f" ({event.area})" if event.area else ""
            return entry(event, Kind.SEARCH, f"Cause found{area}: {event.text}")
        case events.CauseWithdrawn():
            return entry(event, Kind.SEARCH, "Cause withdrawn", more=event.reason)
        case events.HintsMuted():
            return entry(event, Kind.SETUP, "Hints turned off")
    name, opened = f"Hypothesis {event.number}", context.hypotheses[event.number]
    match event:
        case events.HypothesisOpened():
            return entry(event, Kind.SEARCH, f"{name} opened ({_area(event)}): {event.text}")
        case events.HypothesisExtended():
            more = "1 minute" if event.minutes == 1 else f"{event.minutes} minutes"
            return entry(event, Kind.SEARCH, f"{name} extended by {more}")
        case events.HypothesisHandedOver():
            return entry(event, Kind.SEARCH, f"{name} handed over to ", Person(event.owner))
        case events.TimeBoxEnded():
            return entry(event, Kind.SETUP, f"Time ran out on hypothesis {event.number}")
        case events.HypothesisClosed():
            verdict = f"{_VERDICTS[event.verdict]} ({_area(opened)}): {opened.text}"
            return entry(event, Kind.SEARCH, verdict, more=event.evidence)
        case events.HintGiven():
            areas = ", ".join(event.areas)
            hint = f"Hint for hypothesis {event.number}: quicker and not checked yet: {areas}"
            return entry(event, Kind.SETUP, hint)
        case events.HypothesisAreaChanged():
            return entry(event, Kind.SETUP, f"{name} moved to {event.area}")
        case events.SideChannelRequested():
            return entry(event, Kind.SETUP, f"Private channel for hypothesis {event.number} requested")
        case events.SideChannelOpened():
            return entry(event, Kind.SETUP, f"Private channel for hypothesis {event.number} opened")
        case _:
            assert_never(event)


def _area(opened: events.HypothesisOpened) -> str:
    """Return the area of a hypothesis, marked if it is only a guess."""
    return f"guessed area: {opened.area}" if opened.is_guess else opened.area
