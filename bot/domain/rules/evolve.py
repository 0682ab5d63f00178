"""What each event changes of an incident: the one place where state comes of history."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, assert_never

from bot.domain import events
from bot.domain.escalation.ladder import Need
from bot.domain.incident import investigation
from bot.domain.incident.incident import Incident
from bot.domain.incident.progress_clock import IncidentSignals, advance
from bot.domain.insights.learning import feedback_to_runbook
from bot.domain.vocabulary import Status


def fold(number: int, history: Iterable[events.AnyEvent]) -> Incident:
    """Return incident `number` after its events, oldest first."""
    incident = Incident(number=number)
    for event in history:
        incident = evolve(incident, event)
    return incident


def evolve(incident: Incident, event: events.AnyEvent) -> Incident:
    """Return the incident after one more event."""
    after = replace(incident, version=incident.version + 1, **_changes(incident, event))
    standing = IncidentSignals(
        has_impact=after.status.has_impact,
        has_commander=bool(after.commander),
        support_lost=incident.has_supported_hypothesis and not after.has_supported_hypothesis,
        without_lead=after.without_lead,
        cause_named=after.cause is not None,
    )
    return replace(after, clock=advance(incident.clock, event, standing))


def _changes(incident: Incident, event: events.AnyEvent) -> dict[str, Any]:
    """Return the fields that an event changes."""
    if isinstance(event, investigation.ChangesHypothesis):
        return {
            "hypotheses": {
                **incident.hypotheses,
                event.number: investigation.apply_to_hypothesis(incident.hypotheses, event),
            },
            "cause": None if investigation.retracts_cause(incident.cause, event) else incident.cause,
        }
    match event:
        case events.IncidentDeclared():
            return _declared(event)
        case events.RunbookChosen():
            return {"runbook": event.runbook}
        case events.AlertsReceived():
            return {"alerts": {**incident.alerts, **{alert.key: alert for alert in event.alerts}}}
        case events.ChannelOpened():
            here = {"channel": event.channel, "channel_name": event.name}
            return {**here, "channel_lost_reason": "", "channel_archived": False}
        case events.ChannelDelayed():
            return {"channel_delayed": True}
        case events.ChannelLost():
            return {"channel_lost_reason": event.why, "channel_archived": event.archived}
        case events.ChannelUnarchived():
            return {"channel_archived": False}
        case events.MessagePosted():
            return {"messages": {**incident.messages, event.what: (event.channel, event.ts)}}
        case events.SeverityChanged():
            return {"severity": event.severity}
        case events.StatusChanged():
            return _status_changed(incident, event)
        case events.RoleAssigned():
            return {"roles": {**incident.roles, event.role: event.person}}
        case events.ImpactDescribed():
            return _impact(incident, event)
        case events.NoteAdded():
            return {"notes": {**incident.notes, event.ref: event}}
        case events.NoteRemoved():
            return {"notes": {ref: note for ref, note in incident.notes.items() if ref != event.ref}}
        case events.StepTaken() | events.ProbeFinished() | events.StepFinished():
            return {
                "steps": {
                    **incident.steps,
                    event.step: investigation.apply_to_step(incident.state_of(event.step), event),
                },
                "cause": None if investigation.retracts_cause(incident.cause, event) else incident.cause,
            }
        case events.NudgeGiven():
            return {
                "hinted_areas": incident.hinted_areas | {incident.hypotheses[event.number].area},
                "hints": {**incident.hints, event.number: event},
            }
        case events.NudgesMuted():
            return {"hints_muted": True}
        case events.EscalationMade():
            return {"escalations": (*incident.escalations, event)}
        case events.CauseNamed():
            return {"cause": event}
        case events.CauseTakenBack():
            return {"cause": None}
        case events.ImprovementProposed():
            return {"improvements": (*incident.improvements, event)}
        case events.ActionItemAdded():
            return {"action_items": {**incident.action_items, event.number: event}}
        case events.IncidentResolved():
            return _resolved(incident, event)
        case events.IncidentClosed():
            return {
                "status": Status.CLOSED,
                "closed_at": event.at,
                "is_drafted": False,
                "runbook_feedback": (*incident.runbook_feedback, feedback_to_runbook(incident)),
            }
        case events.IncidentCancelled():
            return {"status": Status.CANCELLED, "closed_at": event.at, "resolution": event.reason}
        case events.IncidentReopened():
            return _reopened()
        case events.PostmortemDrafted():
            return {"postmortem": event.path, "is_drafted": True}
        case events.EffectGaveUp():
            return {"failures": (*incident.failures, event)}
        case events.EscalationDue(lack=Need.COMMANDER):
            return {"commander_asked": incident.version + 1}
        case (
            events.LadderChosen()
            | events.EscalationDue()
            | events.ClockSnoozed()
            | events.UpdateGiven()
            | events.ReminderGiven()
        ):
            return {}  # the clock keeps it
        case events.PageSent() | events.PageFailed() | events.PageAcknowledged():
            return {}  # the same
        case events.PeopleInvited() | events.ProbeAsked():
            return {}
        case _:
            assert_never(event)


def _declared(event: events.IncidentDeclared) -> dict[str, Any]:
    return {
        "title": event.title,
        "service": event.service,
        "severity": event.severity,
        "key": event.key,
        "is_drill": event.drill,
        "reason": event.reason,
        "declared_by": event.by,
        "declared_at": event.at,
        "began_at": event.began_at,
        "invite": event.invite,
        "previous": event.previous,
    }


def _status_changed(incident: Incident, event: events.StatusChanged) -> dict[str, Any]:
    if event.status is Status.MONITORING:
        return {"status": event.status, "mitigated_at": incident.mitigated_at or event.at}
    if event.status.has_impact:
        return {"status": event.status, "mitigated_at": None}
    return {"status": event.status}


def _impact(incident: Incident, event: events.ImpactDescribed) -> dict[str, Any]:
    return {
        "impact": event.text or incident.impact,
        "affected_share": event.share or incident.affected_share,
        "began_at": event.began_at or incident.began_at,
    }


def _resolved(incident: Incident, event: events.IncidentResolved) -> dict[str, Any]:
    return {
        "status": incident.status if incident.status.is_over else Status.RESOLVED,
        "resolved_at": event.at,
        "mitigated_at": min(incident.mitigated_at or event.at, event.at),
        "resolution": event.resolution or incident.resolution,
    }


def _reopened() -> dict[str, Any]:
    return {
        "status": Status.INVESTIGATING,
        "mitigated_at": None,
        "resolved_at": None,
        "closed_at": None,
        "resolution": "",
    }
