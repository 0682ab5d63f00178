"""A cause that people recorded can be reworded and withdrawn."""

from dataclasses import replace

import pytest

from bot.domain import commands, effects, events
from bot.domain.escalation.ladder import Need
from bot.domain.rules.decide.decide import decide
from bot.domain.rules.react import react
from bot.domain.vocabulary import HypothesisVerdict, Status
from tests.domain.given import FOUND, NOW, SUSPECTED, TEN, incident_after, refusal

NAMED = events.CauseNamed(at=TEN, by="U1", text="the old key")
OF_STEP = replace(NAMED, step="settings")
TAKE_BACK = commands.WithdrawCause(by="U2", reason="it fails with the new one too")
TAKEN_BACK = events.CauseWithdrawn(at=NOW, by="U2", reason="it fails with the new one too")
IDENTIFIED = events.StatusChanged(at=TEN, by="U1", status=Status.IDENTIFIED)


def test_the_latest_wording_is_the_cause() -> None:
    """A reworded cause replaces the previous one."""
    other = replace(NAMED, at=NOW, text="the clock")

    assert (other,) == decide(incident_after(NAMED), commands.NameCause(by="U1", text="the clock"), NOW)
    assert other == incident_after(NAMED, other).investigation.cause


def test_recording_the_cause_identifies_the_incident() -> None:
    """The first cause sets the status to identified. Rewording it leaves the status alone."""
    found = replace(NAMED, at=NOW)
    identified = replace(IDENTIFIED, at=NOW, note="the old key")
    name = commands.NameCause(by="U1", text="the old key")
    searching = events.StatusChanged(at=TEN, by="U2", status=Status.INVESTIGATING)

    assert (found, identified) == decide(incident_after(), name, NOW)
    better = replace(name, text="the key of 2023")
    assert (replace(found, text="the key of 2023"),) == decide(
        incident_after(NAMED, IDENTIFIED, searching), better, NOW
    )


def test_withdrawing_the_cause_resumes_the_investigation() -> None:
    """Without a cause the status is investigating again, and a hypothesis is needed again."""
    again = events.StatusChanged(at=NOW, by="U2", status=Status.INVESTIGATING, note=TAKE_BACK.reason)
    after = incident_after(NAMED, TAKEN_BACK)

    assert (TAKEN_BACK,) == decide(incident_after(NAMED), TAKE_BACK, NOW)
    assert (TAKEN_BACK, again) == decide(incident_after(NAMED, IDENTIFIED), TAKE_BACK, NOW)
    assert (None, NOW) == (after.investigation.cause, after.escalation.clock.unmet_since[Need.HYPOTHESIS])
    assert effects.ShowStep(step="settings") in react(TAKEN_BACK, after)


def test_the_cause_of_a_step_returns_when_a_rewording_is_withdrawn() -> None:
    """If a cause recorded by hand is withdrawn, the cause that a step found takes its place."""
    (_, cause) = decide(incident_after(FOUND, NAMED), TAKE_BACK, NOW)

    assert isinstance(cause, events.CauseNamed)
    assert "settings" == cause.step


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ((), "INC-7 has no cause to withdraw."),
        ((FOUND, OF_STEP), "A step found this cause. To withdraw it: `clear settings: why`."),
        (
            (
                SUSPECTED,
                events.HypothesisClosed(at=TEN, by="U1", number=1, verdict=HypothesisVerdict.CONFIRMED),
                replace(NAMED, hypothesis=1),
            ),
            "This cause is a confirmed hypothesis. To withdraw it: `refuted 1 why`.",
        ),
    ],
)
def test_a_cause_is_withdrawn_through_its_source(given: tuple[events.AnyEvent, ...], sentence: str) -> None:
    """The cause of a step or hypothesis is withdrawn by changing that step or hypothesis."""
    assert sentence == refusal(incident_after(*given), TAKE_BACK)
