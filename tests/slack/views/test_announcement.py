"""What is said in the channel when something happened."""

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from bot.domain import events
from bot.domain.escalation.ladder import Need
from bot.domain.vocabulary import Area, HypothesisVerdict, Role, Severity, Status
from bot.slack.dates import moment, on_both_clocks
from bot.slack.views.announcement import announcement
from tests.domain.given import (
    ALERTED,
    CHOSEN,
    CLEARED,
    DECLARED,
    FOUND,
    OPENED,
    PROBED,
    SUSPECTED,
    TEN,
    incident_after,
)
from tests.slack.lives import words

SAID = [
    (
        events.SeverityChanged(at=TEN, by="U1", severity=Severity.SEV2, reason="some log in"),
        "Severity is now *sev2* — by <@U1>: some log in",
    ),
    (
        events.StatusChanged(at=TEN, by="U1", status=Status.MONITORING),
        "Status is now *monitoring* (users no longer notice it) — by <@U1>",
    ),
    (
        events.IncidentResolved(at=TEN, by="U1", resolution="put the key back"),
        "*INC-7 is resolved*, it lasted under a minute — by <@U1>\nput the key back",
    ),
    (
        events.IncidentResolved(at=TEN, by="U1"),
        (
            "*INC-7 is resolved*, it lasted under a minute — by <@U1>\n"
            "What fixed it? `/incident resolve …` writes it down."
        ),
    ),
    (
        events.IncidentResolved(at=TEN, by="U1", resolution="put the key of 2024 back", told_later=True),
        "*What fixed it*: put the key of 2024 back — by <@U1>",
    ),
    (
        events.IncidentClosed(at=TEN, by="U1"),
        "*INC-7 is closed* — by <@U1>. The postmortem is being drafted.",
    ),
    (events.IncidentCancelled(at=TEN, by="U1", reason="a test"), "*INC-7 is cancelled* — by <@U1>: a test"),
    (
        events.IncidentReopened(at=TEN, by="alertmanager", reason="an alert fires again"),
        "*INC-7 is open again* — by alertmanager: an alert fires again",
    ),
    (
        events.EscalationDue(at=TEN, rung=1, lack=Need.UPDATE, due_at=TEN),
        (
            "*Time to call somebody in*: there was no update.\n"
            "`/incident INC-7 escalate @name why`, or `/incident INC-7 snooze 30m why`"
        ),
    ),
    (
        events.EscalationDue(at=TEN, rung=1, lack=Need.COMMANDER, due_at=TEN),
        "Nobody commands INC-7 yet. One person decides, the others look. Who takes it?\n[I'm commander]",
    ),
    (
        events.ClockSnoozed(at=TEN, by="U1", until=TEN, reason="waiting"),
        f"*Nobody is called in before {moment(TEN)}* — by <@U1>: waiting",
    ),
    (events.UpdateGiven(at=TEN, by="U1", text="half of them work"), "*Update*: half of them work — by <@U1>"),
    (
        events.PageFailed(at=TEN, to="pagerduty:auth", why="it answered 500"),
        (
            "⚠ *pagerduty:auth could not be reached*: It answered 500. "
            "Nobody is called in its place: `/incident escalate @name why` calls a person."
        ),
    ),
    (
        events.PageAcknowledged(at=TEN, by="Ann", to="pagerduty:auth", key="k"),
        "*pagerduty:auth*: Ann has answered the page",
    ),
    (
        events.ReminderGiven(at=TEN, what="update"),
        "*An update is due*: those outside this channel know nothing new. `/incident update how it stands`",
    ),
    (events.RoleAssigned(at=TEN, by="U1", role=Role.COMMANDER, person="U1"), "<@U1> is *commander*"),
    (events.RoleAssigned(at=TEN, by="U1", role=Role.SCRIBE, person="U2"), "<@U2> is *scribe* — by <@U1>"),
    (
        events.ImpactDescribed(at=TEN, by="U1", text="30% of users", began_at=TEN),
        f"*Impact*: 30% of users, since {on_both_clocks(TEN, date=True)} — by <@U1>",
    ),
    (
        events.CauseNamed(at=TEN, by="U1", text="wrong key", area=Area.CONFIG, detail="since the deploy"),
        "*Cause* (config): wrong key — by <@U1>\nsince the deploy",
    ),
    (
        events.CauseTakenBack(at=TEN, by="U1", reason="it is right"),
        "*The cause is taken back* — by <@U1>: it is right",
    ),
    (
        events.NoteAdded(at=TEN, by="cli:ada", ref="note:1", text="<@U2> called <!here>"),
        "*Note*: <@U2> called &lt;!here&gt; — by ada (CLI)",
    ),
    (
        events.ImprovementProposed(at=TEN, by="U1", title="monitoring", text="watch tokens"),
        "*Improvement*: monitoring: watch tokens — by <@U1>",
    ),
    (
        events.ActionItemAdded(at=TEN, by="U1", number=2, title="patch", owner="U2", due="2026-01-31"),
        "*Action 2*: patch (<@U2>, due 2026-01-31) — by <@U1>",
    ),
    (
        events.ActionItemAdded(at=TEN, by="U1", number=2, title="patch"),
        "*Action 2*: patch (no owner yet) — by <@U1>",
    ),
    (
        events.EscalationMade(at=TEN, by="U1", who="senior developers", reason="stuck"),
        (
            "*Asked for*: senior developers — by <@U1>: stuck\n"
            "Nobody is called by this automatically: call them yourself."
        ),
    ),
    (
        events.EscalationMade(at=TEN, by="U1", who="U2", reason="stuck"),
        "*Called in*: <@U2> — by <@U1>: stuck",
    ),
    (
        events.PeopleInvited(at=TEN, people=("U1",), missing=("U9: user_disabled",)),
        "⚠ Could not be invited:\n• <@U9>: user_disabled",
    ),
    (events.PostmortemDrafted(at=TEN, path="pm/INC-7.md"), "The postmortem is drafted: `pm/INC-7.md`"),
    (
        events.EffectGaveUp(at=TEN, effect="ShowStep", why="no answer"),
        "⚠ A step of the runbook could not be posted: no answer.",
    ),
]


