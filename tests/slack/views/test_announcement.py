"""Messages in the incident's channel about events."""

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from bot.domain import events
from bot.domain.escalation.ladder import Need
from bot.domain.vocabulary import (
    Area,
    HypothesisVerdict,
    NoteKind,
    Role,
    Severity,
    Status,
)
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
from tests.slack.views.test_announcement_records import CORRECTIONS, TASKS

FIX = "what fixed it (`/incident resolve …`)"
ASKED = "What fixed it? Add it with `/incident resolve …`."
MISSING = (
    "\nStill missing for the postmortem: the impact (`/incident impact …`), the cause (`/incident cause …`)"
)
ANNOUNCED = [
    (
        events.SeverityChanged(at=TEN, by="U1", severity=Severity.SEV2, reason="some log in"),
        "<@U1> set the severity to *sev2*: some log in",
    ),
    (
        events.StatusChanged(at=TEN, by="U1", status=Status.MONITORING),
        "<@U1> set the status to *monitoring*",
    ),
    (
        events.IncidentResolved(at=TEN, by="U1", resolution="put the key back"),
        f"<@U1> resolved *INC-7*. It lasted under a minute.\n*Fix:* put the key back{MISSING}.",
    ),
    (
        events.IncidentResolved(at=TEN, by="U1"),
        f"<@U1> resolved *INC-7*. It lasted under a minute.\n{ASKED}{MISSING}.",
    ),
    (
        events.IncidentResolved(at=TEN, by="U1", resolution="put the key of 2024 back", told_later=True),
        "*Fix:* put the key of 2024 back — <@U1>",
    ),
    (
        events.IncidentClosed(at=TEN, by="U1"),
        f"<@U1> closed *INC-7*. Firstcheck is drafting the postmortem.{MISSING}, {FIX}.",
    ),
    (
        events.IncidentCancelled(at=TEN, by="U1", reason="a test"),
        "<@U1> cancelled *INC-7* as a false alarm: a test",
    ),
    (
        events.IncidentReopened(at=TEN, by="alertmanager", reason="an alert fired again"),
        "alertmanager reopened *INC-7*: an alert fired again",
    ),
    (
        events.EscalationDue(at=TEN, rung=1, lack=Need.UPDATE, due_at=TEN),
        (
            "*There was no update.* Escalate?\n"
            "`/incident escalate @name why`, or pause with `/incident snooze 30m why`"
        ),
    ),
    (
        events.EscalationDue(at=TEN, rung=1, lack=Need.COMMANDER, due_at=TEN),
        "*No incident commander yet.* Who will take the role?\n[Become commander]",
    ),
    (
        events.EscalationSnoozed(at=TEN, by="U1", until=TEN, reason="waiting"),
        f"*Escalation paused until {moment(TEN)}* by <@U1>: waiting",
    ),
    (events.UpdatePosted(at=TEN, by="U1", text="half of them work"), "*Update:* half of them work — <@U1>"),
    (
        events.PageFailed(at=TEN, to="pagerduty:auth", why="it answered 500"),
        (
            "⚠ *Could not reach pagerduty:auth*: It answered 500. "
            "Nobody else is configured. Escalate to a person: `/incident escalate @name why`"
        ),
    ),
    (
        events.PageAcknowledged(at=TEN, by="Ann", to="pagerduty:auth", key="k"),
        "Ann acknowledged the page to *pagerduty:auth*",
    ),
    (
        events.ReminderPosted(at=TEN, what="update"),
        "*No status update.* Post one: `/incident update …`",
    ),
    (
        events.RoleAssigned(at=TEN, by="U1", role=Role.COMMANDER, person="U1"),
        "<@U1> is now *incident commander*.",
    ),
    (events.RoleAssigned(at=TEN, by="U1", role=Role.SCRIBE, person="U2"), "<@U1> made <@U2> *scribe*."),
    (
        events.ImpactDescribed(at=TEN, by="U1", text="30% of users", began_at=TEN),
        f"*Impact:* 30% of users, since {on_both_clocks(TEN, date=True)} — <@U1>",
    ),
    (
        events.CauseNamed(at=TEN, by="U1", text="wrong key", area=Area.CONFIG, detail="since the deploy"),
        "*Cause* (config): wrong key — <@U1>\nsince the deploy",
    ),
    (
        events.CauseWithdrawn(at=TEN, by="U1", reason="it is right"),
        "<@U1> withdrew the cause: it is right\nThere is no cause now. The investigation continues.",
    ),
    (
        events.NoteAdded(at=TEN, by="U1", ref="note:2", text="41 went out", kind=NoteKind.TRIGGER),
        "*Trigger 2:* 41 went out — <@U1>",
    ),
    (events.NoteRemoved(at=TEN, by="U1", ref="note:1", reason="a typo"), "<@U1> removed note 1: a typo"),
    (
        events.NoteAdded(at=TEN, by="cli:ada", ref="note:1", text="<@U2> called <!here>"),
        "*Note 1:* <@U2> called &lt;!here&gt; — ada (CLI)",
    ),
    (
        events.ImprovementProposed(at=TEN, by="U1", title="monitoring", text="watch tokens"),
        "*Improvement:* monitoring: watch tokens — <@U1>",
    ),
    (
        events.ActionItemAdded(at=TEN, by="U1", number=2, title="patch", owner="U2", due="2026-01-31"),
        "*Task 2:* patch (<@U2>, due 2026-01-31) — <@U1>",
    ),
    (
        events.ActionItemAdded(at=TEN, by="U1", number=2, title="patch"),
        "*Task 2:* patch (no owner yet) — <@U1>",
    ),
    (
        events.EscalationMade(at=TEN, by="U1", who="senior developers", reason="stuck"),
        (
            "<@U1> *asked for* senior developers: stuck\n"
            "Firstcheck can't reach this team. Please contact them yourself."
        ),
    ),
    (
        events.EscalationMade(at=TEN, by="U1", who="U2", reason="stuck"),
        "<@U1> *escalated to* <@U2>: stuck",
    ),
    (
        events.PeopleInvited(at=TEN, people=("U1",), missing=("U9: user_disabled",)),
        "⚠ Could not invite:\n• <@U9>: user_disabled",
    ),
    (events.PostmortemDrafted(at=TEN, path="pm/INC-7.md"), "The postmortem draft is ready: `pm/INC-7.md`"),
    (
        events.EffectFailed(at=TEN, effect="ShowStep", why="no answer"),
        "⚠ A step of the runbook could not be posted: no answer.",
    ),
]


