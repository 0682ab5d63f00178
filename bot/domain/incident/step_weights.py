"""How probes and hypotheses move the remaining steps forward or back in the order, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum

from bot.domain.incident.hypothesis import Hypothesis
from bot.domain.incident.step_state import StepState
from bot.domain.runbooks.runbook import Step
from bot.domain.vocabulary import HypothesisVerdict, ProbeVerdict

#: The share of its weight that a step keeps after a hypothesis in its area was ruled out.
REFUTED_LEAVES = 0.5


class Rank(IntEnum):
    """The rank that evidence gives a step, before its weight ÷ cost counts. Lower goes first."""

    SEEN_WRONG = 0
    CONFIRMED = 1
    ORDINARY = 2
    AREA_CLEAR = 3


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
    steps: Iterable[Step], states: Mapping[str, StepState], hypotheses: Iterable[Hypothesis]
) -> dict[str, StepEvidence]:
    """Return how evidence moves each step, by step ID."""
    steps, hypotheses = tuple(steps), tuple(hypotheses)
    probed = {step.id: states[step.id].probe_verdict for step in steps if step.id in states}
    return {
        step.id: replace(
            _assess_step(step, steps, probed, hypotheses),
            is_by_hand=probed.get(step.id) is ProbeVerdict.FAILED,
        )
        for step in steps
    }


def _assess_step(
    step: Step,
    steps: tuple[Step, ...],
    probed: Mapping[str, ProbeVerdict | None],
    hypotheses: tuple[Hypothesis, ...],
) -> StepEvidence:
    if probed.get(step.id) is ProbeVerdict.WRONG:
        return StepEvidence(rank=Rank.SEEN_WRONG, why="its probe found a problem")
    in_this_area = [hypothesis for hypothesis in hypotheses if hypothesis.area is step.area]
    for hypothesis in in_this_area:
        if hypothesis.verdict is HypothesisVerdict.CONFIRMED:
            return StepEvidence(
                rank=Rank.CONFIRMED, why=f"hypothesis {hypothesis.number} points to {step.area}"
            )
    verdicts = {probed.get(other.id) for other in steps if other.area is step.area}
    if ProbeVerdict.CLEAR in verdicts and ProbeVerdict.WRONG not in verdicts:
        return StepEvidence(
            rank=Rank.AREA_CLEAR, why=f"moved back, because a probe found no problem in {step.area}"
        )
    for hypothesis in in_this_area:
        if hypothesis.verdict is HypothesisVerdict.REFUTED:
            why = f"moved back a little, because hypothesis {hypothesis.number} was ruled out"
            return StepEvidence(weight_factor=REFUTED_LEAVES, why=why)
    return NO_EVIDENCE