def test_a_cause_without_evidence_is_asked_for() -> None:
    """One click says which step it was, and not what was wrong; where somebody said it, nobody is asked."""
    named = events.CauseNamed(at=TEN, by="U1", text="a wrong setting", area=Area.CONFIG, step="settings")
    seen = replace(FOUND, evidence="key is '2023'")
    said = "*Cause* (config): a wrong setting — by <@U1>"

    assert f"{said}\nWhat exactly? `/incident cause …` writes it down." == words(
        announcement(named, incident_after(FOUND, named), TEN)
    )
    assert said == words(announcement(named, incident_after(seen, named), TEN))
    assert said == words(announcement(named, incident_after(FOUND, named, replace(named, step="")), TEN))


def test_what_is_told_later_of_the_end_is_said_now() -> None:
    """It belongs to the time of the end, and was not said then."""
    told = events.IncidentResolved(at=TEN, by="U1", resolution="the old key", told_later=True)
    screen = announcement(told, incident_after(told), TEN + timedelta(days=2))

    assert screen
    assert "*What fixed it*: the old key — by <@U1>" == words(screen)


def test_an_end_that_is_told_after_the_close() -> None:
    """Slack was away when it was resolved: the channel hears that it was, and no correction of it."""
    resolved, closed = events.IncidentResolved(at=TEN, by="U1"), events.IncidentClosed(at=TEN, by="U1")
    screen = announcement(resolved, incident_after(resolved, closed), TEN)

    assert screen
    assert words(screen).startswith("*INC-7 is resolved*, it lasted under a minute")


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (events.IncidentResolved(at=TEN, by="U1"), "*DRILL INC-7 is resolved*"),
        (events.IncidentClosed(at=TEN, by="U1"), "*DRILL INC-7 is closed*"),
        (events.IncidentCancelled(at=TEN, by="U1", reason="over"), "*DRILL INC-7 is cancelled*"),
        (events.IncidentReopened(at=TEN, by="U1", reason="again"), "*DRILL INC-7 is open again*"),
    ],
)
def test_the_end_of_a_drill_says_drill(event: events.AnyEvent, said: str) -> None:
    """Nobody may take it for the real thing."""
    screen = announcement(event, replace(incident_after(event), is_drill=True), TEN)

    assert screen
    assert words(screen).startswith(said)


