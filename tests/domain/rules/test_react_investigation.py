"""The effects that each event of the investigation requires."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import effects, events
from bot.domain.effects import message_keys
from bot.domain.rules.react import react
from bot.domain.vocabulary import Area, HypothesisVerdict, ProbeVerdict
from tests.domain.given import CLEARED, POOL, RUNBOOK, SETTINGS, SUSPECTED, TEN, incident_after

HYPOTHESIS = effects.ShowHypothesis(number=1)
TOLD = effects.Announce(version=5)

#: Event number 5 of an incident with one hypothesis, and its effects.
OF_HYPOTHESIS: list[tuple[events.AnyEvent, tuple[effects.AnyEffect, ...]]] = [
    (
        events.HypothesisAreaChanged(at=TEN, by="U1", number=1, area=Area.NETWORK),
        (HYPOTHESIS, effects.ShowCard()),
    ),
    (
        events.HypothesisExtended(at=TEN + timedelta(minutes=20), by="U1", number=1, minutes=10),
        (
            HYPOTHESIS,
            TOLD,
            effects.ShowCard(),
            effects.EndTimeBox(number=1, not_before=TEN + timedelta(minutes=30)),
        ),
    ),
    (
        events.HypothesisHandedOver(at=TEN, by="U2", number=1, owner="U3"),
        (
            HYPOTHESIS,
            TOLD,
            effects.ShowCard(),
            effects.EndTimeBox(number=1, not_before=TEN + timedelta(minutes=15)),
            effects.InvitePeople(people=("U3",)),
        ),
    ),
    (
        events.HypothesisClosed(at=TEN, by="U1", number=1, verdict=HypothesisVerdict.PARKED),
        (HYPOTHESIS, TOLD, effects.ShowCard(), effects.ShowStep(step="settings")),
    ),
    (events.TimeBoxEnded(at=TEN, number=1), (effects.ShowTimeBox(number=1, question=1),)),
    (
        events.HintGiven(at=TEN, number=1, areas=(Area.CONFIG,), step="settings"),
        (effects.ShowHint(number=1),),
    ),
    (events.HintsMuted(at=TEN, by="U1"), (TOLD,)),
    (events.SideChannelRequested(at=TEN, by="U1", number=1), (effects.OpenSideChannel(number=1),)),
    (events.SideChannelOpened(at=TEN, number=1, channel="C9"), (HYPOTHESIS,)),
]


@pytest.mark.parametrize(("event", "wanted"), OF_HYPOTHESIS)
def test_the_effects_of_a_change_to_a_hypothesis(
    event: events.AnyEvent, wanted: tuple[effects.AnyEffect, ...]
) -> None:
    """A changed hypothesis updates its message, invites a new owner and sets the timer of a new time-box."""
    assert wanted == react(event, incident_after(SUSPECTED, event))


def test_reopening_restores_the_time_boxes() -> None:
    """Hypotheses without a verdict or a question get their timers back when the incident is reopened."""
    reopened = events.IncidentReopened(at=TEN, by="U1", reason="again")
    ended = events.TimeBoxEnded(at=TEN, number=1)
    timer = effects.EndTimeBox(number=1, not_before=TEN + timedelta(minutes=15))

    assert timer in react(reopened, incident_after(SUSPECTED, reopened))
    assert timer not in react(reopened, incident_after(SUSPECTED, ended, reopened))


def test_a_new_owner_is_invited_to_the_private_channel() -> None:
    """An existing private channel is updated with a new owner, and at last with the verdict."""
    opened = events.SideChannelOpened(at=TEN, number=1, channel="C9")
    handed = events.HypothesisHandedOver(at=TEN, by="U2", number=1, owner="U3")
    closed = events.HypothesisClosed(at=TEN, by="U2", number=1, verdict=HypothesisVerdict.REFUTED)

    for event in (handed, replace(handed, owner="U2"), closed):
        assert effects.OpenSideChannel(number=1) in react(event, incident_after(SUSPECTED, opened, event))
        assert effects.OpenSideChannel(number=1) not in react(event, incident_after(SUSPECTED, event))


@pytest.mark.parametrize(
    ("verdict", "offered"),
    [(ProbeVerdict.CLEAR, True), (ProbeVerdict.WRONG, False), (ProbeVerdict.FAILED, False)],
)
def test_a_clear_probe_offers_the_next_step(verdict: ProbeVerdict, offered: bool) -> None:
    """A probe that found no problem offers the next step. Any other result waits for a person."""
    seen = events.ProbeFinished(at=TEN, step="settings", verdict=verdict, evidence="as in git")

    assert offered == (effects.ShowStep(step="pool") in react(seen, incident_after(seen)))


def test_a_probe_that_could_not_run_may_change_the_next_step() -> None:
    """A step whose probe could not run costs minutes, so that another step may come first."""
    dear = replace(RUNBOOK, steps=(POOL, replace(SETTINGS, minutes=600)))
    chosen = events.RunbookChosen(at=TEN, runbook=dear, reason="")
    failed = events.ProbeFinished(at=TEN, step="settings", verdict=ProbeVerdict.FAILED, evidence="no answer")

    assert effects.ShowStep(step="pool") in react(failed, incident_after(chosen, failed))


@pytest.mark.parametrize(
    ("verdict", "standing", "offered"),
    [
        (HypothesisVerdict.REFUTED, "", True),
        (HypothesisVerdict.PARKED, "", True),
        (HypothesisVerdict.REFUTED, "pool", False),
        (HypothesisVerdict.CONFIRMED, "", False),
    ],
)
def test_a_withdrawn_cause_resumes_the_investigation(
    verdict: HypothesisVerdict, standing: str, offered: bool
) -> None:
    """Withdrawing the cause offers the next step again, even if the incident was reopened with that cause."""
    confirmed = events.HypothesisClosed(at=TEN, by="U1", number=1, verdict=HypothesisVerdict.CONFIRMED)
    cause = events.CauseNamed(at=TEN, by="U1", text="the pool", hypothesis=1)
    posted = events.MessagePosted(
        at=TEN, what=message_keys.step_key(standing or "settings"), channel="C7", ts="9"
    )
    past = (posted, CLEARED, SUSPECTED, confirmed, cause, events.IncidentReopened(at=TEN, by="U1", reason=""))
    closed = replace(confirmed, verdict=verdict)

    assert offered == (effects.ShowStep(step="pool") in react(closed, incident_after(*past, closed)))


def test_no_step_is_offered_after_the_last() -> None:
    """After the last step the channel is informed that no step found the cause."""
    last = replace(CLEARED, step="pool")

    assert (effects.ShowStep(step="pool"), effects.ShowCard(), effects.ShowRunbookEnd()) == react(
        last, incident_after(CLEARED, last)
    )
