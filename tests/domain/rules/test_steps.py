"""Finding the cause with hypotheses and with the steps of the runbook."""

from dataclasses import replace

import pytest

from bot.domain import commands, effects, events
from bot.domain.escalation.ladder import Need
from bot.domain.incident.incident import Incident
from bot.domain.rules.decide.decide import decide
from bot.domain.rules.evolve import evolve, fold
from bot.domain.rules.react import react
from bot.domain.vocabulary import Area, HypothesisVerdict, ProbeVerdict, Status, StepOutcome
from tests.domain.given import (
    CLEARED,
    DECLARED,
    FOUND,
    NOW,
    POOL,
    PROBED,
    SUSPECTED,
    at,
    incident_after,
    refusal,
)

SUSPECT = commands.OpenHypothesis(by="U2", text=" the pool is full ")
REFUTED = events.HypothesisClosed(
    at=NOW, by="U1", number=1, verdict=HypothesisVerdict.REFUTED, evidence="it is empty"
)
CONFIRMED = replace(REFUTED, verdict=HypothesisVerdict.CONFIRMED)
REFUTE = commands.CloseHypothesis(
    by="U1", number=1, verdict=HypothesisVerdict.REFUTED, evidence="it is empty"
)
CONFIRM = replace(REFUTE, verdict=HypothesisVerdict.CONFIRMED)
CAUSE = events.CauseNamed(at=at(9), by="U1", text="the old key")
IDENTIFIED = events.StatusChanged(at=NOW, by="U1", status=Status.IDENTIFIED, note="Settings of auth")


def test_a_hypothesis_has_a_number_an_owner_and_an_area() -> None:
    """By default the owner is the author, and the area is guessed from the text."""
    given = replace(SUSPECTED, at=NOW)
    full = replace(SUSPECT, area=Area.NETWORK, owner="U3", minutes=5)

    assert (given,) == decide(incident_after(CLEARED), SUSPECT, NOW)
    assert (replace(given, number=2),) == decide(incident_after(CLEARED, SUSPECTED), SUSPECT, NOW)
    assert (replace(given, area=Area.NETWORK, owner="U3", minutes=5),) == decide(incident_after(), full, NOW)


@pytest.mark.parametrize("verdict", [HypothesisVerdict.REFUTED, HypothesisVerdict.PARKED])
def test_a_repeated_verdict_has_no_effect(verdict: HypothesisVerdict) -> None:
    """The same verdict again changes nothing. A different verdict replaces it."""
    settle = replace(REFUTE, verdict=verdict)
    settled = replace(REFUTED, verdict=verdict)

    assert (settled,) == decide(incident_after(SUSPECTED), settle, NOW)
    assert () == decide(incident_after(SUSPECTED, settled), settle, NOW)
    assert CONFIRMED == decide(incident_after(SUSPECTED, settled), CONFIRM, NOW)[0]


def test_evidence_can_be_added_after_the_verdict() -> None:
    """Evidence added after the click is kept with the time and the author of the click."""
    clicked = replace(REFUTED, at=at(5), by="U2", evidence="")
    after = incident_after(SUSPECTED, clicked, REFUTED).investigation.hypotheses[1]

    assert (REFUTED,) == decide(incident_after(SUSPECTED, clicked), REFUTE, NOW)
    assert ("it is empty", at(5), "U2") == (after.evidence, after.closed_at, after.closed_by)


def test_evidence_can_be_added_after_a_step_is_finished() -> None:
    """Evidence added later keeps the time of the first click. A different outcome discards the evidence."""
    clicked = replace(CLEARED, at=at(5), evidence="")
    explained = replace(CLEARED, at=NOW, by="U2")
    command = commands.FinishStep(
        by="U2", step="settings", outcome=StepOutcome.CLEAR, evidence=CLEARED.evidence
    )
    after = incident_after(clicked, explained).investigation.state_of("settings")
    other = incident_after(explained, FOUND).investigation.state_of("settings")

    assert (explained,) == decide(incident_after(clicked), command, NOW)
    assert (CLEARED.evidence, at(5), "U1") == (after.evidence, after.at, after.by)
    assert (StepOutcome.FOUND, "") == (other.outcome, other.evidence)


def test_a_confirmed_hypothesis_becomes_the_cause() -> None:
    """A confirmed hypothesis becomes the cause if there is none. The incident is identified either way."""
    named = events.CauseNamed(at=NOW, by="U1", text="the pool is full", area=Area.DATABASE, hypothesis=1)
    over = replace(IDENTIFIED, note="the pool is full")

    assert (CONFIRMED, named, over) == decide(incident_after(SUSPECTED), CONFIRM, NOW)
    assert (CONFIRMED, over) == decide(incident_after(SUSPECTED, CAUSE), CONFIRM, NOW)
    assert (CONFIRMED,) == decide(incident_after(SUSPECTED, CAUSE, IDENTIFIED), CONFIRM, NOW)


