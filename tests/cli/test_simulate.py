"""The simulation of learning is correct and repeatable."""

from random import Random

import pytest

from bot.cli.simulate import Truth, draw, minutes_to_cause, report, simulate
from bot.domain.runbooks.runbook import Runbook, Step
from bot.domain.vocabulary import Area

QUICK = Step(id="quick", title="Quick", area=Area.CONFIG, minutes=2, weight=1)
SLOW = Step(id="slow", title="Slow", area=Area.NETWORK, minutes=3, weight=1)
RUNBOOK = Runbook(id="two", title="Two", steps=(SLOW, QUICK))
SLOW_IS_IT = Truth(shares={"quick": 0.01, "slow": 0.99}, minutes={"quick": 2, "slow": 3})


def test_minutes_to_the_cause() -> None:
    """The mean adds up the minutes of each step and all before it, weighted by how often it is the cause."""
    assert 1 * 2 + 1 * (2 + 3) == minutes_to_cause((QUICK, SLOW))
    assert 1 * 3 + 1 * (3 + 2) == minutes_to_cause((SLOW, QUICK))


def test_learning_approaches_the_optimum() -> None:
    """With wrong weights, learning reaches the optimum, and the file's order does not change."""
    means = simulate(RUNBOOK, 60, [SLOW_IS_IT], Random(1))

    assert means.optimum == pytest.approx(0.99 * 3 + 0.01 * 5)
    assert means.file == pytest.approx(means.optimum)
    assert means.learned[0] == pytest.approx(0.01 * 2 + 0.99 * 5)
    assert means.learned[60] == pytest.approx(means.optimum)
    assert means.optimum < means.random < means.learned[0]


def test_no_order_beats_the_optimum() -> None:
    """No order is better than the one computed from the true values."""
    for seed in range(20):
        means = simulate(RUNBOOK, 5, [draw(RUNBOOK, Random(seed))], Random(seed))
        assert min(means.file, means.random, *means.learned) >= means.optimum - 1e-9


def test_report_is_repeatable() -> None:
    """Two reports with the same seeds are equal."""
    lines = list(report(RUNBOOK, 6, seeds=2))

    assert lines == list(report(RUNBOOK, 6, seeds=2))
    assert ["0", "1", "2", "3", "4", "5", "6"] == [line.split()[0] for line in lines[2:]]
