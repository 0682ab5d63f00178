"""A cause that people recorded can be reworded and withdrawn."""

from dataclasses import replace

from bot.domain import commands, effects, events
from bot.domain.effects import message_keys
from bot.domain.escalation.ladder import Need
from bot.domain.rules.decide.decide import decide
from bot.domain.rules.react import react
from bot.domain.vocabulary import HypothesisVerdict, Status, StepOutcome
from tests.domain.given import FOUND, NOW, PROBED, SUSPECTED, TEN, incident_after, refusal

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


def test_withdrawing_a_cause_asserts_nothing_else() -> None:
    """If a cause recorded by hand is withdrawn, a step that was marked as the cause does not replace it."""
    assert (TAKEN_BACK,) == decide(incident_after(FOUND, NAMED), TAKE_BACK, NOW)


def test_a_step_or_hypothesis_is_recorded_as_the_cause_again() -> None:
    """After a withdrawal, `found` or `confirmed` for what is still marked records it as the cause."""
    confirmed = events.HypothesisClosed(at=TEN, by="U1", number=1, verdict=HypothesisVerdict.CONFIRMED)
    incident = incident_after(FOUND, SUSPECTED, confirmed)
    found = commands.FinishStep(by="U2", step="settings", outcome=StepOutcome.FOUND)
    confirm = commands.CloseHypothesis(by="U2", number=1, verdict=HypothesisVerdict.CONFIRMED)

    (of_step, identified) = decide(incident, found, NOW)
    assert isinstance(of_step, events.CauseNamed)
    assert ("U2", "settings", "U2") == (of_step.by, of_step.step, identified.by)
    (of_hypothesis, _) = decide(incident, confirm, NOW)
    assert isinstance(of_hypothesis, events.CauseNamed)
    assert ("U2", 1) == (of_hypothesis.by, of_hypothesis.hypothesis)


def test_withdrawing_needs_a_cause() -> None:
    """Without a cause there is nothing to withdraw."""
    assert "INC-7 has no cause to withdraw." == refusal(incident_after(), TAKE_BACK)


def test_a_withdrawn_cause_reopens_its_step() -> None:
    """The step is open and free again, its probe's result stays, and its message gets its buttons back."""
    posted = events.MessagePosted(at=TEN, what=message_keys.step_key("settings"), channel="C7", ts="9")
    taken = events.StepTaken(at=TEN, by="U1", step="settings")
    incident = incident_after(posted, PROBED, taken, FOUND, OF_STEP, TAKEN_BACK)
    state = incident.investigation.state_of("settings")

    assert (None, "", True) == (state.outcome, state.evidence, state.is_free)
    assert PROBED.evidence == state.probe_evidence
    assert effects.RedrawStep(step="settings") in react(TAKEN_BACK, incident)


def test_a_withdrawn_cause_reopens_its_hypothesis() -> None:
    """The hypothesis is open again, its message is updated, and its owner is asked when its time is up."""
    posted = events.MessagePosted(at=TEN, what=message_keys.hypothesis_key(1), channel="C7", ts="9")
    confirmed = events.HypothesisClosed(
        at=TEN, by="U1", number=1, verdict=HypothesisVerdict.CONFIRMED, evidence="9 of 9"
    )
    incident = incident_after(posted, SUSPECTED, confirmed, replace(NAMED, hypothesis=1), TAKEN_BACK)
    hypothesis = incident.investigation.hypotheses[1]
    requested = react(TAKEN_BACK, incident)

    assert (None, "", None) == (hypothesis.verdict, hypothesis.evidence, hypothesis.closed_at)
    assert effects.ShowHypothesis(number=1) in requested
    assert effects.EndTimeBox(number=1, not_before=hypothesis.ends_at) in requested
