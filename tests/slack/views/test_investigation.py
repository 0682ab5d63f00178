"""Hypotheses, the question when their time is up, and hints."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import events
from bot.domain.incident.incident import Incident
from bot.domain.rules.evolve import evolve
from bot.domain.vocabulary import Area, HypothesisVerdict, ProbeVerdict
from bot.slack.dates import moment
from bot.slack.views import hint, hypothesis, runbook_end, time_box
from bot.slack.views.blocks import Screen
from tests.domain.given import CLEARED, FOUND, PROBED, SUSPECTED, TEN, at, incident_after
from tests.slack.lives import actions, words
from tests.slack.oracle import take

REFUTED = events.HypothesisClosed(
    at=at(9), by="U1", number=1, verdict=HypothesisVerdict.REFUTED, evidence="it is empty"
)
ENDED = events.TimeBoxEnded(at=at(15), number=1)
HINTED = events.HintGiven(at=TEN, number=1, areas=(Area.CONFIG,), step="settings")
TAKEN = events.StepTaken(at=at(30), by="U1", step="settings")
IN_SECURITY = replace(SUSPECTED, area=Area.SECURITY)


def message(incident: Incident) -> Screen:
    """Return the message of hypothesis 1."""
    screen = hypothesis.hypothesis(incident, incident.investigation.hypotheses[1])
    take(screen)
    return screen


def test_an_open_hypothesis() -> None:
    """An open hypothesis shows its owner, its time limit, what would rule it out, and ways to settle it."""
    screen = message(incident_after(replace(SUSPECTED, refute="p99 < 50 ms")))

    assert (
        "*Hypothesis 1* (database): the pool is full\n"
        f"<@U2> is checking this until {moment(at(15))}. Ruled out if: p99 &lt; 50 ms\n"
        "[Confirm] [Rule out] [Park] [Area: database]\n"
        "React with ✅ to confirm, ❌ to rule out, or ⏸ to park."
    ) == words(screen)
    assert ("hypothesis.place", "7 1 database") == actions(screen)[-1]


def test_a_settled_hypothesis_is_one_line() -> None:
    """A settled hypothesis is one line with its verdict, evidence, person and time, without buttons."""
    assert (
        "✗ *Hypothesis 1 ruled out* (database): the pool is full (it is empty) "
        f"— <@U1>, {moment(at(9))}" == words(message(incident_after(SUSPECTED, REFUTED)))
    )


def test_a_private_channel_for_security() -> None:
    """The button for a private channel disappears after use. The message shows only that it exists."""
    asked = events.SideChannelRequested(at=TEN, by="U1", number=1)
    opened = events.SideChannelOpened(at=TEN, number=1, channel="C9SECRET")

    assert ("hypothesis.side_channel", "7 1") in actions(message(incident_after(IN_SECURITY)))
    assert ("hypothesis.side_channel", "7 1") not in actions(message(incident_after(SUSPECTED)))
    assert ("hypothesis.side_channel", "7 1") not in actions(message(incident_after(IN_SECURITY, asked)))
    private = message(incident_after(IN_SECURITY, asked, opened))
    assert "🔒 It has a private channel." in words(private)
    assert "C9SECRET" not in str(private)


def test_the_first_message_of_a_private_channel() -> None:
    """The first message shows the owner, what stays private, and how to settle the hypothesis."""
    incident = incident_after(IN_SECURITY)
    screen = hypothesis.side_channel(incident, incident.investigation.hypotheses[1])
    take(screen)

    assert "<@U2> owns it. Messages in this channel stay private" in words(screen)
    assert "`/incident refuted why`" in words(screen)


def test_recipients_at_the_end_of_the_runbook() -> None:
    """The end of the runbook lists who was notified, and separately a team that can't be."""
    seniors = "senior developers"
    escalations = [events.EscalationMade(at=TEN, by="U1", who=who, reason="stuck") for who in ("U3", seniors)]
    incident = incident_after(*escalations)
    assert incident.investigation.runbook
    runbook = replace(incident.investigation.runbook, escalate=("U3", seniors))
    listing = replace(incident, investigation=replace(incident.investigation, runbook=runbook))

    assert runbook_end.options(listing).startswith(
        f"Escalated to: <@U3>. Asked for: {seniors}. Open a hypothesis: `/incident"
    )


