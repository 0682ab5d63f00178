"""Which step next: the order that finds the cause soonest."""

from collections.abc import Iterable

from bot.domain.runbook import Step

#: What a step costs a person when a probe does the looking (a few seconds).
PROBE_MINUTES = 0.1


def order(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Return the steps by falling weight ÷ cost, those marked `always_first` in front; ties keep file order.

    Under one fault at a time this makes the expected time to the cause least: Heckerman, Breese and
    Rommelse, "Decision-theoretic troubleshooting", CACM 38(3), 1995.
    """
    return tuple(sorted(steps, key=lambda step: (not step.always_first, -step.weight / cost(step))))


def cost(step: Step) -> float:
    """Return what taking a step costs, in minutes: its own, or next to nothing where a probe looks."""
    return PROBE_MINUTES if step.probe else max(step.minutes, PROBE_MINUTES)
