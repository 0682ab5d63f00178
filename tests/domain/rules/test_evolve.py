"""What each event changes in an incident."""

from dataclasses import replace

import pytest

from bot.domain import events
from bot.domain.incident.channel_state import Channel
from bot.domain.incident.follow_up import FollowUp
from bot.domain.incident.impact import Impact, Phase
from bot.domain.incident.incident import Incident
from bot.domain.incident.tasks import Task
from bot.domain.vocabulary import Role, Severity, Status
from tests.domain.given import (
    ALERTED,
    TEN,
    at,
    incident_after,
    with_clock_of,
)

MONITORING = events.StatusChanged(at=at(20), by="U1", status=Status.MONITORING)
RESOLVED = events.IncidentResolved(at=at(30), by="U1", resolution="put back")
CLOSED = events.IncidentClosed(at=at(40), by="U1")
CANCELLED = events.IncidentCancelled(at=at(40), by="U1", reason="a test")
REOPENED = events.IncidentReopened(at=at(50), by="U1", reason="again")

CAUSE = events.CauseNamed(at=TEN, text="the old key")
ESCALATED = events.EscalationMade(at=TEN, who="U3", reason="stuck")
IMPROVEMENT = events.ImprovementProposed(at=TEN, title="test")
TASK = events.ActionItemAdded(at=TEN, number=1, title="test")
NOTED = events.NoteAdded(at=TEN, ref="note:4", text="it")
GAVE_UP = events.EffectFailed(at=TEN, effect="PinCard", why="no")

BEFORE = incident_after()
#: The impact, from the declaration on, as long as nobody describes it.
PHASE = Phase(number=1, began_at=TEN)
#: Each event, and INC-7 after it, apart from its version and its clock.
CHANGES: list[tuple[events.AnyEvent, Incident]] = [
    (
        ALERTED,
        replace(
            BEFORE,
            alerts={alert.key: alert for alert in ALERTED.alerts},
            alerts_at={alert.key: ALERTED.at for alert in ALERTED.alerts},
        ),
    ),
    (
        events.ChannelOpened(at=TEN, channel="C8", name="inc-7"),
        replace(BEFORE, channel=Channel(id="C8", name="inc-7")),
    ),
    (
        events.ChannelDelayed(at=TEN, seconds=30),
        replace(BEFORE, channel=replace(BEFORE.channel, is_delayed=True)),
    ),
    (
        events.ChannelLost(at=TEN, why="archived", archived=True),
        replace(BEFORE, channel=replace(BEFORE.channel, lost_reason="archived", is_archived=True)),
    ),
    (events.ChannelUnarchived(at=TEN, by="U1"), BEFORE),
    (
        events.MessagePosted(at=TEN, what="card", channel="C7", ts="1.1"),
        replace(BEFORE, messages={"card": ("C7", "1.1")}),
    ),
    (events.PeopleInvited(at=TEN, people=("U1",)), BEFORE),
    (events.SeverityChanged(at=TEN, severity=Severity.SEV4), replace(BEFORE, severity=Severity.SEV4)),
    (
        events.StatusChanged(at=TEN, status=Status.IDENTIFIED, note="the key"),
        replace(BEFORE, status=Status.IDENTIFIED, status_update="the key"),
    ),
    (
        MONITORING,
        replace(BEFORE, status=Status.MONITORING, impact=Impact(phases=(replace(PHASE, ended_at=at(20)),))),
    ),
    (events.RoleAssigned(at=TEN, role=Role.SCRIBE, person="U2"), replace(BEFORE, roles={Role.SCRIBE: "U2"})),
    (
        events.ImpactDescribed(at=TEN, text="no logins", share="30%", began_at=at(-10)),
        replace(
            BEFORE,
            impact=Impact(
                phases=(
                    replace(PHASE, began_at=at(-10), description="no logins", share="30%", shares=("30%",)),
                )
            ),
        ),
    ),
    (events.ProbeRequested(at=TEN, step="settings"), BEFORE),
    (
        RESOLVED,
        replace(
            BEFORE,
            status=Status.RESOLVED,
            impact=Impact(
                phases=(replace(PHASE, ended_at=at(30)),), resolved_at=at(30), resolution="put back"
            ),
        ),
    ),
    (
        CLOSED,
        replace(BEFORE, status=Status.CLOSED, closed_at=at(40), follow_up=FollowUp(runbook_feedback=(None,))),
    ),
    (
        CANCELLED,
        replace(
            BEFORE,
            status=Status.CANCELLED,
            closed_at=at(40),
            impact=replace(BEFORE.impact, resolution="a test"),
        ),
    ),
    (
        events.PostmortemDrafted(at=TEN, path="inc-7.md"),
        replace(BEFORE, follow_up=FollowUp(postmortem_path="inc-7.md", is_drafted=True)),
    ),
    (CAUSE, replace(BEFORE, investigation=replace(BEFORE.investigation, cause=CAUSE))),
    (ESCALATED, replace(BEFORE, escalation=replace(BEFORE.escalation, history=(ESCALATED,)))),
    (
        events.PageSent(at=TEN, to="pagerduty", key="k"),
        replace(BEFORE, escalation=replace(BEFORE.escalation, pages={"k": "pagerduty"})),
    ),
    (
        events.PageAcknowledged(at=TEN, by="U3", to="pagerduty", key="k"),
        replace(BEFORE, escalation=replace(BEFORE.escalation, acknowledged_by={"k": "U3"})),
    ),
    (events.UpdatePosted(at=TEN, text="at work"), replace(BEFORE, status_update="at work", has_updates=True)),
    (IMPROVEMENT, replace(BEFORE, follow_up=FollowUp(improvements=(IMPROVEMENT,)))),
    (
        TASK,
        replace(
            BEFORE,
            follow_up=FollowUp(
                tasks={1: Task(number=1, title=TASK.title, added_by=TASK.by, added_at=TASK.at)}
            ),
        ),
    ),
    (NOTED, replace(BEFORE, notes={"note:4": NOTED})),
    (GAVE_UP, replace(BEFORE, failures=(GAVE_UP,))),
]


@pytest.mark.parametrize(("event", "expected"), CHANGES)
def test_an_event_changes_these_fields_and_no_others(event: events.AnyEvent, expected: Incident) -> None:
    """An event changes only the expected fields and increments the version."""
    after = incident_after(event)

    assert replace(with_clock_of(expected, after), version=4) == after