#: Of hypothesis 1; without words where its message shows it.
SEARCHED: list[tuple[events.AnyEvent, str]] = [
    (
        events.HypothesisExtended(at=TEN, by="U1", number=1, minutes=15),
        "Hypothesis 1 gets 15 min more — by <@U1>",
    ),
    (
        events.HypothesisHandedOver(at=TEN, by="U1", number=1, owner="U3"),
        "Hypothesis 1 is <@U3>'s now, for 15 min — by <@U1>",
    ),
    (
        events.HypothesisClosed(
            at=TEN, by="U1", number=1, verdict=HypothesisVerdict.REFUTED, evidence="12 of 100 used"
        ),
        "*Hypothesis 1 refuted* — by <@U1>: the pool is full\n12 of 100 used",
    ),
    (events.TimeBoxEnded(at=TEN, number=1), ""),
    (events.NudgeGiven(at=TEN, number=1, areas=(Area.CONFIG,), step="settings"), ""),
    (events.NudgesMuted(at=TEN, by="U1"), "No more hints about unchecked areas — by <@U1>"),
    (events.HypothesisPlaced(at=TEN, by="U1", number=1, area=Area.NETWORK), ""),
    (events.SideChannelAsked(at=TEN, by="U1", number=1), ""),
    (events.SideChannelOpened(at=TEN, number=1, channel="C9"), ""),
]

SILENT: list[events.AnyEvent] = [
    events.LadderChosen(at=TEN, rungs=()),
    events.PageSent(at=TEN, to="pagerduty:auth", key="k"),
    SUSPECTED,
    events.StepTaken(at=TEN, by="U1", step="settings"),
    DECLARED,
    CHOSEN,
    ALERTED,
    OPENED,
    PROBED,
    CLEARED,
    events.ChannelDelayed(at=TEN, seconds=40),
    events.ChannelLost(at=TEN, why="archived"),
    events.ChannelUnarchived(at=TEN, by="U1"),
    events.MessagePosted(at=TEN, what="card", channel="C7", ts="1.2"),
    events.NoteRemoved(at=TEN, ref="C7/1.2"),
    events.ProbeAsked(at=TEN, by="U1", step="settings"),
    events.PeopleInvited(at=TEN, people=("U1",)),
]


@pytest.mark.parametrize(("event", "text"), SAID)
def test_what_is_said(event: events.AnyEvent, text: str) -> None:
    """Each fact is said in one sentence, with who said it."""
    assert text == words(announcement(event, incident_after(event), TEN))


@pytest.mark.parametrize("event", SILENT)
def test_what_is_not_said_twice(event: events.AnyEvent) -> None:
    """What the card, the step or the message itself shows is not announced."""
    assert announcement(event, incident_after(event), TEN) is None


@pytest.mark.parametrize(("event", "text"), SEARCHED)
def test_what_is_said_of_a_suspicion(event: events.AnyEvent, text: str) -> None:
    """What its own message cannot say to those who have read on."""
    assert text == words(announcement(event, incident_after(SUSPECTED, event), TEN))


def test_every_event_is_looked_at() -> None:
    """A new event finds its row here, said or silent."""
    seen = {type(event) for event, _ in (*SAID, *SEARCHED)} | {type(event) for event in SILENT}

    assert set(get_args(events.AnyEvent)) == seen


@pytest.mark.parametrize(
    ("later", "when"),
    [
        (timedelta(minutes=2), ""),
        (timedelta(minutes=3), "<!date^1795341600^{time}|10:00> (10:00 UTC) "),
        (timedelta(hours=13), "<!date^1795341600^{date_short_pretty} {time}|2026-11-22 10:00> (10:00 UTC) "),
    ],
)
def test_what_is_told_late_shows_its_own_time(later: timedelta, when: str) -> None:
    """A note of an hour ago is not taken for news."""
    note = events.NoteAdded(at=TEN, by="U1", ref="note:1", text="restarted auth")

    assert f"{when}*Note*: restarted auth — by <@U1>" == words(
        announcement(note, incident_after(note), TEN + later)
    )


def test_a_status_of_an_alert_that_is_over_is_not_said() -> None:
    """Flapping while Slack is slow would bury what people say; what a person set is always said."""
    watched = events.StatusChanged(at=TEN, status=Status.MONITORING, note="all alerts have resolved")

    assert announcement(watched, incident_after(), TEN) is None
    assert announcement(watched, incident_after(watched), TEN) is not None
    assert announcement(replace(watched, by="U1"), incident_after(), TEN) is not None