def test_an_unknown_hypothesis_number_is_refused() -> None:
    """A refusal for an unknown hypothesis lists the existing numbers."""
    unknown = replace(REFUTE, number=3)

    assert "INC-7 has no hypothesis 3. Its hypotheses: none yet." == refusal(incident_after(), unknown)
    assert "INC-7 has no hypothesis 3. Its hypotheses: 1, 2." == refusal(
        incident_after(SUSPECTED, replace(SUSPECTED, number=2)), unknown
    )


@pytest.mark.parametrize(
    "command", [commands.RequestProbe(by="U1", step="settings"), commands.RequestProbe(by="U1", step="no")]
)
def test_without_a_runbook_there_are_no_steps(command: commands.RequestProbe) -> None:
    """A probe of a step is refused if the incident has no runbook."""
    assert f"INC-7's runbook has no step {command.step!r}." == refusal(fold(7, [DECLARED]), command)


def test_a_step_that_is_not_in_the_runbook_is_refused() -> None:
    """A refusal for an unknown step names that step."""
    command = commands.FinishStep(by="U1", step="no", outcome=StepOutcome.CLEAR)

    assert "INC-7's runbook has no step 'no'." == refusal(incident_after(), command)


def test_a_probe_can_be_run_again() -> None:
    """A probe can be run any number of times. A step without a probe is checked by hand."""
    ask = commands.RequestProbe(by="U1", step="settings")
    asked = events.ProbeRequested(at=NOW, by="U1", step="settings")

    assert (asked,) == decide(incident_after(), ask, NOW)
    assert (asked,) == decide(incident_after(asked, PROBED), ask, NOW)
    assert "'Connection pool' has no probe. Check it by hand." == refusal(
        incident_after(), commands.RequestProbe(by="U1", step="pool")
    )


def test_a_repeated_outcome_has_no_effect() -> None:
    """The same outcome again changes nothing. A different outcome replaces it."""
    clear = commands.FinishStep(by="U1", step="settings", outcome=StepOutcome.CLEAR, evidence="all as in git")
    cleared = replace(CLEARED, at=NOW)

    assert (cleared,) == decide(incident_after(), clear, NOW)
    assert () == decide(incident_after(cleared), clear, NOW)
    assert (
        replace(cleared, outcome=StepOutcome.FOUND)
        == (decide(incident_after(cleared), replace(clear, outcome=StepOutcome.FOUND), NOW)[0])
    )


def test_skipping_a_step_needs_a_reason() -> None:
    """The reason for a skip is kept, and a skip without one is refused."""
    skip = commands.FinishStep(by="U1", step="pool", outcome=StepOutcome.SKIPPED, evidence="no access")
    skipped = events.StepFinished(
        at=NOW, by="U1", step="pool", outcome=StepOutcome.SKIPPED, evidence="no access"
    )

    assert (skipped,) == decide(incident_after(), skip, NOW)
    assert "Say why. The reason is shown in the postmortem. For example: `skip pool: no access`." == refusal(
        incident_after(), replace(skip, evidence=" ")
    )


def test_the_probes_result_is_the_default_evidence() -> None:
    """A step marked as the cause without a text keeps the evidence of its probe."""
    found = commands.FinishStep(by="U1", step="settings", outcome=StepOutcome.FOUND)
    seen = "key is '2023', expected '2024'"
    cause = events.CauseNamed(
        at=NOW, by="U1", text=f"a wrong setting: {seen}", area=Area.CONFIG, step="settings"
    )

    assert (replace(FOUND, at=NOW, evidence=seen), cause, IDENTIFIED) == decide(
        incident_after(PROBED), found, NOW
    )
    assert (
        replace(FOUND, at=NOW, evidence="two keys")
        == (decide(incident_after(PROBED), replace(found, evidence="two keys"), NOW)[0])
    )


