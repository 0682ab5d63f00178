"""The order of the walk finds the cause soonest."""

from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.incident.step_order import PROBE_MINUTES, cost, order
from bot.domain.runbooks.runbook import Probe, Step
from bot.domain.vocabulary import Area
from tests.domain.given import POOL, SETTINGS, minutes_to_the_cause

#: What a runbook file may say, see bot/config/runbooks.py.
positive = st.floats(min_value=0.01, max_value=1000) | st.integers(1, 10)


@st.composite
def runbooks(draw: st.DrawFn, most: int) -> tuple[Step, ...]:
    """The steps of a runbook, each with an id of its own."""
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
    """A step that people take."""
    return Step(
        id=name, title=name, area=Area.CONFIG, minutes=minutes, weight=weight, always_first=always_first
    )


def test_config_before_the_database() -> None:
    """The outage this project began with: the settings are quick to read and often the cause."""
    assert (SETTINGS, POOL) == order((POOL, SETTINGS))


def test_falling_weight_by_cost() -> None:
    """Quick and likely first; what is likely but long may come after what is quick."""
    likely, quick, long, rare = (
        step("likely", 5, 10),
        step("quick", 1, 1),
        step("long", 30, 20),
        step("rare", 5, 1),
    )

    assert (likely, quick, long, rare) == order((rare, long, quick, likely))


def test_some_go_first_whatever_they_cost() -> None:
    """Among themselves they are in the same order as the rest."""
    slow = step("slow", 60, 1, always_first=True)
    slower = step("slower", 90, 1, always_first=True)
    quick = step("quick", 1, 10)

    assert (slow, slower, quick) == order((quick, slower, slow))


def test_ties_keep_the_order_of_the_file() -> None:
    """Whoever wrote the runbook decides where the figures do not."""
    same = tuple(step(name, 5, 1) for name in "cabd")

    assert same == order(same)


@pytest.mark.parametrize(
    ("taken", "minutes"),
    [(POOL, 30), (SETTINGS, PROBE_MINUTES), (step("at once", 0, 1), PROBE_MINUTES), (step("s", 0.5, 1), 0.5)],
)
def test_what_a_step_costs(taken: Step, minutes: float) -> None:
    """Its minutes; next to nothing where a probe looks, and never nothing at all."""
    assert minutes == cost(taken)


@given(runbooks(most=12))
def test_the_order_is_one(steps: tuple[Step, ...]) -> None:
    """It loses and doubles no step, has the marked ones in front, and falls; again changes nothing."""
    ordered = order(steps)

    assert sorted(step.id for step in steps) == sorted(step.id for step in ordered)
    assert ordered == order(ordered)
    for before, after in pairwise(ordered):
        assert before.always_first or not after.always_first
        if before.always_first is after.always_first:
            assert before.weight / cost(before) >= after.weight / cost(after)


@given(runbooks(most=5))
def test_no_other_order_finds_the_cause_sooner(steps: tuple[Step, ...]) -> None:
    """Under one fault at a time, of all orders that keep the marked ones in front."""
    best = min(
        minutes_to_the_cause(other)
        for other in permutations(steps)
        if list(other) == sorted(other, key=lambda step: not step.always_first)
    )

    assert minutes_to_the_cause(order(steps)) == pytest.approx(best)