def test_a_guessed_area_is_marked() -> None:
    """A guessed area is marked until a person sets it."""
    guessed = replace(SUSPECTED, area=Area.CHANGE, is_guess=True)
    placed = events.HypothesisAreaChanged(at=TEN, by="U1", number=1, area=Area.CHANGE)
    guess = "(guessed area: change; correct it in the menu): the pool is full"

    assert f"*Hypothesis 1* {guess}" in words(message(incident_after(guessed)))
    assert "*Hypothesis 1* (change): the pool is full" in words(message(incident_after(guessed, placed)))


def test_a_cancelled_incident_has_no_buttons() -> None:
    """The hypotheses of a cancelled incident have no buttons."""
    cancelled = events.IncidentCancelled(at=TEN, by="U1", reason="a test")

    assert [] == actions(message(incident_after(SUSPECTED, cancelled)))


def asked(*since: events.AnyEvent, number: int = 1) -> Screen:
    """Return question `number` when the time of hypothesis 1 is up, after the events since."""
    incident = incident_after(SUSPECTED, ENDED, *since)
    screen = time_box.question(incident, incident.investigation.hypotheses[1], number)
    take(screen)
    return screen


def test_the_question_when_time_is_up() -> None:
    """The question offers to continue, rule out or hand over."""
    assert (
        "<@U2>, time's up on hypothesis 1 (the pool is full). What did you find?\n"
        "[Continue for 15 min] [Rule out] [Hand over to…]"
    ) == words(asked())
    assert [
        ("time_box.keep_on", "7 1"),
        ("time_box.refute", "7 1"),
        ("time_box.hand_over", "7 1"),
    ] == actions(asked())


@pytest.mark.parametrize(
    ("since", "answer"),
    [
        (REFUTED, "ruled out by <@U1>."),
        (
            events.HypothesisExtended(at=at(16), by="U1", number=1, minutes=15),
            f"<@U2> is checking this until {moment(at(31))} (set by <@U1>).",
        ),
        (
            events.HypothesisHandedOver(at=at(16), by="U2", number=1, owner="U3"),
            f"<@U3> is checking this until {moment(at(31))} (set by <@U2>).",
        ),
    ],
)
def test_an_answered_question(since: events.AnyEvent, answer: str) -> None:
    """An answered question shows its answer and has no buttons, even after a second question."""
    assert f"Hypothesis 1 (the pool is full): {answer}" == words(asked(since))
    again = asked(events.HypothesisExtended(at=at(16), by="U1", number=1, minutes=15), ENDED)
    assert "Hypothesis 1 (the pool is full): its time was extended, and has run out again." == words(again)
    assert [] == actions(again)


def test_the_hint_of_a_probe() -> None:
    """A hint for a step with a probe shows the time it takes, a button, and the other unchecked areas."""
    incident = incident_after(SUSPECTED)

    assert (
        "Quicker check first? Nobody has checked *config* yet (1 probe, ~1 s).\n"
        "Settings of auth\n[Run probe]\n"
        "Also quicker and unchecked: change. Turn hints off: `/incident mute`"
    ) == words(hint.hint(replace(HINTED, areas=(Area.CONFIG, Area.CHANGE)), incident))


def test_a_hint_counts_its_probes_after_the_cause_was_found() -> None:
    """A hint that is redrawn after a step found the cause still counts its probes."""
    found = replace(FOUND, step="pool")

    rendered = words(hint.hint(HINTED, incident_after(SUSPECTED, found)))

    assert "*config* yet (1 probe, ~1 s)." in rendered


