"""Which areas have been checked: the board of areas, and the cheaper steps to check first."""

from enum import StrEnum
from itertools import takewhile

from bot.domain.incident.incident import Incident
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
    return {area: _coverage(incident, area) for area in Area}


def _coverage(incident: Incident, area: Area) -> Coverage:
    states = [
        incident.investigation.state_of(step.id)
        for step in incident.investigation.steps_in_order
        if step.area is area
    ]
    verdicts = {
        hypothesis.verdict
        for hypothesis in incident.investigation.hypotheses.values()
        if hypothesis.area is area
    }
    outcomes = {state.outcome for state in states}
    if (
        StepOutcome.FOUND in outcomes
        or HypothesisVerdict.CONFIRMED in verdicts
        or (incident.investigation.cause and incident.investigation.cause.area is area)
    ):
        return Coverage.FOUND
    if None in verdicts or any(
        state.probe_verdict is ProbeVerdict.WRONG and state.outcome is None for state in states
    ):
        return Coverage.SUSPECT
    ruled_out = [
        state.outcome is StepOutcome.CLEAR or state.probe_verdict is ProbeVerdict.CLEAR for state in states
    ]
    if HypothesisVerdict.REFUTED in verdicts or (ruled_out and all(ruled_out)):
        return Coverage.CLEAR
    return Coverage.UNCHECKED


def cheaper_unchecked_steps(incident: Incident, area: Area) -> tuple[Step, ...]:
    """Return the unchecked steps that come before those of `area`, the cheapest first.

    An `always_first` step of `area` is passed over, because its place does not reflect its cost.
    """
    coverage = board(incident)
    before = takewhile(
        lambda step: step.area is not area or step.always_first, incident.investigation.steps_left
    )
    unchecked = [
        step
        for step in before
        if step.area is not area
        and coverage[step.area] is Coverage.UNCHECKED
        and incident.investigation.state_of(step.id).is_free
    ]
    return tuple(
        sorted(unchecked, key=lambda step: cost(step, incident.investigation.step_evidence[step.id]))
    )
