"""Which areas were looked at, and what is cheaper than a suspicion."""

from dataclasses import replace

import pytest

from bot.domain import events as e
from bot.domain.insights.coverage import Coverage, board, cheaper
from bot.domain.runbooks.runbook import Step
from bot.domain.vocabulary import Area, Outcome, Seen, Verdict
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
    incident,
)

SEEN_CLEAR = replace(PROBED, verdict=Seen.CLEAR)
FAILED = replace(PROBED, verdict=Seen.FAILED)
SKIPPED = replace(CLEARED, outcome=Outcome.SKIPPED)
TAKEN = e.StepTaken(at=TEN, by="U1", step="settings")
IN_CONFIG = replace(SUSPECTED, area=Area.CONFIG)
REFUTED = e.HypothesisClosed(at=TEN, number=1, verdict=Verdict.REFUTED)


@pytest.mark.parametrize(
    ("events", "known"),
    [
        ((), Coverage.UNCHECKED),
        ((FAILED,), Coverage.UNCHECKED),
        ((SKIPPED,), Coverage.UNCHECKED),
        ((TAKEN,), Coverage.UNCHECKED),
        ((CLEARED,), Coverage.CLEAR),
        ((SEEN_CLEAR,), Coverage.CLEAR),
        ((IN_CONFIG, REFUTED), Coverage.CLEAR),
        ((IN_CONFIG, replace(REFUTED, verdict=Verdict.PARKED)), Coverage.UNCHECKED),
        ((PROBED,), Coverage.SUSPECT),
        ((IN_CONFIG,), Coverage.SUSPECT),
        ((CLEARED, IN_CONFIG), Coverage.SUSPECT),
        ((FOUND,), Coverage.FOUND),
        ((IN_CONFIG, replace(REFUTED, verdict=Verdict.CONFIRMED)), Coverage.FOUND),
        ((e.CauseNamed(at=TEN, text="the old key", area=Area.CONFIG),), Coverage.FOUND),
    ],
)
def test_what_is_known_of_an_area(events: tuple[e.AnyEvent, ...], known: Coverage) -> None:
    """Steps, their probes, suspicions and the cause tell; what failed or was skipped tells nothing."""
    assert known is board(incident(*events))[Area.CONFIG]


def test_every_area_is_on_the_board() -> None:
    """Also those that the runbook has no step for."""
    assert list(Area) == list(board(incident()))


@pytest.mark.parametrize("events", [(), (FAILED,)])
def test_what_nobody_has_looked_at_is_cheaper(events: tuple[e.AnyEvent, ...]) -> None:
    """A probe that failed has not looked."""
    assert (SETTINGS,) == cheaper(incident(*events), Area.DATABASE)


@pytest.mark.parametrize(
    "events", [(CLEARED,), (SKIPPED,), (SEEN_CLEAR,), (PROBED,), (TAKEN,), (IN_CONFIG, REFUTED), (IN_CONFIG,)]
)
def test_what_is_looked_at_is_not(events: tuple[e.AnyEvent, ...]) -> None:
    """Nor what somebody is on, in a step or by a hypothesis."""
    assert () == cheaper(incident(*events), Area.DATABASE)


def test_what_comes_later_is_not_cheaper() -> None:
    """An area that the runbook has no step for comes last."""
    assert () == cheaper(incident(), Area.CONFIG)
    assert (SETTINGS, POOL) == cheaper(incident(), Area.SECURITY)


def test_the_cheapest_stands_first() -> None:
    """A probe before what takes minutes, and before what the runbook wants done first whatever it costs."""
    support = Step(id="support", title="Tell support", area=Area.DEPENDENCY, always_first=True)
    locks = Step(id="locks", title="Locks", area=Area.DATABASE, always_first=True)
    chosen = replace(CHOSEN, runbook=replace(RUNBOOK, steps=(support, locks, POOL, SETTINGS)))

    assert (SETTINGS, support) == cheaper(incident(chosen), Area.DATABASE)
    assert (SETTINGS, support) == cheaper(incident(chosen, replace(CLEARED, step="locks")), Area.DATABASE)