def test_a_step_that_found_the_cause_sets_cause_and_status() -> None:
    """The step's text for the cause is used, or its title. A cause that people recorded before stays."""
    found = commands.FinishStep(by="U1", step="settings", outcome=StepOutcome.FOUND)
    in_the_pool = replace(found, step="pool", evidence="9 of 9 taken")
    finished = replace(FOUND, at=NOW)
    monitoring = events.StatusChanged(at=at(9), by="U1", status=Status.MONITORING)
    cause = events.CauseNamed(at=NOW, by="U1", text="a wrong setting", area=Area.CONFIG, step="settings")

    assert (finished, cause, IDENTIFIED) == decide(incident_after(), found, NOW)
    assert (finished, IDENTIFIED) == decide(incident_after(CAUSE), found, NOW)
    assert (finished, cause) == decide(incident_after(monitoring), found, NOW)
    assert (
        replace(finished, step="pool", evidence="9 of 9 taken"),
        events.CauseNamed(at=NOW, by="U1", text="Connection pool: 9 of 9 taken", area=POOL.area, step="pool"),
        replace(IDENTIFIED, note="Connection pool"),
    ) == decide(incident_after(), in_the_pool, NOW)


@pytest.mark.parametrize(
    ("verdict", "outcome", "evidence"),
    [
        (ProbeVerdict.WRONG, StepOutcome.FOUND, "9 of 9"),
        (ProbeVerdict.CLEAR, StepOutcome.CLEAR, "9 of 9"),
        (ProbeVerdict.CLEAR, StepOutcome.FOUND, ""),
        (ProbeVerdict.WRONG, StepOutcome.CLEAR, ""),
        (ProbeVerdict.FAILED, StepOutcome.FOUND, ""),
    ],
)
def test_a_probe_is_evidence_only_if_it_agrees_with_the_outcome(
    verdict: ProbeVerdict, outcome: StepOutcome, evidence: str
) -> None:
    """The result of a probe becomes the evidence only if it matches the person's outcome."""
    probed = replace(PROBED, verdict=verdict, evidence="9 of 9")
    command = commands.FinishStep(by="U1", step="settings", outcome=outcome)

    assert (
        replace(FOUND, at=NOW, outcome=outcome, evidence=evidence)
        == (decide(incident_after(probed), command, NOW)[0])
    )


def found(*more: events.AnyEvent) -> Incident:
    """Return INC-7 after the step on the settings was marked as the cause."""
    command = commands.FinishStep(by="U1", step="settings", outcome=StepOutcome.FOUND)
    return incident_after(*more, *decide(incident_after(*more), command, NOW))


CLEAR = commands.FinishStep(by="U1", step="settings", outcome=StepOutcome.CLEAR)
RESUMED = events.StatusChanged(
    at=NOW, by="U1", status=Status.INVESTIGATING, note="Settings of auth is not the cause"
)


def test_withdrawing_a_steps_outcome_resumes_the_investigation() -> None:
    """If the step turns out to be clear, its cause is withdrawn and the next step is shown."""
    cleared = replace(CLEARED, at=NOW, evidence="")
    before = found()
    finished = evolve(before, cleared)
    after = evolve(finished, RESUMED)

    assert (cleared, RESUMED) == decide(before, CLEAR, NOW)
    assert (None, Status.INVESTIGATING, POOL) == (
        after.investigation.cause,
        after.status,
        after.investigation.current_step,
    )
    assert effects.ShowStep(step="pool") in react(cleared, finished)
    assert NOW == after.escalation.clock.unmet_since[Need.HYPOTHESIS]


def test_a_skipped_step_is_not_reported_as_clear() -> None:
    """When a step is skipped after it found the cause, the status change says skipped, not ruled out."""
    skip = replace(CLEAR, outcome=StepOutcome.SKIPPED, evidence="no access")

    assert replace(RESUMED, note="Settings of auth is skipped") == decide(found(), skip, NOW)[-1]


def test_a_cause_from_elsewhere_stays() -> None:
    """Clearing a step does not withdraw a cause recorded by hand, nor make another marked step the cause."""
    by_hand = evolve(found(), CAUSE)
    in_the_pool = replace(FOUND, step="pool", evidence="9 of 9 taken")
    cleared = replace(CLEARED, at=NOW, evidence="")

    assert (cleared,) == decide(by_hand, CLEAR, NOW)
    assert CAUSE == evolve(by_hand, cleared).investigation.cause
    assert (cleared, RESUMED) == decide(evolve(found(), in_the_pool), CLEAR, NOW)


def test_evidence_added_to_a_step_updates_its_cause() -> None:
    """Evidence added after the click updates the cause, unless people have reworded the cause by hand."""
    explained = commands.FinishStep(by="U1", step="settings", outcome=StepOutcome.FOUND, evidence="two keys")
    finished = replace(FOUND, at=NOW, evidence="two keys")
    cause = events.CauseNamed(
        at=NOW, by="U1", text="a wrong setting: two keys", area=Area.CONFIG, step="settings"
    )

    assert (finished, cause) == decide(found(), explained, NOW)
    assert (finished,) == decide(evolve(found(), CAUSE), explained, NOW)
