"""What each event of the search for the cause calls for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import effects as f
from bot.domain import events as e
from bot.domain.effects import message_keys
from bot.domain.rules.react import react
from bot.domain.vocabulary import Area, Seen, Verdict
from tests.domain.given import CLEARED, POOL, RUNBOOK, SETTINGS, SUSPECTED, TEN, incident

HYPOTHESIS = f.ShowHypothesis(number=1)
TOLD = f.TellChannel(version=5)

#: Event number 5, of an incident with one suspicion, and what it calls for.
OF_HYPOTHESIS: list[tuple[e.AnyEvent, tuple[f.AnyEffect, ...]]] = [
    (e.HypothesisPlaced(at=TEN, by="U1", number=1, area=Area.NETWORK), (HYPOTHESIS, f.ShowCard())),
    (
        e.HypothesisExtended(at=TEN + timedelta(minutes=20), by="U1", number=1, minutes=10),
        (
            HYPOTHESIS,
            TOLD,
            f.ShowCard(),
            f.EndTimeBox(number=1, not_before=TEN + timedelta(minutes=30)),
        ),
    ),
    (
        e.HypothesisHandedOver(at=TEN, by="U2", number=1, owner="U3"),
        (
            HYPOTHESIS,
            TOLD,
            f.ShowCard(),
            f.EndTimeBox(number=1, not_before=TEN + timedelta(minutes=15)),
            f.InvitePeople(people=("U3",)),
        ),
    ),
    (
        e.HypothesisClosed(at=TEN, by="U1", number=1, verdict=Verdict.PARKED),
        (HYPOTHESIS, TOLD, f.ShowCard(), f.ShowStep(step="settings")),
    ),
    (e.TimeBoxEnded(at=TEN, number=1), (f.ShowTimeBox(number=1, question=1),)),
    (e.NudgeGiven(at=TEN, number=1, areas=(Area.CONFIG,), step="settings"), (f.ShowNudge(number=1),)),
    (e.NudgesMuted(at=TEN, by="U1"), (TOLD,)),
    (e.SideChannelAsked(at=TEN, by="U1", number=1), (f.OpenSideChannel(number=1),)),
    (e.SideChannelOpened(at=TEN, number=1, channel="C9"), (HYPOTHESIS,)),
]


@pytest.mark.parametrize(("event", "effects"), OF_HYPOTHESIS)
def test_what_becomes_of_a_suspicion(event: e.AnyEvent, effects: tuple[f.AnyEffect, ...]) -> None:
    """Its message is brought up to date; who is new is brought in, and a new time-box gets its timer."""
    assert effects == react(event, incident(SUSPECTED, event))


def test_an_incident_that_is_open_again_has_its_time_boxes_again() -> None:
    """Those of what was neither settled nor asked about."""
    reopened = e.IncidentReopened(at=TEN, by="U1", reason="again")
    ended = e.TimeBoxEnded(at=TEN, number=1)
    timer = f.EndTimeBox(number=1, not_before=TEN + timedelta(minutes=15))

    assert timer in react(reopened, incident(SUSPECTED, reopened))
    assert timer not in react(reopened, incident(SUSPECTED, ended, reopened))


def test_who_takes_over_comes_into_the_private_channel() -> None:
    """Where there is one already, which reads then who owns it, and at last how it ended."""
    opened = e.SideChannelOpened(at=TEN, number=1, channel="C9")
    handed = e.HypothesisHandedOver(at=TEN, by="U2", number=1, owner="U3")
    closed = e.HypothesisClosed(at=TEN, by="U2", number=1, verdict=Verdict.REFUTED)

    for event in (handed, replace(handed, owner="U2"), closed):
        assert f.OpenSideChannel(number=1) in react(event, incident(SUSPECTED, opened, event))
        assert f.OpenSideChannel(number=1) not in react(event, incident(SUSPECTED, event))


@pytest.mark.parametrize(
    ("verdict", "offered"), [(Seen.CLEAR, True), (Seen.WRONG, False), (Seen.FAILED, False)]
)
def test_a_clear_probe_offers_the_next_step(verdict: Seen, offered: bool) -> None:
    """Nobody has to click first; what is wrong or could not be looked at waits for a person."""
    seen = e.ProbeFinished(at=TEN, step="settings", verdict=verdict, evidence="as in git")

    assert offered == (f.ShowStep(step="pool") in react(seen, incident(seen)))


def test_a_probe_that_failed_offers_what_a_person_does_sooner() -> None:
    """The step that the probe was to look at for them costs minutes then."""
    dear = replace(RUNBOOK, steps=(POOL, replace(SETTINGS, minutes=600)))
    chosen = e.RunbookChosen(at=TEN, runbook=dear, reason="")
    failed = e.ProbeFinished(at=TEN, step="settings", verdict=Seen.FAILED, evidence="no answer")

    assert f.ShowStep(step="pool") in react(failed, incident(chosen, failed))


@pytest.mark.parametrize(
    ("verdict", "standing", "offered"),
    [
        (Verdict.REFUTED, "", True),
        (Verdict.PARKED, "", True),
        (Verdict.REFUTED, "pool", False),
        (Verdict.CONFIRMED, "", False),
    ],
)
def test_what_is_not_the_cause_has_the_search_go_on(verdict: Verdict, standing: str, offered: bool) -> None:
    """Also after the incident was opened again with that cause, when no step stood open any more."""
    confirmed = e.HypothesisClosed(at=TEN, by="U1", number=1, verdict=Verdict.CONFIRMED)
    cause = e.CauseNamed(at=TEN, by="U1", text="the pool", hypothesis=1)
    posted = e.MessagePosted(at=TEN, what=message_keys.of_step(standing or "settings"), channel="C7", ts="9")
    past = (posted, CLEARED, SUSPECTED, confirmed, cause, e.IncidentReopened(at=TEN, by="U1", reason=""))
    closed = replace(confirmed, verdict=verdict)

    assert offered == (f.ShowStep(step="pool") in react(closed, incident(*past, closed)))


def test_after_the_last_step_none_is_offered() -> None:
    """All have been looked at, and the channel hears that none found the cause."""
    last = replace(CLEARED, step="pool")

    assert (f.ShowStep(step="pool"), f.ShowCard(), f.ShowRunbookEnd()) == react(last, incident(CLEARED, last))
