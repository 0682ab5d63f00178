"""A cause that people named: other words correct it, and it can be taken back."""

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
TAKE_BACK = commands.TakeBackCause(by="U2", reason="it fails with the new one too")
TAKEN_BACK = events.CauseTakenBack(at=NOW, by="U2", reason="it fails with the new one too")
IDENTIFIED = events.StatusChanged(at=TEN, by="U1", status=Status.IDENTIFIED)


def test_other_words_correct_it() -> None:
    """The latest is the cause."""
    other = replace(NAMED, at=NOW, text="the clock")

    assert (other,) == decide(incident_after(NAMED), commands.NameCause(by="U1", text="the clock"), NOW)
    assert other == incident_after(NAMED, other).investigation.cause


def test_naming_it_ends_the_search() -> None:
    """As a step that found it does; better words later leave it as people see it by then."""
    found = replace(NAMED, at=NOW)
    identified = replace(IDENTIFIED, at=NOW, note="the old key")
    name = commands.NameCause(by="U1", text="the old key")
    searching = events.StatusChanged(at=TEN, by="U2", status=Status.INVESTIGATING)

    assert (found, identified) == decide(incident_after(), name, NOW)
    better = replace(name, text="the key of 2023")
    assert (replace(found, text="the key of 2023"),) == decide(
        incident_after(NAMED, IDENTIFIED, searching), better, NOW
    )


def test_it_is_taken_back() -> None:
    """Nothing is held for the cause: the search goes on, and it lacks again what it lacked."""
    again = events.StatusChanged(at=NOW, by="U2", status=Status.INVESTIGATING, note=TAKE_BACK.reason)
    after = incident_after(NAMED, TAKEN_BACK)

    assert (TAKEN_BACK,) == decide(incident_after(NAMED), TAKE_BACK, NOW)
    assert (TAKEN_BACK, again) == decide(incident_after(NAMED, IDENTIFIED), TAKE_BACK, NOW)
    assert (None, NOW) == (after.investigation.cause, after.escalation.clock.unmet_since[Need.HYPOTHESIS])
    assert effects.ShowStep(step="settings") in react(TAKEN_BACK, after)


def test_what_a_step_found_is_the_cause_again() -> None:
    """Better words for it by hand were wrong; the step shows it still."""
    (_, cause) = decide(incident_after(FOUND, NAMED), TAKE_BACK, NOW)

    assert isinstance(cause, events.CauseNamed)
    assert "settings" == cause.step


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ((), "No cause of INC-7 is named, so there is none to take back."),
        ((FOUND, OF_STEP), "A step shows the cause: `/incident clear settings: why` takes it back."),
        (
            (
                SUSPECTED,
                events.HypothesisClosed(at=TEN, by="U1", number=1, verdict=HypothesisVerdict.CONFIRMED),
                replace(NAMED, hypothesis=1),
            ),
            "A hypothesis is the cause: `/incident refuted 1 why` takes it back.",
        ),
    ],
)
def test_only_what_people_named_is_taken_back_so(given: tuple[events.AnyEvent, ...], sentence: str) -> None:
    """Where a step or a hypothesis named it, that is where it is taken back."""
    assert sentence == refusal(incident_after(*given), TAKE_BACK)
