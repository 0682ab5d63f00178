"""What people see while searching: suspicions, the question, the hint, the board."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import events
from bot.domain.incident.incident import Incident
from bot.domain.rules.evolve import evolve
from bot.domain.text.times import moment
from bot.domain.vocabulary import Area, HypothesisVerdict, ProbeVerdict
from bot.slack.views import hint, hypothesis, runbook_end, time_box
from bot.slack.views.blocks import Screen
from tests.domain.given import CLEARED, FOUND, PROBED, SUSPECTED, TEN, at, incident_after
from tests.slack.lives import actions, words
from tests.slack.oracle import take

REFUTED = events.HypothesisClosed(
    at=at(9), by="U1", number=1, verdict=HypothesisVerdict.REFUTED, evidence="it is empty"
)
ENDED = events.TimeBoxEnded(at=at(15), number=1)
NUDGED = events.NudgeGiven(at=TEN, number=1, areas=(Area.CONFIG,), step="settings")
TAKEN = events.StepTaken(at=at(30), by="U1", step="settings")
IN_SECURITY = replace(SUSPECTED, area=Area.SECURITY)


def shown(incident: Incident) -> Screen:
    """The message of hypothesis 1."""
    screen = hypothesis.hypothesis(incident, incident.investigation.hypotheses[1])
    take(screen)
    return screen


def test_an_open_suspicion() -> None:
    """What, who, until when, what would refute it, and every way to settle it."""
    screen = shown(incident_after(replace(SUSPECTED, refute="p99 < 50 ms")))

    assert (
        "*Hypothesis 1* (database): the pool is full\n"
        f"<@U2> looks for 15 min, until {moment(at(15))}, then says what was found. "
        "Refuted if: p99 &lt; 50 ms\n"
        "[Confirmed] [Refuted] [Park it] [Area: database]\n"
        "React with ✅ confirmed, ❌ refuted, ⏸ parked."
    ) == words(screen)
    assert ("hypothesis.place", "7 1 database") == actions(screen)[-1]


def test_a_settled_suspicion_is_one_line() -> None:
    """How it ended, by whom and when; no buttons."""
    assert (
        "✗ *Hypothesis 1 refuted* (database): the pool is full (it is empty) "
        f"— by <@U1> {moment(at(9))}" == words(shown(incident_after(SUSPECTED, REFUTED)))
    )


def test_security_may_go_on_in_private() -> None:
    """The button is there until somebody has asked; then only that the channel exists."""
    asked = events.SideChannelAsked(at=TEN, by="U1", number=1)
    opened = events.SideChannelOpened(at=TEN, number=1, channel="C9SECRET")

    assert ("hypothesis.side_channel", "7 1") in actions(shown(incident_after(IN_SECURITY)))
    assert ("hypothesis.side_channel", "7 1") not in actions(shown(incident_after(SUSPECTED)))
    assert ("hypothesis.side_channel", "7 1") not in actions(shown(incident_after(IN_SECURITY, asked)))
    standing = shown(incident_after(IN_SECURITY, asked, opened))
    assert "🔒 It has a private channel." in words(standing)
    assert "C9SECRET" not in str(standing)


def test_the_first_words_in_private() -> None:
    """What it is for, who owns it, and what leaves it."""
    incident = incident_after(IN_SECURITY)
    screen = hypothesis.side_channel(incident, incident.investigation.hypotheses[1])
    take(screen)

    assert "<@U2> owns it. What is said here stays here" in words(screen)
    assert "`/incident refuted why`" in words(screen)


def test_whom_nobody_can_call_was_asked_for() -> None:
    """A team in plain words is called by a person: the end of the runbook says no more than the channel."""
    seniors = "senior developers"
    made = [events.EscalationMade(at=TEN, by="U1", who=who, reason="stuck") for who in ("U3", seniors)]
    incident = incident_after(*made)
    assert incident.investigation.runbook
    runbook = replace(incident.investigation.runbook, escalate=("U3", seniors))
    named = replace(incident, investigation=replace(incident.investigation, runbook=runbook))

    assert runbook_end.next_move(named).startswith(f"Called in: <@U3>. Asked for: {seniors}. `/incident")


def test_a_guess_is_called_one() -> None:
    """Until somebody says where it lies."""
    guessed = replace(SUSPECTED, area=Area.CHANGE, is_guess=True)
    placed = events.HypothesisPlaced(at=TEN, by="U1", number=1, area=Area.CHANGE)
    guess = "(area: change, a guess, as no word of it names one; the menu corrects it): the pool is full"

    assert f"*Hypothesis 1* {guess}" in words(shown(incident_after(guessed)))
    assert "*Hypothesis 1* (change): the pool is full" in words(shown(incident_after(guessed, placed)))


def test_an_incident_that_is_over_has_no_buttons() -> None:
    """Nothing is left to click when nobody works on it."""
    cancelled = events.IncidentCancelled(at=TEN, by="U1", reason="a test")

    assert [] == actions(shown(incident_after(SUSPECTED, cancelled)))


def asked(*since: events.AnyEvent, number: int = 1) -> Screen:
    """The question at the end of a time-box of hypothesis 1, after what happened since."""
    incident = incident_after(SUSPECTED, ENDED, *since)
    screen = time_box.question(incident, incident.investigation.hypotheses[1], number)
    take(screen)
    return screen


def test_the_question_when_the_time_is_over() -> None:
    """Keep on, refute, or hand over to somebody."""
    assert (
        "<@U2>: the 15 min for hypothesis 1 are over (the pool is full). What becomes of it?\n"
        "[Keep on, 15 min] [Refuted] [Hand over to…]"
    ) == words(asked())
    assert [
        ("time_box.keep_on", "7 1"),
        ("time_box.refute", "7 1"),
        ("time_box.hand_over", "7 1"),
    ] == actions(asked())


def test_the_question_after_one_minute() -> None:
    """It is over, not they."""
    incident = incident_after(replace(SUSPECTED, minutes=1), ENDED)

    assert "the 1 min for hypothesis 1 is over" in words(
        time_box.question(incident, incident.investigation.hypotheses[1], 1)
    )


@pytest.mark.parametrize(
    ("since", "answer"),
    [
        (REFUTED, "✗ refuted, says <@U1>."),
        (
            events.HypothesisExtended(at=at(16), by="U1", number=1, minutes=15),
            f"the time was over; <@U2> looks until {moment(at(31))}, says <@U1>.",
        ),
        (
            events.HypothesisHandedOver(at=at(16), by="U2", number=1, owner="U3"),
            f"the time was over; <@U3> looks until {moment(at(31))}, says <@U2>.",
        ),
    ],
)
def test_an_answered_question(since: events.AnyEvent, answer: str) -> None:
    """Who answered what; there is nothing left to click, also when it is asked again below."""
    assert f"Hypothesis 1 (the pool is full): {answer}" == words(asked(since))
    again = asked(events.HypothesisExtended(at=at(16), by="U1", number=1, minutes=15), ENDED)
    assert [] == actions(again)


def test_the_hint_of_a_probe() -> None:
    """What it costs, a button that runs it, and what else is unchecked."""
    incident = incident_after(SUSPECTED)

    assert (
        "Before the database: *config* is unchecked, 1 probe, about 1 s\nSettings of auth\n[Run it]\n"
        "Also unchecked, and cheaper: change. `/incident mute` ends such hints."
    ) == words(hint.hint(replace(NUDGED, areas=(Area.CONFIG, Area.CHANGE)), incident))


def test_the_hint_counts_its_probes_after_the_search_ended_too() -> None:
    """It is shown anew when a step is ended that may have found the cause."""
    found = replace(FOUND, step="pool")

    shown = words(hint.hint(NUDGED, incident_after(SUSPECTED, found)))

    assert "*config* is unchecked, 1 probe, about 1 s" in shown


@pytest.mark.parametrize(
    ("since", "result"),
    [
        (PROBED, "Settings of auth\n⚠ *key is `'2023'`, expected `'2024'`*"),
        (
            replace(PROBED, verdict=ProbeVerdict.CLEAR, evidence=""),
            "Settings of auth\n✓ The probe saw nothing wrong.",
        ),
        (TAKEN, "<@U1> is on “Settings of auth”"),
        (CLEARED, "✓ “Settings of auth”: clear (all as in git) — by <@U1>"),
    ],
)
def test_the_hint_says_what_came_out(since: events.AnyEvent, result: str) -> None:
    """Where it was given, to whoever clicked; there is nothing left to click."""
    posted = events.MessagePosted(at=TEN, what="nudge:1", channel="C7", ts="9")
    screen = hint.hint(NUDGED, incident_after(SUSPECTED, NUDGED, posted, since))

    assert words(screen).startswith(f"*Hint* (config): {result}")
    assert [] == actions(screen)


def test_the_hint_after_its_suspicion_was_placed_elsewhere() -> None:
    """It is drawn anew when the incident is reopened: no area comes before itself."""
    incident = incident_after(
        SUSPECTED, NUDGED, events.MessagePosted(at=TEN, what="nudge:1", channel="C7", ts="9")
    )
    into_another, into_this = (
        evolve(incident, events.HypothesisPlaced(at=at(2), by="U1", number=1, area=area))
        for area in (Area.CHANGE, Area.CONFIG)
    )
    refuted = evolve(
        into_this, events.HypothesisClosed(at=at(3), by="U1", number=1, verdict=HypothesisVerdict.REFUTED)
    )

    assert "Before hypothesis 1: *config* is unchecked" in words(hint.hint(NUDGED, into_another))
    assert "*Hint* (config): suspect by now" == words(hint.hint(NUDGED, into_this))
    assert "*Hint* (config): clear by now" == words(hint.hint(NUDGED, refuted))


def test_the_hint_of_a_step_without_a_probe() -> None:
    """What it costs, and a button that takes it."""
    screen = hint.hint(replace(NUDGED, step="pool", areas=(Area.DATABASE,)), incident_after(IN_SECURITY))

    assert "Before security: *database* is unchecked, about 30 min" in words(screen)
    assert [("nudge.take", "7 pool")] == actions(screen)


def test_the_hint_does_not_repeat_the_step_above_it() -> None:
    """What was posted a moment ago has the buttons; what was posted long ago is shown again."""
    posted = events.MessagePosted(
        at=TEN, what="step:settings", channel="C7", ts=f"{TEN.timestamp() - 60:.6f}"
    )
    incident = incident_after(posted, SUSPECTED)
    soon, late = hint.hint(NUDGED, incident), hint.hint(replace(NUDGED, at=at(45)), incident)

    assert "1 probe, about 1 s\nIt is the step `settings` above.\n" in words(soon)
    assert [] == actions(soon)
    assert "1 probe, about 1 s\nSettings of auth\n[Run it]\n" in words(late)


def test_the_hint_of_a_probe_that_failed() -> None:
    """It may be run again, or somebody looks."""
    failed = events.ProbeFinished(at=TEN, step="settings", verdict=ProbeVerdict.FAILED, evidence="no answer")
    screen = hint.hint(NUDGED, incident_after(SUSPECTED, failed))

    assert [("nudge.run", "7 settings"), ("nudge.take", "7 settings")] == actions(screen)
    assert "The probe failed: no answer." in words(screen)
    assert f"Last tried {moment(TEN, to_the_second=True)}." in words(screen)


def test_the_hint_of_a_probe_that_fails_again() -> None:
    """Who runs it again sees that it ran, though it says the same."""
    failed = events.ProbeFinished(
        at=TEN, step="settings", verdict=ProbeVerdict.FAILED, evidence="not allowed"
    )
    again = replace(failed, at=TEN + timedelta(seconds=2))
    once, twice = (
        hint.hint(NUDGED, incident_after(SUSPECTED, *since)) for since in ((failed,), (failed, again))
    )

    assert words(once) != words(twice)


@pytest.mark.parametrize("since", [CLEARED, TAKEN])
def test_a_hint_that_comes_late_is_left_out(since: events.AnyEvent) -> None:
    """Somebody has seen to it."""
    assert None is hint.hint(NUDGED, incident_after(SUSPECTED, since))
