"""The order of steps that finds the cause soonest."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain.incident.step_weights import NO_EVIDENCE, Rank, StepEvidence
from bot.domain.runbooks.runbook import Step

#: The cost of a step, in minutes, when its probe does the checking (a few seconds).
PROBE_MINUTES = 0.1


def order(steps: Iterable[Step], evidence: Mapping[str, StepEvidence] | None = None) -> tuple[Step, ...]:
    """Return the steps in descending order of weight ÷ cost, each after the steps it needs.

    Steps marked `always_first` come first. The others are sorted by their rank in `evidence` (by step ID). A
    step whose cause was withdrawn comes last. With one fault at a time, a descending order of probability ÷
    cost minimizes the expected time to the cause: Heckerman, Breese and Rommelse, "Decision-theoretic
    troubleshooting", CACM 38(3), 1995. Weights need no particular sum.
    """
    evidence = defaultdict(lambda: NO_EVIDENCE, evidence or {})
    left = {step.id: step for step in steps}
    ordered: list[Step] = []
    while left:
        ranks = {name: _rank(step, evidence[name]) for name, step in left.items()}
        foremost = min(ranks.values())
        wanted = [step for name, step in left.items() if ranks[name] == foremost]
        group = max(_groups(wanted, left, evidence), key=lambda group: group.ratio)
        ordered += [left.pop(step.id) for step in with_dependencies(group.steps, left)]
    return tuple(ordered)


def _rank(step: Step, evidence: StepEvidence) -> tuple[bool, bool, Rank]:
    return (evidence.rank is Rank.CAUSE_WITHDRAWN, not step.always_first, evidence.rank)


def cost(step: Step, evidence: StepEvidence = NO_EVIDENCE) -> float:
    """Return the cost of a step in minutes. If a probe does the checking, it is almost nothing."""
    return PROBE_MINUTES if step.probe and not evidence.is_by_hand else max(step.minutes, PROBE_MINUTES)


def with_dependencies(steps: Iterable[Step], left: Mapping[str, Step]) -> list[Step]:
    """Return the steps, each once and after the steps in `left` that it needs."""
    found: dict[str, Step] = {}

    def visit(step: Step) -> None:
        if step.id not in found:
            for need in step.needs:
                if need in left:
                    visit(left[need])
            found[step.id] = step

    for step in steps:
        visit(step)
    return list(found.values())


@dataclass(frozen=True)
class _Group:
    """Steps worth taking together, with their total weight and minutes."""

    steps: tuple[Step, ...]
    weight: float
    minutes: float

    def __add__(self, other: "_Group") -> "_Group":
        return _Group(self.steps + other.steps, self.weight + other.weight, self.minutes + other.minutes)

    @property
    def ratio(self) -> float:
        """The weight per minute."""
        return self.weight / self.minutes


def _groups(
    wanted: list[Step], left: Mapping[str, Step], evidence: Mapping[str, StepEvidence]
) -> tuple[_Group, ...]:
    """Return the best group that starts with each step that can be taken now.

    A step gains from the steps that it makes possible. A step outside `wanted` has weight 0.
    The result is exact if no step needs two others: Horn, "Single-machine job sequencing with treelike
    precedence ordering", SIAM J. Appl. Math. 23(2), 1972. A step that needs several is placed after the most
    expensive chain of them and brings the others along.
    """
    behind: defaultdict[str, list[Step]] = defaultdict(list)
    own: dict[str, _Group] = {}
    costs = {name: cost(step, evidence[name]) for name, step in left.items()}
    weights = {step.id: step.weight * evidence[step.id].weight_factor for step in wanted}
    for step in with_dependencies(wanted, left):
        chains = [with_dependencies([left[need]], left) for need in step.needs if need in left]
        chain = max(chains, key=lambda chain: sum(costs[other.id] for other in chain), default=[])
        behind[chain[-1].id if chain else ""].append(step)
        along = [other for other in with_dependencies([step], left) if other not in chain]
        weight = sum(weights.get(other.id, 0) for other in along)
        own[step.id] = _Group(tuple(along), weight, sum(costs[other.id] for other in along))

    def grow(step: Step) -> list[_Group]:
        """Return the groups that start with `step`, each joined with later ones that improve its ratio."""
        group = own[step.id]
        rest = [group for other in behind[step.id] for group in grow(other)]
        rest.sort(key=lambda group: -group.ratio)
        while rest and rest[0].ratio > group.ratio:
            group += rest.pop(0)
        return [group, *rest]

    return tuple(grow(step)[0] for step in behind[""])
