"""An example of every event, with its line on the timeline."""

from datetime import UTC, datetime

from bot.domain import events
from bot.domain.alerts.alert import Alert, AlertStatus
from bot.domain.escalation.ladder import Need
from bot.domain.runbooks.runbook import Runbook, Step
from bot.domain.vocabulary import (
    Area,
    HypothesisVerdict,
    Milestone,
    NoteKind,
    ProbeVerdict,
    Role,
    Severity,
    Status,
    StepOutcome,
    TaskState,
)


def at(minute: int) -> datetime:
    """A time during the incident."""
    return datetime(2024, 2, 18, 10, minute, tzinfo=UTC)


def alert(title: str) -> Alert:
    """A firing alert."""
    return Alert(source="s", fingerprint=title, status=AlertStatus.FIRING, title=title, starts_at=at(0))


RUNBOOK = Runbook(id="r", title="Logins", steps=(Step(id="s", title="Read the settings", area=Area.CONFIG),))
SUSPECTED = events.HypothesisOpened(
    at=at(1), number=1, text="the pool is full", area=Area.DATABASE, owner="U0ADA"
)

#: An example of every event and its line, which is empty if the event has none.
LINES: list[tuple[events.AnyEvent, str]] = [
    (
        events.IncidentDeclared(at=at(5), title="Logins fail", service="auth", severity=Severity.SEV1),
        "Issue detected: Logins fail — sev1, auth",
    ),
    (
        events.RunbookChosen(at=at(5), runbook=RUNBOOK, reason="service auth"),
        "Runbook “Logins”: service auth",
    ),
    (events.AlertsReceived(at=at(5), alerts=(alert("A"),)), "Alert firing: A"),
    (
        events.AlertsReceived(at=at(5), alerts=tuple(alert(title) for title in "ABCDE")),
        "Alert firing: A; Alert firing: B; Alert firing: C; and 2 more",
    ),
    (events.ChannelOpened(at=at(5), channel="C1", name="inc-1"), "Channel #inc-1 opened"),
    (
        events.ChannelDelayed(at=at(5), seconds=30),
        "Channel could not be opened yet; next try in 30 s",
    ),
    (events.ChannelLost(at=at(5), why="archived"), "Channel unavailable — archived"),
    (events.ChannelUnarchived(at=at(5), by="U0ADA"), "Channel unarchived"),
    (events.MessagePosted(at=at(5), what="card", channel="C1", ts="1.1"), ""),
    (
        events.PeopleInvited(at=at(5), people=("U0ADA",), missing=("U0BOB: deactivated",)),
        "Invited: Ada; could not invite U0BOB: deactivated",
    ),
    (
        events.SeverityChanged(at=at(5), severity=Severity.SEV2, reason="half of it"),
        "Severity changed to sev2 — half of it",
    ),
    (events.StatusChanged(at=at(5), status=Status.MONITORING), "Status changed to monitoring"),
    (events.RoleAssigned(at=at(5), role=Role.COMMANDER, person="U0ADA"), "Ada became incident commander"),
    (
        events.ImpactDescribed(at=at(5), text="no logins", share="30%", began_at=at(2)),
        "Impact (30% affected, since 10:02 UTC) — no logins",
    ),
    (events.NoteAdded(at=at(5), ref="note:3", text="logins are back"), "logins are back"),
    (
        events.NoteAdded(at=at(5), ref="note:3", text="rolled back 41", kind=NoteKind.DECISION),
        "Decision: rolled back 41",
    ),
    (events.NoteChanged(at=at(5), ref="note:2", text="all is well"), ""),
    (events.IncidentEdited(at=at(5), title="EU only", service="auth"), "Corrected: EU only, service auth"),
    (
        events.MilestoneSet(
            at=at(5), milestone=Milestone.DETECTED, happened_at=at(2), how="a customer called"
        ),
        "Time corrected: detected at 10:02 UTC — a customer called",
    ),
    (events.NoteRemoved(at=at(5), ref="note:2"), ""),
    (
        events.HypothesisOpened(at=at(5), number=2, text="a bot", area=Area.SECURITY, owner="x"),
        "Hypothesis 2 opened (security): a bot",
    ),
    (
        events.HypothesisClosed(
            at=at(5), number=1, verdict=HypothesisVerdict.REFUTED, evidence="3 of 50 used"
        ),
        "Ruled out (database): the pool is full — 3 of 50 used",
    ),
    (events.ProbeRequested(at=at(5), step="s"), "Probe of “Read the settings” requested"),
    (
        events.ProbeFinished(at=at(5), step="s", verdict=ProbeVerdict.WRONG, evidence="no key"),
        "Probe of “Read the settings”: problem found — no key",
    ),
    (
        events.StepFinished(at=at(5), step="s", outcome=StepOutcome.FOUND),
        "Step “Read the settings”: cause found",
    ),
    (
        events.EscalationMade(at=at(5), who="S0SENIORS", reason="stuck"),
        "Escalated to a user group — stuck",
    ),
    (events.EscalationMade(at=at(5), who="SRE", reason=""), "Escalated to SRE"),
    (events.HypothesisAreaChanged(at=at(5), number=1, area=Area.NETWORK), "Hypothesis 1 moved to network"),
    (
        events.HypothesisExtended(at=at(5), number=1, minutes=15),
        "Hypothesis 1 extended by 15 minutes",
    ),
    (
        events.HypothesisExtended(at=at(5), number=1, minutes=1),
        "Hypothesis 1 extended by 1 minute",
    ),
    (
        events.HypothesisHandedOver(at=at(5), number=1, owner="U0BOB"),
        "Hypothesis 1 handed over to Bob",
    ),
    (
        events.TimeBoxEnded(at=at(5), number=1),
        "Time ran out on hypothesis 1",
    ),
    (
        events.HintGiven(at=at(5), number=1, areas=(Area.CONFIG, Area.CHANGE), step="s"),
        "Hint for hypothesis 1: quicker and not checked yet: config, change",
    ),
    (events.HintsMuted(at=at(5)), "Hints turned off"),
    (events.LadderChosen(at=at(5), rungs=()), ""),
    (events.ReminderPosted(at=at(5), what="update"), ""),
    (
        events.EscalationDue(at=at(5), rung=1, lack=Need.UPDATE, due_at=at(5)),
        "Escalation due: there was no update",
    ),
    (
        events.EscalationSnoozed(at=at(5), until=at(35), reason="vendor"),
        "Escalation paused until 10:35 UTC — vendor",
    ),
    (events.UpdatePosted(at=at(5), text="half of them work"), "Update: half of them work"),
    (events.PageSent(at=at(5), to="pagerduty:auth", key="k"), "Paged pagerduty:auth"),
    (
        events.PageFailed(at=at(5), to="pagerduty:auth", why="it answered 500"),
        "Could not page pagerduty:auth — it answered 500",
    ),
    (
        events.PageAcknowledged(at=at(5), by="Ann", to="pagerduty:auth", key="k"),
        "Page to pagerduty:auth acknowledged",
    ),
    (events.SideChannelRequested(at=at(5), number=1), "Private channel for hypothesis 1 requested"),
    (
        events.SideChannelOpened(at=at(5), number=1, channel="C9"),
        "Private channel for hypothesis 1 opened",
    ),
    (events.StepTaken(at=at(5), step="s"), "Step “Read the settings” taken"),
    (events.CauseNamed(at=at(5), text="a wrong key", area=Area.CONFIG), "Cause found (config): a wrong key"),
    (events.CauseWithdrawn(at=at(5), reason="it is right"), "Cause withdrawn — it is right"),
    (events.ImprovementProposed(at=at(5), title="Watch it"), "Improvement: Watch it"),
    (events.ActionItemAdded(at=at(5), number=1, title="Patch", text="all"), "Task 1: Patch — all"),
    (events.ActionItemChanged(at=at(5), number=1, title="Patch all"), "Task 1 changed"),
    (
        events.ActionItemClosed(at=at(5), number=1, state=TaskState.DONE, evidence="the test runs"),
        "Task 1 done — the test runs",
    ),
    (events.ActionItemReopened(at=at(5), number=1, reason="it broke"), "Task 1 reopened — it broke"),
    (events.IncidentResolved(at=at(5), resolution="rolled back"), "Issue resolved — rolled back"),
    (
        events.IncidentResolved(at=at(5), resolution="the key put back", told_later=True),
        "Fix: the key put back",
    ),
    (events.IncidentClosed(at=at(5)), "Incident closed"),
    (events.IncidentCancelled(at=at(5), reason="a test"), "Cancelled as a false alarm — a test"),
    (events.IncidentReopened(at=at(5), reason="again"), "Reopened — again"),
    (events.PostmortemDrafted(at=at(5), path="INC-1.md"), "Postmortem drafted"),
    (events.PostmortemRequested(at=at(5), by="U0DAN"), "Postmortem requested"),
    (
        events.EffectFailed(at=at(5), effect="SetTopic", why="is_archived"),
        "The topic could not be set — is_archived",
    ),
]
