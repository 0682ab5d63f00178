"""Evidence moves the order of the steps, and says why."""

from dataclasses import replace

import pytest

from bot.domain import events
from bot.domain.runbooks.runbook import Probe, Runbook, Step
from bot.domain.vocabulary import Area, HypothesisVerdict, ProbeVerdict, StepOutcome
from tests.domain.given import PROBED, SUSPECTED, TEN, at, incident_after


def step(name: str, area: Area, weight: float) -> Step:
    """A step of five minutes."""
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
def test_evidence_comes_before_numbers(happened: tuple[events.AnyEvent, ...], expected: str) -> None:
    """What a probe saw wrong first, then what is supported; a clear area last, a refuted one later."""
    assert expected == " ".join(
        step.id for step in incident_after(CHOSEN, *happened).investigation.steps_in_order
    )


def test_a_probe_that_failed_leaves_the_step_to_a_person() -> None:
    """It costs their minutes then, which may be more than what another costs."""
    probed = replace(POOL, probe=Probe(kind="http"), minutes=60)
    chosen = replace(CHOSEN, runbook=Runbook(id="r", title="R", steps=(DEPLOYS, probed)))
    failed = replace(PROBED, step="pool", verdict=ProbeVerdict.FAILED)

    for happened, first in (
        ((), "pool"),
        ((failed,), "deploys"),
        ((failed, replace(failed, verdict=ProbeVerdict.WRONG)), "pool"),
    ):
        assert first == incident_after(chosen, *happened).investigation.steps_in_order[0].id


def test_what_a_step_needs_does_not_bring_it_forward() -> None:
    """A step in a clear area that another needs comes as early as that one is worth, not as it was itself."""
    needing = replace(POOL, needs=("settings",))
    chosen = replace(CHOSEN, runbook=Runbook(id="r", title="R", steps=(SETTINGS, DEPLOYS, needing)))

    for happened, expected in (((), "settings deploys pool"), ((CLEAR,), "deploys settings pool")):
        assert expected == " ".join(
            step.id for step in incident_after(chosen, *happened).investigation.steps_in_order
        )


def test_each_bearing_says_why() -> None:
    """One line that the step shows; most steps have none."""
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


def test_a_refuted_suspicion_says_so() -> None:
    """Its area is only a little later: a suspicion may be refuted for a wrong reason."""
    bearings = incident_after(CHOSEN, SUSPECTED, REFUTED).investigation.step_evidence

    assert "moved back a little, because hypothesis 1 was ruled out" == bearings["pool"].why


def test_what_ended_stands_in_front_as_it_ended() -> None:
    """The walk so far, then what is left."""
    ended = events.StepFinished(at=at(5), by="U1", step="pool", outcome=StepOutcome.CLEAR)
    walked = incident_after(CHOSEN, replace(ended, at=at(6), step="deploys"), ended)

    assert ["pool", "deploys", "settings", "flags"] == [
        step.id for step in walked.investigation.steps_in_order
    ]
    assert SETTINGS == walked.investigation.current_step


def test_a_step_may_stop_the_walk() -> None:
    """Found always ends it; clear does where the step says that the rest makes no sense then."""
    gate = replace(SETTINGS, stop_if=StepOutcome.CLEAR)
    chosen = replace(CHOSEN, runbook=Runbook(id="r", title="R", steps=(gate, POOL)))
    cleared = events.StepFinished(at=at(5), by="U1", step="settings", outcome=StepOutcome.CLEAR)

    assert None is incident_after(chosen, cleared).investigation.current_step
    assert (
        None is incident_after(CHOSEN, replace(cleared, outcome=StepOutcome.FOUND)).investigation.current_step
    )
    assert FLAGS == incident_after(CHOSEN, cleared).investigation.current_step