def test_a_step_without_evidence_prompts_for_the_cause() -> None:
    """A cause recorded with one click asks what was wrong, unless the step already has evidence."""
    recorded = events.CauseNamed(at=TEN, by="U1", text="a wrong setting", area=Area.CONFIG, step="settings")
    seen = replace(FOUND, evidence="key is '2023'")
    cause = "*Cause* (config): a wrong setting — <@U1>"

    assert f"{cause}\nWhat exactly was wrong? Add it with `/incident cause …`." == words(
        announcement(recorded, incident_after(FOUND, recorded), TEN)
    )
    assert cause == words(announcement(recorded, incident_after(seen, recorded), TEN))
    assert cause == words(
        announcement(recorded, incident_after(FOUND, recorded, replace(recorded, step="")), TEN)
    )


def test_a_later_fix_shows_no_time() -> None:
    """A fix added after the resolution has the resolution's time, which is not shown."""
    fix = events.IncidentResolved(at=TEN, by="U1", resolution="the old key", told_later=True)
    screen = announcement(fix, incident_after(fix), TEN + timedelta(days=2))

    assert screen
    assert "*Fix:* the old key — <@U1>" == words(screen)


def test_a_resolution_is_announced_after_the_close() -> None:
    """A resolution that Slack missed is still announced as a resolution after the incident was closed."""
    resolved, closed = events.IncidentResolved(at=TEN, by="U1"), events.IncidentClosed(at=TEN, by="U1")
    screen = announcement(resolved, incident_after(resolved, closed), TEN)

    assert screen
    assert words(screen).startswith("<@U1> resolved *INC-7*. It lasted under a minute.")


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (events.IncidentResolved(at=TEN, by="U1"), "<@U1> resolved *DRILL INC-7*"),
        (events.IncidentClosed(at=TEN, by="U1"), "<@U1> closed *DRILL INC-7*"),
        (events.IncidentCancelled(at=TEN, by="U1", reason="over"), "<@U1> cancelled *DRILL INC-7*"),
        (events.IncidentReopened(at=TEN, by="U1", reason="again"), "<@U1> reopened *DRILL INC-7*"),
    ],
)
def test_the_end_of_a_drill_is_marked(event: events.AnyEvent, text: str) -> None:
    """The end of a drill is marked DRILL."""
    screen = announcement(event, replace(incident_after(event), is_drill=True), TEN)

    assert screen
    assert words(screen).startswith(text)


