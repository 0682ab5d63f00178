"""The order of the steps finds the cause soonest."""

from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.incident.step_order import PROBE_MINUTES, cost, order
from bot.domain.runbooks.runbook import Probe, Step
from bot.domain.vocabulary import Area
from tests.domain.given import POOL, SETTINGS, minutes_to_the_cause

#: The keys of a runbook file. See bot/config/runbooks.py.
positive = st.floats(min_value=0.01, max_value=1000) | st.integers(1, 10)


@st.composite
def runbooks(draw: st.DrawFn, most: int) -> tuple[Step, ...]:
    """Generate the steps of a runbook, each with its own ID."""
    return tuple(
        Step(
            id=str(n),
            title=str(n),
            area=Area.CONFIG,
            minutes=draw(positive),
            weight=draw(positive),
            probe=Probe(kind="http") if draw(st.booleans()) else None,
            always_first=draw(st.booleans()),
        )
        for n in range(draw(st.integers(0, most)))
    )


def step(name: str, minutes: float, weight: float, *, always_first: bool = False) -> Step:
    """Return a step without a probe."""
    return Step(
        id=name, title=name, area=Area.CONFIG, minutes=minutes, weight=weight, always_first=always_first
    )


def test_settings_come_before_the_database() -> None:
    """In the outage that led to Firstcheck, the quick and likely settings come first."""
    assert (SETTINGS, POOL) == order((POOL, SETTINGS))


def test_steps_are_ordered_by_falling_weight_per_cost() -> None:
    """Quick and likely steps come first. A likely but long step may come after a quick one."""
    likely, quick, long, rare = (
        step("likely", 5, 10),
        step("quick", 1, 1),
        step("long", 30, 20),
        step("rare", 5, 1),
    )

    assert (likely, quick, long, rare) == order((rare, long, quick, likely))


def test_always_first_steps_come_first() -> None:
    """Steps marked `always_first` come first, in the same order among themselves as the others."""
    slow = step("slow", 60, 1, always_first=True)
    slower = step("slower", 90, 1, always_first=True)
    quick = step("quick", 1, 10)

    assert (slow, slower, quick) == order((quick, slower, slow))


def test_ties_keep_the_order_of_the_file() -> None:
    """Steps with equal figures keep the order of the file."""
    same = tuple(step(name, 5, 1) for name in "cabd")

    assert same == order(same)


@pytest.mark.parametrize(
    ("taken", "minutes"),
    [(POOL, 30), (SETTINGS, PROBE_MINUTES), (step("at once", 0, 1), PROBE_MINUTES), (step("s", 0.5, 1), 0.5)],
)
def test_the_cost_of_a_step(taken: Step, minutes: float) -> None:
    """A step costs its minutes, or almost nothing if it has a probe, but never zero."""
    assert minutes == cost(taken)


@given(runbooks(most=12))
def test_the_order_is_stable_and_complete(steps: tuple[Step, ...]) -> None:
    """The order keeps every step once, `always_first` ones in front, and ordering again changes nothing."""
    ordered = order(steps)

    assert sorted(step.id for step in steps) == sorted(step.id for step in ordered)
    assert ordered == order(ordered)
    for before, after in pairwise(ordered):
        assert before.always_first or not after.always_first
        if before.always_first is after.always_first:
            assert before.weight / cost(before) >= after.weight / cost(after)


@given(runbooks(most=5))
def test_no_other_order_finds_the_cause_sooner(steps: tuple[Step, ...]) -> None:
    """With one fault at a time, no order that keeps `always_first` steps first is faster on average."""
    best = min(
        minutes_to_the_cause(other)
        for other in permutations(steps)
        if list(other) == sorted(other, key=lambda step: not step.always_first)
    )

    assert minutes_to_the_cause(order(steps)) == pytest.approx(best)
