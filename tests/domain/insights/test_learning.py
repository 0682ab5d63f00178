"""What closed incidents teach of a runbook."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import events
from bot.domain.incident.step_order import order
from bot.domain.insights.learning import (
    HALF_LIFE,
    CauseRecord,
    cause_record,
    feedback_to_runbook,
    with_experience,
)
from bot.domain.runbooks.runbook import Past, Runbook, Step
from bot.domain.vocabulary import Area, StepOutcome
from tests.domain.given import CHOSEN, CLEARED, FOUND, NOW, RUNBOOK, TEN, at, incident_after

CLOSED = events.IncidentClosed(at=at(60), by="U1")
NAMED = events.CauseNamed(at=at(30), by="U1", text="the pool", area=Area.DATABASE)
QUICK = Step(id="quick", title="Quick", area=Area.CONFIG, minutes=2, weight=6)
SLOW = Step(id="slow", title="Slow", area=Area.NETWORK, minutes=10, weight=2)
TWO = Runbook(id="two", title="Two", steps=(QUICK, SLOW))


def taught(cause: str, *, days_ago: float = 0, **minutes: float) -> CauseRecord:
    """An incident of that cause, with the minutes that steps took."""
    return CauseRecord(runbook="two", at=NOW - timedelta(days=days_ago), cause=cause, minutes=minutes)


def shares(*lessons: CauseRecord) -> dict[str, float]:
    """How often each step is expected to be the cause."""
    steps = with_experience(TWO, lessons, NOW).steps
    return {step.id: step.weight / sum(each.weight for each in steps) for step in steps}


def test_without_lessons_the_runbook_is_as_written() -> None:
    """Those of other runbooks teach nothing."""
    assert TWO == with_experience(TWO, [], NOW)
    assert TWO == with_experience(TWO, [replace(taught("slow"), runbook="other")], NOW)


def test_each_step_knows_how_often_it_was_the_cause() -> None:
    """A cause that no step covers is an incident all the same."""
    lessons = [*[taught("quick")] * 6, taught("slow"), taught("")]

    expected = [Past(times=6, incidents=8), Past(times=1, incidents=8)]
    assert expected == [step.past for step in with_experience(TWO, lessons, NOW).steps]


def test_what_is_often_the_cause_comes_forward() -> None:
    """The weights give way to what happens."""
    assert ["quick", "slow"] == [step.id for step in order(TWO.steps)]
    twelve = with_experience(TWO, [taught("slow")] * 40, NOW)
    assert ["slow", "quick"] == [step.id for step in order(twelve.steps)]


def test_weights_that_hold_are_trusted_more() -> None:
    """One odd cause moves a runbook less that foretold the others well."""
    foretold = [*[taught("quick")] * 9, *[taught("slow")] * 3]
    odd = [taught("slow")] * 3

    assert shares()["slow"] == pytest.approx(0.25)
    assert shares(*foretold)["slow"] == pytest.approx(0.25, abs=0.01)
    assert 0.3 < shares(*odd)["slow"] < 0.7


def test_old_incidents_fade() -> None:
    """After the half-life an incident counts half, and one from the future counts as one of today."""
    fresh, old, future = (
        shares(*[taught("slow", days_ago=days)] * 4)["slow"] for days in (0, HALF_LIFE.days, -1)
    )

    assert 0.25 < old < fresh
    assert fresh == future
    assert old == pytest.approx(shares(*[taught("slow")] * 2)["slow"])


def test_minutes_are_the_median_with_the_figure_of_the_file() -> None:
    """Two looks do not overrule it, and a single long one never does."""
    assert 10 == with_experience(TWO, [taught("slow", slow=4)], NOW).steps[1].minutes
    assert 4 == with_experience(TWO, [taught("slow", slow=4)] * 3, NOW).steps[1].minutes
    assert 10 == with_experience(TWO, [taught("slow", slow=200)], NOW).steps[1].minutes


def test_a_closed_incident_teaches_its_cause_and_its_minutes() -> None:
    """Minutes run from the step before, or from when the incident began to be handled."""
    cleared = events.StepFinished(at=at(20), by="U1", step="pool", outcome=StepOutcome.CLEAR)
    found = replace(FOUND, at=at(23))

    expected = CauseRecord(runbook="auth", at=at(60), cause="settings", minutes={"pool": 20, "settings": 3})
    assert expected == cause_record(incident_after(cleared, found, CLOSED))


def test_minutes_run_from_when_a_step_was_taken() -> None:
    """What lay between the alert and the first look was no look."""
    took = events.StepTaken(at=at(15), by="U1", step="settings")

    taught = cause_record(incident_after(took, replace(FOUND, at=at(23)), CLOSED))
    assert taught
    assert {"settings": 8} == taught.minutes


def test_a_cause_that_nobody_found_by_a_step_belongs_to_the_step_of_its_area() -> None:
    """If there is just one; and if there is none, it still counts as an incident."""
    named = cause_record(incident_after(NAMED, CLOSED))
    unknown = cause_record(incident_after(replace(NAMED, area=None), CLOSED))

    assert CauseRecord(runbook="auth", at=at(60), cause="pool") == named
    assert CauseRecord(runbook="auth", at=at(60)) == unknown


def test_two_steps_of_one_area_cannot_both_be_it() -> None:
    """Then nobody knows which."""
    twice = replace(RUNBOOK, steps=(*RUNBOOK.steps, replace(SLOW, area=Area.DATABASE)))
    chosen = events.RunbookChosen(at=TEN, runbook=twice, reason="")

    assert CauseRecord(runbook="auth", at=at(60)) == cause_record(incident_after(chosen, NAMED, CLOSED))


@pytest.mark.parametrize(
    "happened",
    [
        (NAMED,),
        (CLOSED,),
        (NAMED, CLOSED, events.IncidentReopened(at=at(61), by="U1", reason="again")),
        (NAMED, events.IncidentCancelled(at=at(61), by="U1", reason="a test")),
    ],
)
def test_nothing_is_learned_from(happened: tuple[events.AnyEvent, ...]) -> None:
    """An incident that goes on, was none, or ended without a cause."""
    assert None is cause_record(incident_after(*happened))


@pytest.mark.parametrize("minutes", [0.1, 300])
def test_steps_told_afterwards_or_left_lying_teach_no_minutes(minutes: float) -> None:
    """Nobody looks that quickly, or that long."""
    ended = replace(CLEARED, at=TEN + timedelta(minutes=minutes))

    assert CauseRecord(runbook="auth", at=at(60), cause="pool") == cause_record(
        incident_after(ended, NAMED, CLOSED)
    )


def test_a_skipped_step_teaches_no_minutes() -> None:
    """Nobody looked."""
    skipped = replace(CLEARED, at=at(5), outcome=StepOutcome.SKIPPED)

    assert CauseRecord(runbook="auth", at=at(60), cause="pool") == cause_record(
        incident_after(skipped, NAMED, CLOSED)
    )


def test_what_an_incident_teaches_its_runbooks_owner() -> None:
    """What found nothing, and the cause with the steps that found it or look in its area."""
    elsewhere = events.CauseNamed(at=TEN, by="U1", text="a meteor", area=Area.NETWORK)
    pool = replace(elsewhere, text="the pool", area=Area.DATABASE)

    told = feedback_to_runbook(incident_after(CHOSEN, CLEARED, elsewhere))
    assert told is not None
    assert (("settings",), "a meteor") == (tuple(s.id for s in told.found_nothing), told.cause)
    assert ((), ()) == (told.found_by, told.in_its_area)
    near = feedback_to_runbook(incident_after(CHOSEN, CLEARED, pool))
    assert near is not None
    assert ("the pool", (), ["pool"]) == (near.cause, near.found_by, [s.id for s in near.in_its_area])
    found = feedback_to_runbook(incident_after(CHOSEN, FOUND, replace(pool, step="settings")))
    assert found is not None
    assert ("the pool", ["settings"]) == (found.cause, [s.id for s in found.found_by])
    assert feedback_to_runbook(incident_after()) is None


def test_a_drill_teaches_nobody() -> None:
    """Neither the next order of the steps nor the runbook's owner."""
    drill = replace(incident_after(FOUND, NAMED, CLOSED), is_drill=True)

    assert (None, None) == (cause_record(drill), feedback_to_runbook(drill))
