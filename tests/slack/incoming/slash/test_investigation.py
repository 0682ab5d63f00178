"""What is answered to who asks for a step while there is none to take."""

from dataclasses import replace

import pytest

from bot.domain import events
from bot.domain.errors import Refused
from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import HypothesisVerdict, StepOutcome
from bot.slack.incoming.slash import requests
from bot.slack.incoming.slash.parse import read
from tests.domain.given import CLEARED, FOUND, NOW, POOL, RUNBOOK, SETTINGS, SUSPECTED, incident_after

CONFIRMED = events.HypothesisClosed(at=NOW, by="U1", number=1, verdict=HypothesisVerdict.CONFIRMED)
OF_STEP = events.CauseNamed(at=NOW, by="U1", text="the old key.", step="settings")
TAKEN = events.StepTaken(at=NOW, by="U1", step="settings")
STOPS = events.RunbookChosen(
    at=NOW, runbook=replace(RUNBOOK, steps=(replace(SETTINGS, stop_if=StepOutcome.CLEAR), POOL)), reason=""
)
ALL_THE_SAME = "`/incident take pool` takes a step all the same."


def refusal(text: str, known: Incident) -> str:
    """With which sentence `/incident text` is refused."""
    with pytest.raises(Refused) as refused:
        read(requests.SlashRequest(person="U5", text=text, incident=known, now=NOW))
    return str(refused.value)


@pytest.mark.parametrize(
    ("since", "sentence"),
    [
        (
            (FOUND, OF_STEP),
            "The cause of INC-7 is named: the old key. `/incident clear settings: why` takes it back; "
            + ALL_THE_SAME,
        ),
        (
            (FOUND, SUSPECTED, CONFIRMED, replace(OF_STEP, step="", hypothesis=1)),
            "The cause of INC-7 is named: the old key. `/incident refuted 1 why` takes it back; "
            + ALL_THE_SAME,
        ),
        (
            (FOUND, replace(OF_STEP, step="")),
            "The cause of INC-7 is named: the old key. `/incident cause none: why` takes it back; "
            + ALL_THE_SAME,
        ),
        (
            (FOUND, replace(FOUND, step="pool"), OF_STEP),
            "The cause of INC-7 is named: the old key. `/incident clear settings: why` takes it back.",
        ),
        (
            (FOUND, OF_STEP, events.IncidentClosed(at=NOW, by="U1")),
            "INC-7 is closed; reopen it first: `/incident reopen why`.",
        ),
        (
            (CLEARED, replace(CLEARED, step="pool")),
            "INC-7 has no step to take. `/incident cause what it was` names the cause.",
        ),
        (
            (STOPS, CLEARED),
            "The runbook of INC-7 stops here. " + ALL_THE_SAME,
        ),
    ],
)
def test_why_there_is_no_step_to_take(since: tuple[events.AnyEvent, ...], sentence: str) -> None:
    """A cause that is named is not to be named again; what can be done instead is said."""
    assert sentence == refusal("take", incident_after(*since))
    assert sentence == refusal("clear", incident_after(*since))
    assert f"There is no step 'nonsense'. {sentence}" == refusal("take nonsense", incident_after(*since))


def test_somebody_is_on_every_step() -> None:
    """Who wants to help reads who is on what, and how to take it over."""
    busy = incident_after(TAKEN, replace(TAKEN, by="U2", step="pool"))
    sentence = (
        "Somebody is on each step that is left: `settings` (<@U1>), `pool` (<@U2>). "
        "`/incident take settings` takes one over."
    )

    assert sentence == refusal("take", busy)
    assert f"There is no step 'nonsense'. {sentence}" == refusal("take nonsense", busy)
