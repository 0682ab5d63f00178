"""Steps that need others come after them, and the order still finds the cause soonest."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.incident.step_order import order, with_dependencies
from bot.domain.runbooks.runbook import Step
from bot.domain.vocabulary import Area
from tests.domain.given import minutes_to_the_cause


def step(name: str, minutes: float, weight: float, *needs: str, always_first: bool = False) -> Step:
    """Return a step without a probe."""
    return Step(
        id=name,
        title=name,
        area=Area.CONFIG,
        minutes=minutes,
        weight=weight,
        needs=needs,
        always_first=always_first,
    )


def holds(steps: tuple[Step, ...]) -> bool:
    """Return whether each step comes after those it needs."""
    ids = [step.id for step in steps]
    return all(ids.index(need) < at for at, step in enumerate(steps) for need in step.needs)


@st.composite
def trees(draw: st.DrawFn) -> tuple[Step, ...]:
    """Generate steps that need at most one other each."""
    count = draw(st.integers(1, 6))
    figures = st.integers(1, 20)
    needs = [draw(st.sampled_from([(), *((str(before),) for before in range(at))])) for at in range(count)]
    steps = [step(str(at), draw(figures), draw(figures), *needs[at]) for at in range(count)]
    return tuple(draw(st.permutations(steps)))


@st.composite
def webs(draw: st.DrawFn) -> tuple[Step, ...]:
    """Generate steps that need any number of others, some of them `always_first`."""
    count = draw(st.integers(1, 8))
    steps = [
        step(
            str(at),
            draw(st.integers(1, 20)),
            draw(st.integers(1, 20)),
            *(str(before) for before in range(at) if draw(st.booleans())),
            always_first=draw(st.booleans()),
        )
        for at in range(count)
    ]
    return tuple(draw(st.permutations(steps)))


def test_a_needed_step_gains_from_the_steps_that_need_it() -> None:
    """A step that finds nothing comes early if the step that needs it is worth the cost of both."""
    access, logs, traces = step("access", 5, 0.01), step("logs", 1, 5, "access"), step("t", 1, 5, "access")
    deploys = step("deploys", 10, 10)

    assert (access, logs, traces, deploys) == order((deploys, logs, traces, access))


def test_needs_of_an_always_first_step_come_before_it() -> None:
    """A step that an `always_first` step needs comes before it."""
    access, first, quick = (
        step("access", 9, 0.1),
        step("first", 1, 1, "access", always_first=True),
        step("q", 1, 9),
    )

    assert (access, first, quick) == order((quick, first, access))


def test_a_finished_need_delays_nothing() -> None:
    """A step whose need has finished is ordered as if it needed nothing."""
    logs, quick = step("logs", 1, 5, "access"), step("quick", 1, 1)

    assert (logs, quick) == order((quick, logs))


@given(trees())
def test_with_one_need_each_no_other_order_is_better(steps: tuple[Step, ...]) -> None:
    """If each step needs at most one other, no order that respects the needs is better."""
    best = min(minutes_to_the_cause(other) for other in permutations(steps) if holds(other))

    assert holds(order(steps))
    assert minutes_to_the_cause(order(steps)) == pytest.approx(best)


@given(webs())
def test_any_needs_are_respected(steps: tuple[Step, ...]) -> None:
    """With any needs, every step appears once and after the steps it needs."""
    ordered = order(steps)

    assert sorted(step.id for step in steps) == sorted(step.id for step in ordered)
    assert holds(ordered)


def test_only_needs_change_the_order_of_equal_steps() -> None:
    """Equal steps keep the order of the file, apart from those that others need."""
    late, early, alone = step("late", 1, 1, "early"), step("early", 1, 1), step("alone", 1, 9)
    steps = {each.id: each for each in (late, early, alone)}

    assert [early, late, alone] == with_dependencies(steps.values(), steps)
