"""Which areas have been checked: the board of areas, and the cheaper steps to check first."""

from enum import StrEnum
from itertools import takewhile

from bot.domain.incident.incident import Incident
from bot.domain.incident.investigation import Investigation
from bot.domain.incident.step_order import cost
from bot.domain.runbooks.runbook import Step
from bot.domain.vocabulary import Area, HypothesisVerdict, ProbeVerdict, StepOutcome

#: Areas whose hypotheses are expensive to check. Two of them took 75 minutes of the outage that led to
#: Firstcheck, while cheaper areas were unchecked.
EXPENSIVE_AREAS = frozenset({Area.DATABASE, Area.SECURITY})


class Coverage(StrEnum):
    """How far an area has been checked."""

    UNCHECKED = "unchecked"
    CLEAR = "clear"
    SUSPECT = "suspect"
    FOUND = "found"


def board(incident: Incident) -> dict[Area, Coverage]:
    """Return how far each area has been checked."""
    return {area: _coverage(incident.investigation, area) for area in Area}


def _coverage(investigation: Investigation, area: Area) -> Coverage:
    steps, hypotheses = investigation.steps_in_order, investigation.hypotheses.values()
    states = [investigation.state_of(step.id) for step in steps if step.area is area]
    results = [(state.outcome, state.probe_verdict) for state in states]
    # A guess makes an area suspect while the hypothesis is open, but its verdict says nothing about the area.
    verdicts = {
        each.verdict for each in hypotheses if area is (each.known_area if each.verdict else each.area)
    }
    found = any(outcome is StepOutcome.FOUND for outcome, _ in results)
    if found or HypothesisVerdict.CONFIRMED in verdicts or investigation.cause_area is area:
        return Coverage.FOUND
    if None in verdicts or (None, ProbeVerdict.WRONG) in results:
        return Coverage.SUSPECT
    ruled_out = all(
        StepOutcome.CLEAR is outcome or ProbeVerdict.CLEAR is probed for outcome, probed in results
    )
    if HypothesisVerdict.REFUTED in verdicts or (results and ruled_out):
        return Coverage.CLEAR
    return Coverage.UNCHECKED


def cheaper_unchecked_steps(incident: Incident, area: Area) -> tuple[Step, ...]:
    """Return the unchecked steps that come before those of `area`, the cheapest first.

    An `always_first` step of `area` is passed over, because its place does not reflect its cost.
    """
    coverage, investigation = board(incident), incident.investigation
    before = takewhile(lambda step: step.area is not area or step.always_first, investigation.steps_left)
    free = (step for step in before if step.area is not area and investigation.state_of(step.id).is_free)
    unchecked = [step for step in free if coverage[step.area] is Coverage.UNCHECKED]
    return tuple(sorted(unchecked, key=lambda step: cost(step, investigation.step_evidence[step.id])))
