"""Finding the cause: suspicions, and the steps of the runbook."""

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


def test_a_suspicion_has_a_number_an_owner_and_an_area() -> None:
    """What was left out is filled in: who suspects looks, and the words tell the area."""
    given = replace(SUSPECTED, at=NOW)
    full = replace(SUSPECT, area=Area.NETWORK, owner="U3", minutes=5)

    assert (given,) == decide(incident_after(CLEARED), SUSPECT, NOW)
    assert (replace(given, number=2),) == decide(incident_after(CLEARED, SUSPECTED), SUSPECT, NOW)
    assert (replace(given, area=Area.NETWORK, owner="U3", minutes=5),) == decide(incident_after(), full, NOW)


@pytest.mark.parametrize("verdict", [HypothesisVerdict.REFUTED, HypothesisVerdict.PARKED])
def test_a_suspicion_is_settled_once(verdict: HypothesisVerdict) -> None:
    """The same verdict again changes nothing; another one may follow."""
    settle = replace(REFUTE, verdict=verdict)
    settled = replace(REFUTED, verdict=verdict)

    assert (settled,) == decide(incident_after(SUSPECTED), settle, NOW)
    assert () == decide(incident_after(SUSPECTED, settled), settle, NOW)
    assert CONFIRMED == decide(incident_after(SUSPECTED, settled), CONFIRM, NOW)[0]


def test_what_was_seen_may_be_told_after_the_verdict() -> None:
    """Who clicked first and says why later is heard; the suspicion ended at the click, by whom it did."""
    clicked = replace(REFUTED, at=at(5), by="U2", evidence="")
    after = incident_after(SUSPECTED, clicked, REFUTED).investigation.hypotheses[1]

    assert (REFUTED,) == decide(incident_after(SUSPECTED, clicked), REFUTE, NOW)
    assert ("it is empty", at(5), "U2") == (after.evidence, after.closed_at, after.closed_by)


def test_what_was_seen_may_be_told_after_the_step() -> None:
    """The same of a step; another outcome does not keep what was said of the first."""
    clicked = replace(CLEARED, at=at(5), evidence="")
    told = replace(CLEARED, at=NOW, by="U2")
    command = commands.FinishStep(
        by="U2", step="settings", outcome=StepOutcome.CLEAR, evidence=CLEARED.evidence
    )
    after = incident_after(clicked, told).investigation.state_of("settings")
    other = incident_after(told, FOUND).investigation.state_of("settings")

    assert (told,) == decide(incident_after(clicked), command, NOW)
    assert (CLEARED.evidence, at(5), "U1") == (after.evidence, after.at, after.by)
    assert (StepOutcome.FOUND, "") == (other.outcome, other.evidence)


def test_a_confirmed_suspicion_names_the_cause() -> None:
    """Unless somebody has named it already; the search is over either way, as after a step that found it."""
    named = events.CauseNamed(at=NOW, by="U1", text="the pool is full", area=Area.DATABASE, hypothesis=1)
    over = replace(IDENTIFIED, note="the pool is full")

    assert (CONFIRMED, named, over) == decide(incident_after(SUSPECTED), CONFIRM, NOW)
    assert (CONFIRMED, over) == decide(incident_after(SUSPECTED, CAUSE), CONFIRM, NOW)
    assert (CONFIRMED,) == decide(incident_after(SUSPECTED, CAUSE, IDENTIFIED), CONFIRM, NOW)


def test_the_numbers_there_are_are_named_in_the_refusal() -> None:
    """Who settles what nobody suspected is told the numbers."""
    unknown = replace(REFUTE, number=3)

    assert "There is no hypothesis 3 in INC-7 (there is: none yet)." == refusal(incident_after(), unknown)
    assert "There is no hypothesis 3 in INC-7 (there is: 1, 2)." == refusal(
        incident_after(SUSPECTED, replace(SUSPECTED, number=2)), unknown
    )


@pytest.mark.parametrize(
    "command", [commands.AskProbe(by="U1", step="settings"), commands.AskProbe(by="U1", step="no")]
)
def test_without_a_runbook_there_are_no_steps(command: commands.AskProbe) -> None:
    """The refusal names the step that was asked for."""
    assert f"The runbook of INC-7 has no step {command.step!r}." == refusal(fold(7, [DECLARED]), command)


def test_a_step_the_runbook_does_not_have_cannot_be_finished() -> None:
    """The refusal names it."""
    command = commands.FinishStep(by="U1", step="no", outcome=StepOutcome.CLEAR)

    assert "The runbook of INC-7 has no step 'no'." == refusal(incident_after(), command)


def test_a_probe_may_be_asked_again_and_again() -> None:
    """What it saw may have changed meanwhile; a step without one is looked at by hand."""
    ask = commands.AskProbe(by="U1", step="settings")
    asked = events.ProbeAsked(at=NOW, by="U1", step="settings")

    assert (asked,) == decide(incident_after(), ask, NOW)
    assert (asked,) == decide(incident_after(asked, PROBED), ask, NOW)
    assert "'Connection pool' has no probe; look by hand." == refusal(
        incident_after(), commands.AskProbe(by="U1", step="pool")
    )


