"""How probes and hypotheses move the remaining steps forward or back in the order, and why."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from bot.domain.incident.hypothesis import Hypothesis
from bot.domain.incident.step_state import StepState
from bot.domain.runbooks.runbook import Step
from bot.domain.vocabulary import Area, HypothesisVerdict, ProbeVerdict

#: The share of its weight that a step keeps after a hypothesis in its area was ruled out.
REFUTED_LEAVES = 0.5


class Rank(IntEnum):
    """The rank that evidence gives a step, before its weight ÷ cost counts. Lower ranks come first."""

    SEEN_WRONG = 0
    CONFIRMED = 1
    ORDINARY = 2
    AREA_CLEAR = 3
    CAUSE_WITHDRAWN = 4


@dataclass(frozen=True, kw_only=True)
class StepEvidence:
    """How evidence moves one step, and the reason in words."""

    rank: Rank = Rank.ORDINARY
    weight_factor: float = 1
    why: str = ""
    #: Whether its probe could not run, so that a person has to check.
    is_by_hand: bool = False


NO_EVIDENCE = StepEvidence()


def assess(
    steps: Sequence[Step], states: Mapping[str, StepState], hypotheses: Sequence[Hypothesis]
) -> dict[str, StepEvidence]:
    """Return how evidence moves each step, by step ID."""
    evidence = {}
    probed = {step.id: states[step.id].probe_verdict for step in steps if step.id in states}
    for step in steps:
        in_area = {probed.get(other.id) for other in steps if other.area is step.area}
        # If several hypotheses have the same verdict, the first one counts.
        closed = {
            other.verdict: other.number for other in reversed(hypotheses) if other.known_area is step.area
        }
        own = probed.get(step.id)
        is_by_hand = own is ProbeVerdict.FAILED
        assessed = _assess_step(step.area, own, in_area, closed)
        if step.id in states and states[step.id].cause_withdrawn:
            assessed = StepEvidence(
                rank=Rank.CAUSE_WITHDRAWN, why="moved back, because the cause it found was withdrawn"
            )
        evidence[step.id] = replace(assessed, is_by_hand=is_by_hand)
    return evidence


def _assess_step(
    area: Area,
    own: ProbeVerdict | None,
    in_area: Collection[ProbeVerdict | None],
    closed: Mapping[HypothesisVerdict | None, int],
) -> StepEvidence:
    """Return how evidence moves a step, given the verdict of its own probe and of all probes in its area.

    `closed` maps each verdict to the number of a hypothesis in its area.
    """
    if own is ProbeVerdict.WRONG:
        return StepEvidence(rank=Rank.SEEN_WRONG, why="its probe found a problem")
    if number := closed.get(HypothesisVerdict.CONFIRMED):
        return StepEvidence(rank=Rank.CONFIRMED, why=f"hypothesis {number} points to {area}")
    if ProbeVerdict.CLEAR in in_area and ProbeVerdict.WRONG not in in_area:
        why = f"moved back, because a probe found no problem in {area}"
        return StepEvidence(rank=Rank.AREA_CLEAR, why=why)
    if number := closed.get(HypothesisVerdict.REFUTED):
        why = f"moved back a little, because hypothesis {number} was ruled out"
        return StepEvidence(weight_factor=REFUTED_LEAVES, why=why)
    return NO_EVIDENCE
