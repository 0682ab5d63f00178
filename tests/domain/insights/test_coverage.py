"""Which areas have been checked, and which steps are quicker than a hypothesis."""

from dataclasses import replace

import pytest

from bot.domain import events
from bot.domain.insights.coverage import Coverage, board, cheaper_unchecked_steps
from bot.domain.runbooks.runbook import Step
from bot.domain.vocabulary import Area, HypothesisVerdict, ProbeVerdict, StepOutcome
from tests.domain.given import (
    CHOSEN,
    CLEARED,
    FOUND,
    POOL,
    PROBED,
    RUNBOOK,
    SETTINGS,
    SUSPECTED,
    TEN,
    incident_after,
)

SEEN_CLEAR = replace(PROBED, verdict=ProbeVerdict.CLEAR)
FAILED = replace(PROBED, verdict=ProbeVerdict.FAILED)
SKIPPED = replace(CLEARED, outcome=StepOutcome.SKIPPED)
TAKEN = events.StepTaken(at=TEN, by="U1", step="settings")
IN_CONFIG = replace(SUSPECTED, area=Area.CONFIG)
REFUTED = events.HypothesisClosed(at=TEN, number=1, verdict=HypothesisVerdict.REFUTED)


@pytest.mark.parametrize(
    ("history", "coverage"),
    [
        ((), Coverage.UNCHECKED),
        ((FAILED,), Coverage.UNCHECKED),
        ((SKIPPED,), Coverage.UNCHECKED),
        ((TAKEN,), Coverage.UNCHECKED),
        ((CLEARED,), Coverage.CLEAR),
        ((SEEN_CLEAR,), Coverage.CLEAR),
        ((IN_CONFIG, REFUTED), Coverage.CLEAR),
        ((IN_CONFIG, replace(REFUTED, verdict=HypothesisVerdict.PARKED)), Coverage.UNCHECKED),
        ((PROBED,), Coverage.SUSPECT),
        ((IN_CONFIG,), Coverage.SUSPECT),
        ((CLEARED, IN_CONFIG), Coverage.SUSPECT),
        ((FOUND,), Coverage.FOUND),
        ((IN_CONFIG, replace(REFUTED, verdict=HypothesisVerdict.CONFIRMED)), Coverage.FOUND),
        ((events.CauseNamed(at=TEN, text="the old key", area=Area.CONFIG),), Coverage.FOUND),
    ],
)
def test_the_coverage_of_an_area(history: tuple[events.AnyEvent, ...], coverage: Coverage) -> None:
    """Steps, probes, hypotheses and the cause count. Skipped steps and probes that could not run do not."""
    assert coverage is board(incident_after(*history))[Area.CONFIG]


def test_every_area_is_on_the_board() -> None:
    """The board includes areas for which the runbook has no step."""
    assert list(Area) == list(board(incident_after()))


@pytest.mark.parametrize("history", [(), (FAILED,)])
def test_unchecked_areas_may_be_cheaper(history: tuple[events.AnyEvent, ...]) -> None:
    """An area counts as unchecked if its probe could not run."""
    assert (SETTINGS,) == cheaper_unchecked_steps(incident_after(*history), Area.DATABASE)


@pytest.mark.parametrize(
    "history",
    [(CLEARED,), (SKIPPED,), (SEEN_CLEAR,), (PROBED,), (TAKEN,), (IN_CONFIG, REFUTED), (IN_CONFIG,)],
)
def test_steps_that_are_being_checked_are_left_out(history: tuple[events.AnyEvent, ...]) -> None:
    """A step that somebody has taken, or whose area has a hypothesis, is not suggested."""
    assert () == cheaper_unchecked_steps(incident_after(*history), Area.DATABASE)


def test_later_steps_are_not_cheaper() -> None:
    """Only steps before the area count. An area without a step comes last."""
    assert () == cheaper_unchecked_steps(incident_after(), Area.CONFIG)
    assert (SETTINGS, POOL) == cheaper_unchecked_steps(incident_after(), Area.SECURITY)


def test_the_cheapest_step_comes_first() -> None:
    """A step with a probe comes before steps that take minutes and before `always_first` ones."""
    support = Step(id="support", title="Tell support", area=Area.DEPENDENCY, always_first=True)
    locks = Step(id="locks", title="Locks", area=Area.DATABASE, always_first=True)
    chosen = replace(CHOSEN, runbook=replace(RUNBOOK, steps=(support, locks, POOL, SETTINGS)))

    assert (SETTINGS, support) == cheaper_unchecked_steps(incident_after(chosen), Area.DATABASE)
    assert (SETTINGS, support) == cheaper_unchecked_steps(
        incident_after(chosen, replace(CLEARED, step="locks")), Area.DATABASE
    )
