"""How evidence moves the order of the steps, and the reason it gives."""

from dataclasses import replace

import pytest

from bot.domain import events
from bot.domain.runbooks.runbook import Probe, Runbook, Step
from bot.domain.vocabulary import Area, HypothesisVerdict, ProbeVerdict, StepOutcome
from tests.domain.given import PROBED, SUSPECTED, TEN, at, incident_after


def step(name: str, area: Area, weight: float) -> Step:
    """Return a step of five minutes."""
    return Step(id=name, title=name, area=area, weight=weight)


SETTINGS = step("settings", Area.CONFIG, 8)
FLAGS = step("flags", Area.CONFIG, 6)
DEPLOYS = step("deploys", Area.CHANGE, 4)
POOL = step("pool", Area.DATABASE, 3)
CHOSEN = events.RunbookChosen(
    at=TEN, runbook=Runbook(id="r", title="R", steps=(SETTINGS, FLAGS, DEPLOYS, POOL)), reason=""
)
CLEAR = replace(PROBED, verdict=ProbeVerdict.CLEAR)
CONFIRMED = events.HypothesisClosed(
    at=at(9), by="U2", number=1, verdict=HypothesisVerdict.CONFIRMED, evidence="full"
)
REFUTED = replace(CONFIRMED, verdict=HypothesisVerdict.REFUTED)


@pytest.mark.parametrize(
    ("happened", "expected"),
    [
        ((), "settings flags deploys pool"),
        ((SUSPECTED,), "settings flags deploys pool"),
        ((SUSPECTED, CONFIRMED), "pool settings flags deploys"),
        ((CLEAR,), "deploys pool settings flags"),
        ((PROBED,), "settings flags deploys pool"),
        ((replace(PROBED, step="pool"), SUSPECTED, REFUTED), "pool settings flags deploys"),
        ((replace(PROBED, verdict=ProbeVerdict.FAILED),), "settings flags deploys pool"),
        ((CLEAR, replace(PROBED, step="flags")), "flags settings deploys pool"),
        ((replace(SUSPECTED, area=Area.CONFIG), REFUTED), "settings deploys flags pool"),
    ],
)
def test_evidence_outranks_weights(happened: tuple[events.AnyEvent, ...], expected: str) -> None:
    """A problem found by a probe comes first, then a confirmed area. A clear area comes last."""
    assert expected == " ".join(
        step.id for step in incident_after(CHOSEN, *happened).investigation.steps_in_order
    )


def test_a_step_whose_probe_could_not_run_costs_minutes() -> None:
    """A step whose probe could not run costs a person's minutes, which may move it back."""
    probed = replace(POOL, probe=Probe(kind="http"), minutes=60)
    chosen = replace(CHOSEN, runbook=Runbook(id="r", title="R", steps=(DEPLOYS, probed)))
    failed = replace(PROBED, step="pool", verdict=ProbeVerdict.FAILED)

    for happened, first in (
        ((), "pool"),
        ((failed,), "deploys"),
        ((failed, replace(failed, verdict=ProbeVerdict.WRONG)), "pool"),
    ):
        assert first == incident_after(chosen, *happened).investigation.steps_in_order[0].id


def test_a_needed_step_is_not_moved_by_its_own_evidence() -> None:
    """A step in a clear area comes as early as the step that needs it."""
    needing = replace(POOL, needs=("settings",))
    chosen = replace(CHOSEN, runbook=Runbook(id="r", title="R", steps=(SETTINGS, DEPLOYS, needing)))

    for happened, expected in (((), "settings deploys pool"), ((CLEAR,), "deploys settings pool")):
        assert expected == " ".join(
            step.id for step in incident_after(chosen, *happened).investigation.steps_in_order
        )


def test_evidence_gives_its_reason() -> None:
    """A step that evidence moves has a reason of one line, and most steps have none."""
    suspected = replace(SUSPECTED, area=Area.CHANGE)
    bearings = incident_after(
        CHOSEN, CLEAR, replace(PROBED, step="pool"), suspected, CONFIRMED
    ).investigation.step_evidence

    assert {
        "settings": "moved back, because a probe found no problem in config",
        "flags": "moved back, because a probe found no problem in config",
        "deploys": "hypothesis 1 points to change",
        "pool": "its probe found a problem",
    } == {name: bearing.why for name, bearing in bearings.items()}
    assert {""} == {bearing.why for bearing in incident_after(CHOSEN).investigation.step_evidence.values()}


def test_a_ruled_out_hypothesis_moves_its_area_back() -> None:
    """The area of a ruled-out hypothesis is only a little later, because the verdict may be wrong."""
    bearings = incident_after(CHOSEN, SUSPECTED, REFUTED).investigation.step_evidence

    assert "moved back a little, because hypothesis 1 was ruled out" == bearings["pool"].why


def test_finished_steps_come_first() -> None:
    """Finished steps come first in the order they finished, then the steps that are left."""
    ended = events.StepFinished(at=at(5), by="U1", step="pool", outcome=StepOutcome.CLEAR)
    walked = incident_after(CHOSEN, replace(ended, at=at(6), step="deploys"), ended)

    assert ["pool", "deploys", "settings", "flags"] == [
        step.id for step in walked.investigation.steps_in_order
    ]
    assert SETTINGS == walked.investigation.current_step


def test_an_outcome_may_end_the_runbook() -> None:
    """A found cause always ends the runbook, and a clear step ends it if the step says so."""
    gate = replace(SETTINGS, stop_if=StepOutcome.CLEAR)
    chosen = replace(CHOSEN, runbook=Runbook(id="r", title="R", steps=(gate, POOL)))
    cleared = events.StepFinished(at=at(5), by="U1", step="settings", outcome=StepOutcome.CLEAR)

    assert None is incident_after(chosen, cleared).investigation.current_step
    found = replace(cleared, outcome=StepOutcome.FOUND)
    cause = events.CauseNamed(at=at(5), by="U1", text="the key", step="settings")
    assert None is incident_after(CHOSEN, found, cause).investigation.current_step
    assert FLAGS == incident_after(CHOSEN, cleared).investigation.current_step
