"""Refusals of commands about steps when there is no step to take."""

from dataclasses import replace

import pytest

from bot.domain import events
from bot.domain.errors import Refused
from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import HypothesisVerdict, StepOutcome
from bot.slack.command_name import typed
from bot.slack.incoming.slash.parse import read, split
from bot.slack.incoming.slash.requests import SlashContext
from tests.domain.given import CLEARED, FOUND, NOW, POOL, RUNBOOK, SETTINGS, SUSPECTED, incident_after

CONFIRMED = events.HypothesisClosed(at=NOW, by="U1", number=1, verdict=HypothesisVerdict.CONFIRMED)
OF_STEP = events.CauseNamed(at=NOW, by="U1", text="the old key.", step="settings")
TAKEN = events.StepTaken(at=NOW, by="U1", step="settings")
STOPS = events.RunbookChosen(
    at=NOW, runbook=replace(RUNBOOK, steps=(replace(SETTINGS, stop_if=StepOutcome.CLEAR), POOL)), reason=""
)
ANYWAY = " To take a step anyway: `/incident take pool`."


def refusal(text: str, incident: Incident) -> str:
    """Return the message with which `/incident text` is refused."""
    with pytest.raises(Refused) as refused:
        read(split(text, "U5"), SlashContext(incident=incident, now=NOW))
    return refused.value.in_full(typed)


@pytest.mark.parametrize(
    ("since", "sentence"),
    [
        (
            (FOUND, OF_STEP),
            "INC-7 already has a cause: the old key. To withdraw it: `/incident clear settings: why`."
            + ANYWAY,
        ),
        (
            (FOUND, SUSPECTED, CONFIRMED, replace(OF_STEP, step="", hypothesis=1)),
            "INC-7 already has a cause: the old key. To withdraw it: `/incident refuted 1 why`." + ANYWAY,
        ),
        (
            (FOUND, replace(OF_STEP, step="")),
            "INC-7 already has a cause: the old key. To withdraw it: `/incident cause none: why`." + ANYWAY,
        ),
        (
            (FOUND, replace(FOUND, step="pool"), OF_STEP),
            "INC-7 already has a cause: the old key. To withdraw it: `/incident clear settings: why`.",
        ),
        (
            (FOUND, OF_STEP, events.IncidentClosed(at=NOW, by="U1")),
            "INC-7 is closed. To reopen it: `/incident reopen why`.",
        ),
        (
            (CLEARED, replace(CLEARED, step="pool")),
            "INC-7 has no steps left. To record the cause: `/incident cause what was wrong`.",
        ),
        (
            (STOPS, CLEARED),
            "INC-7's runbook stops here." + ANYWAY,
        ),
    ],
)
def test_a_refusal_explains_that_no_step_is_left(since: tuple[events.AnyEvent, ...], sentence: str) -> None:
    """With no step to take, the refusal says why and what to do instead."""
    assert sentence == refusal("take", incident_after(*since))
    assert sentence == refusal("clear", incident_after(*since))
    assert f"Unknown step 'nonsense'. {sentence}" == refusal("take nonsense", incident_after(*since))


def test_every_remaining_step_is_taken() -> None:
    """If every remaining step is taken, the refusal lists who took them and how to take one over."""
    busy = incident_after(TAKEN, replace(TAKEN, by="U2", step="pool"))
    sentence = (
        "Every remaining step is taken: `settings` (<@U1>), `pool` (<@U2>). "
        "To take one over: `/incident take settings`."
    )

    assert sentence == refusal("take", busy)
    assert f"Unknown step 'nonsense'. {sentence}" == refusal("take nonsense", busy)
