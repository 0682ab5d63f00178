"""Closed incidents teach the runbook that the next one gets."""

from datetime import date, timedelta

import pytest

from bot.domain import commands
from bot.domain.runbooks.runbook import Past, Runbook, Step, stale
from bot.domain.vocabulary import Area, Severity, StepOutcome
from bot.engine.record import Recorder
from bot.engine.runbook_library import RunbookLibrary
from bot.store import Store
from tests.engine.conftest import Clock

RUNBOOK = Runbook(
    id="auth",
    title="Auth",
    reviewed="2026-11-01",
    steps=(
        Step(id="settings", title="Settings", area=Area.CONFIG),
        Step(id="pool", title="Pool", area=Area.DATABASE),
    ),
)


async def walked(recorder: Recorder, clock: Clock, experience: RunbookLibrary) -> int:
    """An incident whose cause is the pool, found after eight minutes and closed; returns its number."""
    runbook, why = experience.choose("auth", {}, clock.now)
    declare = commands.Declare(
        by="U1", title="logins fail", severity=Severity.SEV2, runbook=runbook, runbook_reason=why
    )
    number = (await recorder.record(declare)).incident.number
    clock.forward(minutes=8)
    await recorder.record(commands.FinishStep(by="U1", step="pool", outcome=StepOutcome.FOUND), number)
    await recorder.record(commands.Resolve(by="U1"), number)
    await recorder.record(commands.Close(by="U1"), number)
    return number


def past(experience: RunbookLibrary, clock: Clock) -> list[Past | None]:
    """What the runbook of the next incident knows of its steps."""
    runbook, _ = experience.choose("auth", {}, clock.now)
    assert runbook
    return [step.past for step in runbook.steps]


async def test_a_close_teaches_and_a_reopening_takes_it_back(recorder: Recorder, clock: Clock) -> None:
    """The next incident of that runbook knows; no store is asked."""
    experience = RunbookLibrary((RUNBOOK,))
    recorder.watchers.append(experience.observe)

    number = await walked(recorder, clock, experience)
    taught = past(experience, clock)
    await recorder.record(commands.Reopen(by="U1", reason="again"), number)

    assert [Past(times=0, incidents=1), Past(times=1, incidents=1)] == taught
    assert [None, None] == past(experience, clock)


async def test_what_was_learned_is_known_after_a_restart(
    recorder: Recorder, store: Store, clock: Clock
) -> None:
    """It is in the log; what is learned of what was learned does not grow."""
    first = RunbookLibrary((RUNBOOK,))
    recorder.watchers.append(first.observe)
    for _ in range(3):
        await walked(recorder, clock, first)
    second = RunbookLibrary((RUNBOOK,))
    await second.load(store)

    assert first.choose("auth", {}, clock.now) == second.choose("auth", {}, clock.now)
    assert Past(times=3, incidents=3) == past(second, clock)[1]


def test_an_old_runbook_says_so_when_it_is_chosen(clock: Clock) -> None:
    """From the day after its time is up."""
    experience = RunbookLibrary((RUNBOOK,), review_days=30)
    fresh, _ = experience.choose("auth", {}, clock.now)
    old, _ = experience.choose("auth", {}, clock.now + timedelta(days=10))

    assert fresh
    assert old
    assert "" == fresh.stale
    assert "This runbook was last reviewed on 2026-11-01, 31 days ago: trust your eyes more." == old.stale


def test_without_a_runbook_there_is_nothing_to_know(clock: Clock) -> None:
    """The sentence why stays."""
    assert (None, "No runbook fits, and there is no general one.") == RunbookLibrary().choose(
        "auth", {}, clock.now
    )


@pytest.mark.parametrize(
    ("reviewed", "said"),
    [
        ("2026-11-22", ""),
        ("2026-05-26", ""),
        ("2026-05-25", "2026-05-25, 181 days ago"),
        ("", "Nobody wrote down"),
        ("2027-01-01", ""),
    ],
)
def test_freshness(reviewed: str, said: str) -> None:
    """180 days are fresh, 181 are not."""
    runbook = Runbook(id="r", title="R", steps=(), reviewed=reviewed)

    sentence = stale(runbook, date(2026, 11, 22), 180)
    assert said in sentence
    assert bool(said) == bool(sentence)