#: Events of hypothesis 1. The text is "" if another message shows the event.
INVESTIGATED: list[tuple[events.AnyEvent, str]] = [
    (
        events.HypothesisExtended(at=TEN, by="U1", number=1, minutes=15),
        "<@U1> gave hypothesis 1 another 15 min.",
    ),
    (
        events.HypothesisHandedOver(at=TEN, by="U1", number=1, owner="U3"),
        "<@U1> handed hypothesis 1 to <@U3> for 15 min.",
    ),
    (
        events.HypothesisHandedOver(at=TEN, by="U1", number=1, owner="U1"),
        "<@U1> took over hypothesis 1 for 15 min.",
    ),
    (
        events.HypothesisClosed(
            at=TEN, by="U1", number=1, verdict=HypothesisVerdict.REFUTED, evidence="12 of 100 used"
        ),
        "<@U1> ruled out *hypothesis 1*: the pool is full\n12 of 100 used",
    ),
    (events.TimeBoxEnded(at=TEN, number=1), ""),
    (events.HintGiven(at=TEN, number=1, areas=(Area.CONFIG,), step="settings"), ""),
    (events.HintsMuted(at=TEN, by="U1"), "<@U1> turned off hints about unchecked areas."),
    (events.HypothesisAreaChanged(at=TEN, by="U1", number=1, area=Area.NETWORK), ""),
    (events.SideChannelRequested(at=TEN, by="U1", number=1), ""),
    (events.SideChannelOpened(at=TEN, number=1, channel="C9"), ""),
]

SILENT: list[events.AnyEvent] = [
    events.PostmortemRequested(at=TEN, by="U1"),
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
    events.NoteChanged(at=TEN, by="U1", ref="note:17", text="removed since"),
    events.ProbeRequested(at=TEN, by="U1", step="settings"),
    events.PeopleInvited(at=TEN, people=("U1",)),
]


@pytest.mark.parametrize(("event", "text"), ANNOUNCED)
def test_the_announcement(event: events.AnyEvent, text: str) -> None:
    """An announcement states what happened, and who did it."""
    assert text == words(announcement(event, incident_after(event), TEN))


@pytest.mark.parametrize("event", SILENT)
def test_events_shown_elsewhere_are_not_announced(event: events.AnyEvent) -> None:
    """An event that the card, a step or another message shows is not announced."""
    assert announcement(event, incident_after(event), TEN) is None


@pytest.mark.parametrize(("event", "text"), INVESTIGATED)
def test_the_announcement_about_a_hypothesis(event: events.AnyEvent, text: str) -> None:
    """A change of a hypothesis is announced if its own message may have scrolled out of view."""
    assert text == words(announcement(event, incident_after(SUSPECTED, event), TEN))


def test_every_event_is_covered() -> None:
    """Every event is listed either as announced or as silent."""
    covered = {type(event) for event, _ in (*ANNOUNCED, *INVESTIGATED, *TASKS, *CORRECTIONS)} | {
        type(event) for event in SILENT
    }

    assert set(get_args(events.AnyEvent)) == covered


def test_people_are_not_notified_of_their_own_actions() -> None:
    """The person who acted appears by name. People who are to act are mentioned."""
    made = events.RoleAssigned(at=TEN, by="U1", role=Role.COMMANDER, person="U2")
    shown = announcement(made, incident_after(made), TEN, "Ann <3")

    assert shown
    assert "Ann &lt;3 made <@U2> *incident commander*." == shown.text
