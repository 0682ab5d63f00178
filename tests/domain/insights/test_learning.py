"""What closed incidents show about a runbook."""

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


def taught(*causes: str, days_ago: float = 0, **minutes: float) -> CauseRecord:
    """Return the record of an incident with these causes and the minutes of its steps."""
    return CauseRecord(runbook="two", at=NOW - timedelta(days=days_ago), causes=causes, minutes=minutes)


def shares(*lessons: CauseRecord) -> dict[str, float]:
    """Return the expected share of each step."""
    steps = with_experience(TWO, lessons, NOW).steps
    return {step.id: step.weight / sum(each.weight for each in steps) for step in steps}


def test_a_runbook_without_incidents_is_unchanged() -> None:
    """Incidents of other runbooks do not change a runbook."""
    assert TWO == with_experience(TWO, [], NOW)
    assert TWO == with_experience(TWO, [replace(taught("slow"), runbook="other")], NOW)


def test_each_step_counts_how_often_it_was_the_cause() -> None:
    """An incident whose cause no step covers counts as an incident of the runbook."""
    lessons = [*[taught("quick")] * 6, taught("slow"), taught()]

    expected = [Past(times=6, incidents=8), Past(times=1, incidents=8)]
    assert expected == [step.past for step in with_experience(TWO, lessons, NOW).steps]


def test_each_step_that_was_confirmed_counts_as_a_cause() -> None:
    """If two steps were marked as the cause, each counts once, and a step whose cause was withdrawn not."""
    both = (replace(FOUND, at=at(23)), replace(FOUND, at=at(24), step="pool"))
    of_step = replace(NAMED, step="settings")
    withdrawn = events.CauseWithdrawn(at=at(31), by="U1")

    record = cause_record(incident_after(*both, of_step, CLOSED))
    assert record
    assert {"pool", "settings"} == set(record.causes)
    [past, other] = with_experience(TWO, [taught("quick", "slow")], NOW).steps
    assert (Past(times=1, incidents=1), Past(times=1, incidents=1)) == (past.past, other.past)
    record = cause_record(incident_after(*both, of_step, withdrawn, CLOSED))
    assert record
    assert ("pool",) == record.causes


def test_a_frequent_cause_moves_forward() -> None:
    """The weights in the file lose influence as causes are found."""
    assert ["quick", "slow"] == [step.id for step in order(TWO.steps)]
    twelve = with_experience(TWO, [taught("slow")] * 40, NOW)
    assert ["slow", "quick"] == [step.id for step in order(twelve.steps)]


def test_weights_that_predicted_well_are_trusted_more() -> None:
    """One odd cause moves a runbook less if its weights predicted the other causes well."""
    foretold = [*[taught("quick")] * 9, *[taught("slow")] * 3]
    odd = [taught("slow")] * 3

    assert shares()["slow"] == pytest.approx(0.25)
    assert shares(*foretold)["slow"] == pytest.approx(0.25, abs=0.01)
    assert 0.3 < shares(*odd)["slow"] < 0.7


def test_old_incidents_count_less() -> None:
    """An incident counts half after the half-life, and one from the future counts as one of today."""
    fresh, old, future = (
        shares(*[taught("slow", days_ago=days)] * 4)["slow"] for days in (0, HALF_LIFE.days, -1)
    )

    assert 0.25 < old < fresh
    assert fresh == future
    assert old == pytest.approx(shares(*[taught("slow")] * 2)["slow"])


def test_minutes_are_the_median_with_the_figure_of_the_file() -> None:
    """Neither two short checks nor a single long one override the minutes in the file."""
    assert 10 == with_experience(TWO, [taught("slow", slow=4)], NOW).steps[1].minutes
    assert 4 == with_experience(TWO, [taught("slow", slow=4)] * 3, NOW).steps[1].minutes
    assert 10 == with_experience(TWO, [taught("slow", slow=200)], NOW).steps[1].minutes


