"""Applies events to an incident. Events become state only in this module."""

from collections.abc import Iterable
from dataclasses import replace
from typing import assert_never

from bot.domain import events
from bot.domain.incident.channel_state import apply_to_channel
from bot.domain.incident.escalation import apply_to_escalation
from bot.domain.incident.follow_up import apply_to_follow_up, close_follow_up
from bot.domain.incident.impact import apply_to_impact
from bot.domain.incident.incident import Incident
from bot.domain.incident.investigation import apply_to_investigation
from bot.domain.incident.milestones import apply_to_milestones
from bot.domain.incident.notes import apply_to_notes
from bot.domain.incident.progress_clock import IncidentSignals, advance
from bot.domain.insights.learning import feedback_to_runbook
from bot.domain.rules.publish import is_update
from bot.domain.vocabulary import Status


def fold(number: int, history: Iterable[events.AnyEvent]) -> Incident:
    """Return incident `number` after its events, oldest first."""
    incident = Incident(number=number)
    for event in history:
        incident = evolve(incident, event)
    return incident


def evolve(incident: Incident, event: events.AnyEvent) -> Incident:
    """Return the incident after one more event. Every event also advances the progress clock."""
    after = replace(_apply(incident, event), version=incident.version + 1)
    signals = IncidentSignals(
        has_impact=after.status.has_impact,
        has_commander=bool(after.commander),
        support_lost=incident.investigation.has_supported_hypothesis
        and not after.investigation.has_supported_hypothesis,
        is_without_lead=after.investigation.is_without_lead,
    )
    clock = advance(incident.escalation.clock, event, signals)
    return replace(after, escalation=replace(after.escalation, clock=clock))


def _apply(incident: Incident, event: events.AnyEvent) -> Incident:
    """Return the incident after updating the part that the event concerns."""
    if isinstance(event, events.ImpactEvent):
        incident = replace(incident, impact=apply_to_impact(incident.impact, event, incident.status))
    if isinstance(event, events.LifecycleEvent):
        return _apply_lifecycle(incident, event)
    if isinstance(event, events.SlackEvent):
        return _apply_slack(incident, event)
    if isinstance(event, events.RunbookEvent | events.HypothesisEvent):
        return replace(incident, investigation=apply_to_investigation(incident.investigation, event))
    if isinstance(event, events.FollowUpEvent):
        return replace(incident, follow_up=apply_to_follow_up(incident.follow_up, event))
    if isinstance(event, events.UpdatePosted):
        return replace(incident, status_update=event.text, has_updates=True)
    version = incident.version + 1
    return replace(incident, escalation=apply_to_escalation(incident.escalation, event, version))


def _apply_lifecycle(incident: Incident, event: events.LifecycleEvent) -> Incident:
    match event:
        case events.IncidentDeclared():
            return _declare(incident, event)
        case events.AlertsReceived():
            latest = {alert.key: alert for alert in event.alerts}
            at = dict.fromkeys(latest, event.at)
            return replace(
                incident, alerts={**incident.alerts, **latest}, alerts_at={**incident.alerts_at, **at}
            )
        case events.IncidentEdited():
            title, service = event.title or incident.title, event.service or incident.service
            return replace(incident, title=title, service=service)
        case events.MilestoneSet():
            return replace(incident, milestones=apply_to_milestones(incident.milestones, event))
        case events.SeverityChanged():
            return replace(incident, severity=event.severity, severity_reason=event.reason)
        case events.StatusChanged():
            # A note that repeats the known cause is not a status update.
            repeats_cause = event.status is Status.IDENTIFIED and incident.investigation.cause is not None
            note = "" if repeats_cause else event.note
            has_updates = incident.has_updates or is_update(event)
            return replace(incident, status=event.status, status_update=note, has_updates=has_updates)
        case events.RoleAssigned():
            return replace(incident, roles={**incident.roles, event.role: event.person})
        case events.ImpactDescribed():
            return incident
        case events.NoteAdded() | events.NoteChanged() | events.NoteRemoved():
            return replace(incident, notes=apply_to_notes(incident.notes, event))
        case events.IncidentResolved():
            return incident if incident.status.is_over else replace(incident, status=Status.RESOLVED)
        case events.IncidentClosed():
            follow_up = close_follow_up(incident.follow_up, feedback_to_runbook(incident))
            return replace(incident, status=Status.CLOSED, closed_at=event.at, follow_up=follow_up)
        case events.IncidentCancelled():
            return replace(incident, status=Status.CANCELLED, closed_at=event.at)
        case events.IncidentReopened():
            return replace(incident, status=Status.INVESTIGATING, closed_at=None, status_update="")
        case _:
            assert_never(event)


def _declare(incident: Incident, event: events.IncidentDeclared) -> Incident:
    return replace(
        incident,
        title=event.title,
        service=event.service,
        severity=event.severity,
        key=event.key,
        is_drill=event.drill,
        reason=event.reason,
        declared_by=event.by,
        declared_in=event.declared_in,
        declared_at=event.at,
        invite=event.invite,
        previous=event.previous,
    )


def _apply_slack(incident: Incident, event: events.SlackEvent) -> Incident:
    match event:
        case events.MessagePosted():
            return replace(incident, messages={**incident.messages, event.what: (event.channel, event.ts)})
        case events.EffectFailed():
            return replace(incident, failures=(*incident.failures, event))
        case events.PeopleInvited():
            return incident
        case _:
            return replace(incident, channel=apply_to_channel(incident.channel, event))