@pytest.mark.parametrize(
    ("since", "result"),
    [
        (PROBED, "Settings of auth\n⚠ *key is `'2023'`, expected `'2024'`*"),
        (
            replace(PROBED, verdict=ProbeVerdict.CLEAR, evidence=""),
            "Settings of auth\n✓ Probe OK.",
        ),
        (TAKEN, "<@U1> is checking “Settings of auth”"),
        (CLEARED, "✓ “Settings of auth”: clear (all as in git) — <@U1>"),
    ],
)
def test_the_hint_shows_the_result(since: events.AnyEvent, result: str) -> None:
    """The result replaces the hint, without buttons."""
    posted = events.MessagePosted(at=TEN, what="nudge:1", channel="C7", ts="9")
    screen = hint.hint(HINTED, incident_after(SUSPECTED, HINTED, posted, since))

    assert words(screen).startswith(f"*Hint* (config): {result}")
    assert [] == actions(screen)


def test_the_hint_after_its_hypothesis_moved() -> None:
    """A redrawn hint follows its area after the hypothesis moved to another one."""
    incident = incident_after(
        SUSPECTED, HINTED, events.MessagePosted(at=TEN, what="nudge:1", channel="C7", ts="9")
    )
    into_another, into_this = (
        evolve(incident, events.HypothesisAreaChanged(at=at(2), by="U1", number=1, area=area))
        for area in (Area.CHANGE, Area.CONFIG)
    )
    refuted = evolve(
        into_this, events.HypothesisClosed(at=at(3), by="U1", number=1, verdict=HypothesisVerdict.REFUTED)
    )

    assert "Nobody has checked *config* yet" in words(hint.hint(HINTED, into_another))
    assert "*Hint* (config): now suspect" == words(hint.hint(HINTED, into_this))
    assert "*Hint* (config): now clear" == words(hint.hint(HINTED, refuted))


def test_the_hint_of_a_step_without_a_probe() -> None:
    """A hint for a step without a probe shows its minutes and a button to take it."""
    screen = hint.hint(replace(HINTED, step="pool", areas=(Area.DATABASE,)), incident_after(IN_SECURITY))

    assert "Nobody has checked *database* yet (~30 min)." in words(screen)
    assert [("nudge.take", "7 pool")] == actions(screen)


def test_the_hint_does_not_repeat_the_step_above_it() -> None:
    """A hint refers to a step posted in the last five minutes, and repeats the buttons of an older one."""
    posted = events.MessagePosted(
        at=TEN, what="step:settings", channel="C7", ts=f"{TEN.timestamp() - 60:.6f}"
    )
    incident = incident_after(posted, SUSPECTED)
    soon, late = hint.hint(HINTED, incident), hint.hint(replace(HINTED, at=at(45)), incident)

    assert "(1 probe, ~1 s).\nSee step `settings` above.\n" in words(soon)
    assert [] == actions(soon)
    assert "(1 probe, ~1 s).\nSettings of auth\n[Run probe]\n" in words(late)


def test_the_hint_of_a_probe_that_could_not_run() -> None:
    """A hint whose probe could not run offers to run it again or to take the step."""
    failed = events.ProbeFinished(at=TEN, step="settings", verdict=ProbeVerdict.FAILED, evidence="no answer")
    screen = hint.hint(HINTED, incident_after(SUSPECTED, failed))

    assert [("nudge.run", "7 settings"), ("nudge.take", "7 settings")] == actions(screen)
    assert "The probe could not run: no answer." in words(screen)
    assert f"Last tried at {moment(TEN, to_the_second=True)}." in words(screen)


def test_the_hint_of_a_repeated_probe() -> None:
    """A hint changes when its probe ran again, even with the same error."""
    failed = events.ProbeFinished(
        at=TEN, step="settings", verdict=ProbeVerdict.FAILED, evidence="not allowed"
    )
    again = replace(failed, at=TEN + timedelta(seconds=2))
    once, twice = (
        hint.hint(HINTED, incident_after(SUSPECTED, *since)) for since in ((failed,), (failed, again))
    )

    assert words(once) != words(twice)


@pytest.mark.parametrize("since", [CLEARED, TAKEN])
def test_a_late_hint_is_not_posted(since: events.AnyEvent) -> None:
    """A hint is not posted if its step was finished or taken before."""
    assert None is hint.hint(HINTED, incident_after(SUSPECTED, since))