def test_a_closed_incident_has_a_cause_and_minutes() -> None:
    """If nobody took a step, its minutes run from the end of the previous one, or from the declaration."""
    cleared = events.StepFinished(at=at(20), by="U1", step="pool", outcome=StepOutcome.CLEAR)
    found = replace(FOUND, at=at(23))

    expected = CauseRecord(
        runbook="auth", at=at(60), causes=("settings",), minutes={"pool": 20, "settings": 3}
    )
    assert expected == cause_record(incident_after(cleared, found, CLOSED))


def test_minutes_run_from_when_a_step_was_taken() -> None:
    """If somebody took a step, its minutes run from that moment."""
    took = events.StepTaken(at=at(15), by="U1", step="settings")

    taught = cause_record(incident_after(took, replace(FOUND, at=at(23)), CLOSED))
    assert taught
    assert {"settings": 8} == taught.minutes


def test_a_cause_without_a_step_belongs_to_the_only_step_of_its_area() -> None:
    """A cause belongs to the only step of its area; without one, it counts as an incident only."""
    named = cause_record(incident_after(NAMED, CLOSED))
    unknown = cause_record(incident_after(replace(NAMED, area=None), CLOSED))

    assert CauseRecord(runbook="auth", at=at(60), causes=("pool",)) == named
    assert CauseRecord(runbook="auth", at=at(60)) == unknown


def test_a_cause_in_an_area_of_two_steps_belongs_to_neither() -> None:
    """If an area has two steps, a cause named without a step belongs to neither."""
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
def test_incidents_without_a_record(happened: tuple[events.AnyEvent, ...]) -> None:
    """Open and cancelled incidents and those without a cause leave no record."""
    assert None is cause_record(incident_after(*happened))


@pytest.mark.parametrize("minutes", [0.1, 300])
def test_implausible_minutes_are_ignored(minutes: float) -> None:
    """Minutes that are too short or too long for a check do not count."""
    ended = replace(CLEARED, at=TEN + timedelta(minutes=minutes))

    assert CauseRecord(runbook="auth", at=at(60), causes=("pool",)) == cause_record(
        incident_after(ended, NAMED, CLOSED)
    )


def test_a_skipped_step_has_no_minutes() -> None:
    """A skipped step has no minutes, because nobody checked it."""
    skipped = replace(CLEARED, at=at(5), outcome=StepOutcome.SKIPPED)

    assert CauseRecord(runbook="auth", at=at(60), causes=("pool",)) == cause_record(
        incident_after(skipped, NAMED, CLOSED)
    )


def test_the_feedback_to_the_runbooks_owner() -> None:
    """The feedback lists steps that found nothing, and the cause with steps that found or cover it."""
    elsewhere = events.CauseNamed(at=TEN, by="U1", text="a meteor", area=Area.NETWORK)
    pool = replace(elsewhere, text="the pool", area=Area.DATABASE)

    feedback = feedback_to_runbook(incident_after(CHOSEN, CLEARED, elsewhere))
    assert feedback is not None
    assert (("settings",), "a meteor") == (tuple(s.id for s in feedback.found_nothing), feedback.cause)
    assert ((), ()) == (feedback.found_by, feedback.in_its_area)
    near = feedback_to_runbook(incident_after(CHOSEN, CLEARED, pool))
    assert near is not None
    assert ("the pool", (), ["pool"]) == (near.cause, near.found_by, [s.id for s in near.in_its_area])
    found = feedback_to_runbook(incident_after(CHOSEN, FOUND, replace(pool, step="settings")))
    assert found is not None
    assert ("the pool", ["settings"]) == (found.cause, [s.id for s in found.found_by])
    assert feedback_to_runbook(incident_after()) is None


def test_a_drill_changes_nothing() -> None:
    """A drill neither changes the order of the steps nor gives feedback to the runbook's owner."""
    drill = replace(incident_after(FOUND, NAMED, CLOSED), is_drill=True)

    assert (None, None) == (cause_record(drill), feedback_to_runbook(drill))
