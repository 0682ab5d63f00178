"""Which step next: the order that finds the cause soonest."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain.incident.step_evidence import NO_EVIDENCE, StepEvidence
from bot.domain.runbooks.runbook import Step

#: What a step costs a person when a probe does the looking (a few seconds).
PROBE_MINUTES = 0.1


def order(steps: Iterable[Step], bearings: Mapping[str, StepEvidence] | None = None) -> tuple[Step, ...]:
    """Return the steps by falling weight ÷ cost, each behind what it needs of them; ties keep file order.

    Those marked `always_first` stand in front, then evidence ranks (`bearings`, by step id). Under one fault
    at a time falling probability ÷ cost makes the expected time to the cause least: Heckerman, Breese and
    Rommelse, "Decision-theoretic troubleshooting", CACM 38(3), 1995. Weights need not add up to anything.
    """
    known = bearings or {}
    left = {step.id: step for step in steps}
    ordered: list[Step] = []
    while left:
        ranks = {name: (not s.always_first, known.get(name, NO_EVIDENCE).rank) for name, s in left.items()}
        foremost = min(ranks.values())
        wanted = [step for name, step in left.items() if ranks[name] == foremost]
        block = max(_groups(wanted, left, known), key=lambda block: block.ratio)
        ordered += [left.pop(step.id) for step in with_dependencies(block.steps, left)]
    return tuple(ordered)


def cost(step: Step, bearing: StepEvidence = NO_EVIDENCE) -> float:
    """Return what taking a step costs, in minutes: its own, or next to nothing where a probe looks."""
    return PROBE_MINUTES if step.probe and not bearing.is_by_hand else max(step.minutes, PROBE_MINUTES)


def with_dependencies(steps: Iterable[Step], left: Mapping[str, Step]) -> list[Step]:
    """Return the steps, each once and behind those it needs of what is `left`."""
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
    """Steps worth taking in one go, with their weight and their minutes together."""

    steps: tuple[Step, ...]
    weight: float
    minutes: float

    def __add__(self, other: "_Group") -> "_Group":
        return _Group(self.steps + other.steps, self.weight + other.weight, self.minutes + other.minutes)

    @property
    def ratio(self) -> float:
        """What a minute of it finds."""
        return self.weight / self.minutes


def _groups(
    wanted: list[Step], left: Mapping[str, Step], bearings: Mapping[str, StepEvidence]
) -> tuple[_Group, ...]:
    """Return the best block that begins with each step that can be taken now.

    A step that finds little draws on those it makes possible; one that is only needed finds nothing.
    Exact where no step needs two others: Horn, "Single-machine job sequencing with treelike precedence
    ordering", SIAM J. Appl. Math. 23(2), 1972. Where one does it stands behind the dearest of them and brings
    the others along.
    """
    behind: defaultdict[str, list[Step]] = defaultdict(list)
    own: dict[str, _Group] = {}
    costs = {name: cost(step, bearings.get(name, NO_EVIDENCE)) for name, step in left.items()}
    weights = {step.id: step.weight * bearings.get(step.id, NO_EVIDENCE).weight_factor for step in wanted}
    for step in with_dependencies(wanted, left):
        lines = [with_dependencies([left[need]], left) for need in step.needs if need in left]
        line = max(lines, key=lambda line: sum(costs[other.id] for other in line), default=[])
        behind[line[-1].id if line else ""].append(step)
        along = [other for other in with_dependencies([step], left) if other not in line]
        weight = sum(weights.get(other.id, 0) for other in along)
        own[step.id] = _Group(tuple(along), weight, sum(costs[other.id] for other in along))

    def grown(step: Step) -> list[_Group]:
        block = own[step.id]
        rest = [block for other in behind[step.id] for block in grown(other)]
        rest.sort(key=lambda block: -block.ratio)
        while rest and rest[0].ratio > block.ratio:
            block += rest.pop(0)
        return [block, *rest]

    return tuple(grown(step)[0] for step in behind[""])
