"""What probes and suspicions say of the steps that are left: which come forward, which fall back, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum

from bot.domain.incident.investigation import Hypothesis, StepState
from bot.domain.runbooks.runbook import Step
from bot.domain.vocabulary import Seen, Verdict

#: What a refuted suspicion leaves of the weight of the steps in its area.
REFUTED_LEAVES = 0.5


class Rank(IntEnum):
    """Where evidence puts a step, whatever its weight ÷ cost; lower goes first."""

    SEEN_WRONG = 0
    CONFIRMED = 1
    ORDINARY = 2
    AREA_CLEAR = 3


@dataclass(frozen=True, kw_only=True)
class Bearing:
    """What evidence says of one step, and why in words; `share` of its weight is left."""

    rank: Rank = Rank.ORDINARY
    share: float = 1
    why: str = ""
    #: Whether its probe failed, so that a person has to look.
    is_by_hand: bool = False


NO_BEARING = Bearing()


def bearings(
    steps: Iterable[Step], states: Mapping[str, StepState], hypotheses: Iterable[Hypothesis]
) -> dict[str, Bearing]:
    """Return what is said of each step, by its id."""
    known, suspicions = tuple(steps), tuple(hypotheses)
    probed = {step.id: states[step.id].probed for step in known if step.id in states}
    return {
        step.id: replace(
            _bearing(step, known, probed, suspicions), is_by_hand=probed.get(step.id) is Seen.FAILED
        )
        for step in known
    }


def _bearing(
    step: Step, steps: tuple[Step, ...], probed: Mapping[str, Seen | None], suspicions: tuple[Hypothesis, ...]
) -> Bearing:
    if probed.get(step.id) is Seen.WRONG:
        return Bearing(rank=Rank.SEEN_WRONG, why="its probe saw something wrong")
    here = [suspicion for suspicion in suspicions if suspicion.area is step.area]
    for suspicion in here:
        if suspicion.verdict is Verdict.CONFIRMED:
            return Bearing(rank=Rank.CONFIRMED, why=f"hypothesis {suspicion.number} points to {step.area}")
    in_area = {probed.get(other.id) for other in steps if other.area is step.area}
    if Seen.CLEAR in in_area and Seen.WRONG not in in_area:
        return Bearing(rank=Rank.AREA_CLEAR, why=f"late, as a probe saw nothing wrong in {step.area}")
    for suspicion in here:
        if suspicion.verdict is Verdict.REFUTED:
            why = f"a little later, as hypothesis {suspicion.number} was refuted"
            return Bearing(share=REFUTED_LEAVES, why=why)
    return NO_BEARING
