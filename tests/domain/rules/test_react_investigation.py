"""What each event of the search for the cause calls for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import effects, events
from bot.domain.effects import message_keys
from bot.domain.rules.react import react
from bot.domain.vocabulary import Area, HypothesisVerdict, ProbeVerdict
from tests.domain.given import CLEARED, POOL, RUNBOOK, SETTINGS, SUSPECTED, TEN, incident_after

HYPOTHESIS = effects.ShowHypothesis(number=1)
TOLD = effects.TellChannel(version=5)

#: Event number 5, of an incident with one suspicion, and what it calls for.
OF_HYPOTHESIS: list[tuple[events.AnyEvent, tuple[effects.AnyEffect, ...]]] = [
    (events.HypothesisPlaced(at=TEN, by="U1", number=1, area=Area.NETWORK), (HYPOTHESIS, effects.ShowCard())),
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
        events.NudgeGiven(at=TEN, number=1, areas=(Area.CONFIG,), step="settings"),
        (effects.ShowNudge(number=1),),
    ),
    (events.NudgesMuted(at=TEN, by="U1"), (TOLD,)),
    (events.SideChannelAsked(at=TEN, by="U1", number=1), (effects.OpenSideChannel(number=1),)),
    (events.SideChannelOpened(at=TEN, number=1, channel="C9"), (HYPOTHESIS,)),
]


@pytest.mark.parametrize(("event", "wanted"), OF_HYPOTHESIS)
def test_what_becomes_of_a_suspicion(event: events.AnyEvent, wanted: tuple[effects.AnyEffect, ...]) -> None:
    """Its message is brought up to date; who is new is brought in, and a new time-box gets its timer."""
    assert wanted == react(event, incident_after(SUSPECTED, event))


def test_an_incident_that_is_open_again_has_its_time_boxes_again() -> None:
    """Those of what was neither settled nor asked about."""
    reopened = events.IncidentReopened(at=TEN, by="U1", reason="again")
    ended = events.TimeBoxEnded(at=TEN, number=1)
    timer = effects.EndTimeBox(number=1, not_before=TEN + timedelta(minutes=15))

    assert timer in react(reopened, incident_after(SUSPECTED, reopened))
    assert timer not in react(reopened, incident_after(SUSPECTED, ended, reopened))


def test_who_takes_over_comes_into_the_private_channel() -> None:
    """Where there is one already, which reads then who owns it, and at last how it ended."""
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
    """Nobody has to click first; what is wrong or could not be looked at waits for a person."""
    seen = events.ProbeFinished(at=TEN, step="settings", verdict=verdict, evidence="as in git")

    assert offered == (effects.ShowStep(step="pool") in react(seen, incident_after(seen)))


def test_a_probe_that_failed_offers_what_a_person_does_sooner() -> None:
    """The step that the probe was to look at for them costs minutes then."""
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
def test_what_is_not_the_cause_has_the_search_go_on(
    verdict: HypothesisVerdict, standing: str, offered: bool
) -> None:
    """Also after the incident was opened again with that cause, when no step stood open any more."""
    confirmed = events.HypothesisClosed(at=TEN, by="U1", number=1, verdict=HypothesisVerdict.CONFIRMED)
    cause = events.CauseNamed(at=TEN, by="U1", text="the pool", hypothesis=1)
    posted = events.MessagePosted(
        at=TEN, what=message_keys.step_key(standing or "settings"), channel="C7", ts="9"
    )
    past = (posted, CLEARED, SUSPECTED, confirmed, cause, events.IncidentReopened(at=TEN, by="U1", reason=""))
    closed = replace(confirmed, verdict=verdict)

    assert offered == (effects.ShowStep(step="pool") in react(closed, incident_after(*past, closed)))


def test_after_the_last_step_none_is_offered() -> None:
    """All have been looked at, and the channel hears that none found the cause."""
    last = replace(CLEARED, step="pool")

    assert (effects.ShowStep(step="pool"), effects.ShowCard(), effects.ShowRunbookEnd()) == react(
        last, incident_after(CLEARED, last)
    )