def test_a_step_is_finished_once() -> None:
    """The same outcome again changes nothing; another one may follow."""
    clear = commands.FinishStep(by="U1", step="settings", outcome=StepOutcome.CLEAR, evidence="all as in git")
    cleared = replace(CLEARED, at=NOW)

    assert (cleared,) == decide(incident_after(), clear, NOW)
    assert () == decide(incident_after(cleared), clear, NOW)
    assert (
        replace(cleared, outcome=StepOutcome.FOUND)
        == (decide(incident_after(cleared), replace(clear, outcome=StepOutcome.FOUND), NOW)[0])
    )


def test_a_step_is_skipped_with_a_reason() -> None:
    """What was passed over stays visible, with why."""
    skip = commands.FinishStep(by="U1", step="pool", outcome=StepOutcome.SKIPPED, evidence="no access")
    skipped = events.StepFinished(
        at=NOW, by="U1", step="pool", outcome=StepOutcome.SKIPPED, evidence="no access"
    )

    assert (skipped,) == decide(incident_after(), skip, NOW)
    assert "Say why, it stays visible in the postmortem: `/incident skip pool: no access`." == refusal(
        incident_after(), replace(skip, evidence=" ")
    )


def test_what_the_probe_saw_is_the_evidence_when_nobody_says_more() -> None:
    """A click on Found says no words; the probe has said them."""
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


def test_a_step_that_found_it_names_the_cause_and_the_status() -> None:
    """By its own words, else by its title; what people said before it stays."""
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
def test_a_probe_is_no_evidence_of_the_contrary(
    verdict: ProbeVerdict, outcome: StepOutcome, evidence: str
) -> None:
    """What it saw is taken only where it says the same as the person."""
    probed = replace(PROBED, verdict=verdict, evidence="9 of 9")
    command = commands.FinishStep(by="U1", step="settings", outcome=outcome)

    assert (
        replace(FOUND, at=NOW, outcome=outcome, evidence=evidence)
        == (decide(incident_after(probed), command, NOW)[0])
    )


def found(*more: events.AnyEvent) -> Incident:
    """INC-7 after the step of the settings was said to show the cause."""
    command = commands.FinishStep(by="U1", step="settings", outcome=StepOutcome.FOUND)
    return incident_after(*more, *decide(incident_after(*more), command, NOW))


CLEAR = commands.FinishStep(by="U1", step="settings", outcome=StepOutcome.CLEAR)
GOES_ON = events.StatusChanged(
    at=NOW, by="U1", status=Status.INVESTIGATING, note="Settings of auth is not the cause"
)


def test_the_search_goes_on_when_the_step_is_not_the_cause_after_all() -> None:
    """The cause that it named is withdrawn, and the next step is offered."""
    cleared = replace(CLEARED, at=NOW, evidence="")
    before = found()
    finished = evolve(before, cleared)
    after = evolve(finished, GOES_ON)

    assert (cleared, GOES_ON) == decide(before, CLEAR, NOW)
    assert (None, Status.INVESTIGATING, POOL) == (
        after.investigation.cause,
        after.status,
        after.investigation.current_step,
    )
    assert effects.ShowStep(step="pool") in react(cleared, finished)
    assert NOW == after.escalation.clock.unmet_since[Need.HYPOTHESIS]


def test_a_step_that_is_skipped_after_all_is_not_said_to_be_clear() -> None:
    """Nobody said that it is not the cause."""
    skip = replace(CLEAR, outcome=StepOutcome.SKIPPED, evidence="no access")

    assert replace(GOES_ON, note="Settings of auth is skipped") == decide(found(), skip, NOW)[-1]


def test_a_cause_that_people_named_stays() -> None:
    """And so does what another step shows; the first to be withdrawn leaves it the word."""
    by_hand = evolve(found(), CAUSE)
    in_the_pool = replace(FOUND, step="pool", evidence="9 of 9 taken")
    pool = events.CauseNamed(
        at=NOW, by="U1", text="Connection pool: 9 of 9 taken", area=POOL.area, step="pool"
    )
    cleared = replace(CLEARED, at=NOW, evidence="")

    assert (cleared,) == decide(by_hand, CLEAR, NOW)
    assert CAUSE == evolve(by_hand, cleared).investigation.cause
    assert (cleared, pool) == decide(evolve(found(), in_the_pool), CLEAR, NOW)


def test_better_words_for_a_step_are_better_words_for_its_cause() -> None:
    """Who clicked first and says later what was seen; a cause put into words by hand stays."""
    told = commands.FinishStep(by="U1", step="settings", outcome=StepOutcome.FOUND, evidence="two keys")
    finished = replace(FOUND, at=NOW, evidence="two keys")
    cause = events.CauseNamed(
        at=NOW, by="U1", text="a wrong setting: two keys", area=Area.CONFIG, step="settings"
    )

    assert (finished, cause) == decide(found(), told, NOW)
    assert (finished,) == decide(evolve(found(), CAUSE), told, NOW)
