"""Closed incidents update what their runbook has learned, for the next incident."""

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
    """Record and close an incident whose cause, the pool, was found after 8 minutes; return its number."""
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
    """Return what the next incident's runbook has learned about each step."""
    runbook, _ = experience.choose("auth", {}, clock.now)
    assert runbook
    return [step.past for step in runbook.steps]


async def test_closing_updates_the_runbook_and_reopening_reverts_it(recorder: Recorder, clock: Clock) -> None:
    """Closing an incident updates what its runbook has learned, and reopening it reverts that."""
    experience = RunbookLibrary((RUNBOOK,))
    recorder.watchers.append(experience.observe)

    number = await walked(recorder, clock, experience)
    taught = past(experience, clock)
    await recorder.record(commands.Reopen(by="U1", reason="again"), number)

    assert [Past(times=0, incidents=1), Past(times=1, incidents=1)] == taught
    assert [None, None] == past(experience, clock)


async def test_learning_survives_a_restart(recorder: Recorder, store: Store, clock: Clock) -> None:
    """After a restart the same is learned from the log, and incidents are not counted twice."""
    first = RunbookLibrary((RUNBOOK,))
    recorder.watchers.append(first.observe)
    for _ in range(3):
        await walked(recorder, clock, first)
    second = RunbookLibrary((RUNBOOK,))
    await second.load(store)

    assert first.choose("auth", {}, clock.now) == second.choose("auth", {}, clock.now)
    assert Past(times=3, incidents=3) == past(second, clock)[1]


def test_an_old_runbook_is_marked_as_stale(clock: Clock) -> None:
    """A runbook whose last review is older than `review_days` is marked when it is chosen."""
    experience = RunbookLibrary((RUNBOOK,), review_days=30)
    fresh, _ = experience.choose("auth", {}, clock.now)
    old, _ = experience.choose("auth", {}, clock.now + timedelta(days=10))

    assert fresh
    assert old
    assert "" == fresh.stale
    assert "This runbook was last reviewed on 2026-11-01, 31 days ago, and may be out of date." == old.stale


def test_no_choice_without_runbooks(clock: Clock) -> None:
    """Without runbooks `choose` returns None and the reason."""
    assert (None, "No runbook matches, and there is no general runbook.") == RunbookLibrary().choose(
        "auth", {}, clock.now
    )


@pytest.mark.parametrize(
    ("reviewed", "warning"),
    [
        ("2026-11-22", ""),
        ("2026-05-26", ""),
        ("2026-05-25", "2026-05-25, 181 days ago"),
        ("", "This runbook has no review date"),
        ("2027-01-01", ""),
    ],
)
def test_a_runbook_is_stale_after_180_days(reviewed: str, warning: str) -> None:
    """A runbook reviewed 180 days ago is fresh, one reviewed 181 days ago or never is stale."""
    runbook = Runbook(id="r", title="R", steps=(), reviewed=reviewed)

    sentence = stale(runbook, date(2026, 11, 22), 180)
    assert warning in sentence
    assert bool(warning) == bool(sentence)
