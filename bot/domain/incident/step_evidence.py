"""What probes and suspicions say of the steps that are left: which come forward, which fall back, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum

from bot.domain.incident.hypothesis import Hypothesis
from bot.domain.incident.step_state import StepState
from bot.domain.runbooks.runbook import Step
from bot.domain.vocabulary import HypothesisVerdict, ProbeVerdict

#: What a refuted suspicion leaves of the weight of the steps in its area.
REFUTED_LEAVES = 0.5


class Rank(IntEnum):
    """Where evidence puts a step, whatever its weight ÷ cost; lower goes first."""

    SEEN_WRONG = 0
    CONFIRMED = 1
    ORDINARY = 2
    AREA_CLEAR = 3


@dataclass(frozen=True, kw_only=True)
class StepEvidence:
    """What evidence says of one step, and why in words; `share` of its weight is left."""

    rank: Rank = Rank.ORDINARY
    weight_factor: float = 1
    why: str = ""
    #: Whether its probe failed, so that a person has to look.
    is_by_hand: bool = False


NO_EVIDENCE = StepEvidence()


def assess(
    steps: Iterable[Step], states: Mapping[str, StepState], hypotheses: Iterable[Hypothesis]
) -> dict[str, StepEvidence]:
    """Return what is said of each step, by its id."""
    known, suspicions = tuple(steps), tuple(hypotheses)
    probed = {step.id: states[step.id].probe_verdict for step in known if step.id in states}
    return {
        step.id: replace(
            _assess_step(step, known, probed, suspicions),
            is_by_hand=probed.get(step.id) is ProbeVerdict.FAILED,
        )
        for step in known
    }


def _assess_step(
    step: Step,
    steps: tuple[Step, ...],
    probed: Mapping[str, ProbeVerdict | None],
    suspicions: tuple[Hypothesis, ...],
) -> StepEvidence:
    if probed.get(step.id) is ProbeVerdict.WRONG:
        return StepEvidence(rank=Rank.SEEN_WRONG, why="its probe saw something wrong")
    here = [suspicion for suspicion in suspicions if suspicion.area is step.area]
    for suspicion in here:
        if suspicion.verdict is HypothesisVerdict.CONFIRMED:
            return StepEvidence(
                rank=Rank.CONFIRMED, why=f"hypothesis {suspicion.number} points to {step.area}"
            )
    in_area = {probed.get(other.id) for other in steps if other.area is step.area}
    if ProbeVerdict.CLEAR in in_area and ProbeVerdict.WRONG not in in_area:
        return StepEvidence(rank=Rank.AREA_CLEAR, why=f"late, as a probe saw nothing wrong in {step.area}")
    for suspicion in here:
        if suspicion.verdict is HypothesisVerdict.REFUTED:
            why = f"a little later, as hypothesis {suspicion.number} was refuted"
            return StepEvidence(weight_factor=REFUTED_LEAVES, why=why)
    return NO_EVIDENCE
