"""What each event changes of an incident: the one place where state comes of history."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, assert_never

from bot.domain import events as e
from bot.domain.escalation.ladder import Lack
from bot.domain.incident import investigation
from bot.domain.incident.incident import Incident
from bot.domain.incident.progress_clock import Standing, ticked
from bot.domain.insights.learning import teaching
from bot.domain.vocabulary import Status


def fold(number: int, events: Iterable[e.AnyEvent]) -> Incident:
    """Return incident `number` after its events, oldest first."""
    incident = Incident(number=number)
    for event in events:
        incident = evolve(incident, event)
    return incident


def evolve(incident: Incident, event: e.AnyEvent) -> Incident:
    """Return the incident after one more event."""
    after = replace(incident, version=incident.version + 1, **_changes(incident, event))
    standing = Standing(
        hurting=after.status.hurting,
        commanded=bool(after.commander),
        support_lost=incident.supported and not after.supported,
        without_lead=after.without_lead,
        cause_named=after.cause is not None,
    )
    return replace(after, clock=ticked(incident.clock, event, standing))


def _changes(i: Incident, event: e.AnyEvent) -> dict[str, Any]:
    """Return the fields that an event changes."""
    if isinstance(event, investigation.OfHypothesis):
        return {
            "hypotheses": {**i.hypotheses, event.number: investigation.hypothesis(i.hypotheses, event)},
            "cause": None if investigation.withdraws(i.cause, event) else i.cause,
        }
    match event:
        case e.IncidentDeclared():
            return _declared(event)
        case e.RunbookChosen():
            return {"runbook": event.runbook}
        case e.AlertsReceived():
            return {"alerts": {**i.alerts, **{alert.key: alert for alert in event.alerts}}}
        case e.ChannelOpened():
            here = {"channel": event.channel, "channel_name": event.name}
            return {**here, "channel_lost": "", "channel_archived": False}
        case e.ChannelDelayed():
            return {"channel_delayed": True}
        case e.ChannelLost():
            return {"channel_lost": event.why, "channel_archived": event.archived}
        case e.ChannelUnarchived():
            return {"channel_archived": False}
        case e.MessagePosted():
            return {"posts": {**i.posts, event.what: (event.channel, event.ts)}}
        case e.SeverityChanged():
            return {"severity": event.severity}
        case e.StatusChanged():
            return _status_changed(i, event)
        case e.RoleAssigned():
            return {"roles": {**i.roles, event.role: event.person}}
        case e.ImpactDescribed():
            return _impact(i, event)
        case e.NoteAdded():
            return {"notes": {**i.notes, event.ref: event}}
        case e.NoteRemoved():
            return {"notes": {ref: note for ref, note in i.notes.items() if ref != event.ref}}
        case e.StepTaken() | e.ProbeFinished() | e.StepFinished():
            return {
                "steps": {**i.steps, event.step: investigation.step(i.state_of(event.step), event)},
                "cause": None if investigation.withdraws(i.cause, event) else i.cause,
            }
        case e.NudgeGiven():
            return {
                "nudged": i.nudged | {i.hypotheses[event.number].area},
                "nudges": {**i.nudges, event.number: event},
            }
        case e.NudgesMuted():
            return {"nudges_muted": True}
        case e.EscalationMade():
            return {"escalations": (*i.escalations, event)}
        case e.CauseNamed():
            return {"cause": event}
        case e.CauseTakenBack():
            return {"cause": None}
        case e.ImprovementProposed():
            return {"improvements": (*i.improvements, event)}
        case e.ActionItemAdded():
            return {"action_items": {**i.action_items, event.number: event}}
        case e.IncidentResolved():
            return _resolved(i, event)
        case e.IncidentClosed():
            return {
                "status": Status.CLOSED,
                "closed_at": event.at,
                "is_drafted": False,
                "taught": (*i.taught, teaching(i)),
            }
        case e.IncidentCancelled():
            return {"status": Status.CANCELLED, "closed_at": event.at, "resolution": event.reason}
        case e.IncidentReopened():
            return _reopened()
        case e.PostmortemDrafted():
            return {"postmortem": event.path, "is_drafted": True}
        case e.EffectGaveUp():
            return {"gave_up": (*i.gave_up, event)}
        case e.EscalationDue(lack=Lack.COMMANDER):
            return {"commander_asked": i.version + 1}
        case e.LadderChosen() | e.EscalationDue() | e.ClockSnoozed() | e.UpdateGiven() | e.ReminderGiven():
            return {}  # the clock keeps it
        case e.PageSent() | e.PageFailed() | e.PageAcknowledged():
            return {}  # the same
        case e.PeopleInvited() | e.ProbeAsked():
            return {}
        case _:
            assert_never(event)


def _declared(event: e.IncidentDeclared) -> dict[str, Any]:
    return {
        "title": event.title,
        "service": event.service,
        "severity": event.severity,
        "key": event.key,
        "drill": event.drill,
        "reason": event.reason,
        "declared_by": event.by,
        "declared_at": event.at,
        "began_at": event.began_at,
        "invite": event.invite,
        "previous": event.previous,
    }


def _status_changed(i: Incident, event: e.StatusChanged) -> dict[str, Any]:
    if event.status is Status.MONITORING:
        return {"status": event.status, "mitigated_at": i.mitigated_at or event.at}
    if event.status.hurting:
        return {"status": event.status, "mitigated_at": None}
    return {"status": event.status}


def _impact(i: Incident, event: e.ImpactDescribed) -> dict[str, Any]:
    return {
        "impact": event.text or i.impact,
        "share": event.share or i.share,
        "began_at": event.began_at or i.began_at,
    }


def _resolved(i: Incident, event: e.IncidentResolved) -> dict[str, Any]:
    return {
        "status": i.status if i.status.over else Status.RESOLVED,
        "resolved_at": event.at,
        "mitigated_at": min(i.mitigated_at or event.at, event.at),
        "resolution": event.resolution or i.resolution,
    }


def _reopened() -> dict[str, Any]:
    return {
        "status": Status.INVESTIGATING,
        "mitigated_at": None,
        "resolved_at": None,
        "closed_at": None,
        "resolution": "",
    }
