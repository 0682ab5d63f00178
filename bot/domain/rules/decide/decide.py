"""Decides what a command changes: `decide(incident, command, now) → events`."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.domain import commands, events
from bot.domain.errors import (
    Hint,
    Refused,
    example,
    no_incident,
    refuse_after_close,
    refuse_closed,
    reopen,
)
from bot.domain.incident.incident import Incident
from bot.domain.rules.decide import alerts, causes, escalation, follow_up, hypotheses, notes, record, steps
from bot.domain.rules.decide.impact import describe_impact, refuse_end_before_start
from bot.domain.rules.decide.words import keep_words
from bot.domain.vocabulary import Status

#: Earlier times are refused as mistyped years, which would distort the timeline and all durations.
MAX_AGE = timedelta(days=366)

RESOLVE_OR_CANCEL = (
    Hint("To resolve it", "resolve", "what fixed it"),
    Hint("If it was a false alarm", "cancel", "why"),
)

#: Commands that start or continue work, unlike corrections of the record, need an open incident.
Work = steps.StepCommand | hypotheses.HypothesisWork | commands.Escalate
#: Commands about the response need an open incident too. After the close, a note can replace them.
Response = commands.AssignRole | commands.PostUpdate
EndCommand = commands.Resolve | commands.Close | commands.Cancel | commands.Reopen


def decide(incident: Incident, command: commands.AnyCommand, now: datetime) -> tuple[events.AnyEvent, ...]:
    """Return the events that follow from `command` at `now` (UTC), or nothing if it changes nothing.

    Raise Refused if the command is not possible now.
    """
    if incident.version == 0 and not isinstance(command, commands.Declare | commands.ReceiveAlerts):
        raise no_incident(incident.name)
    if incident.status.is_over and isinstance(command, Work):
        raise refuse_closed(incident.name, incident.status)
    if incident.status.is_over and isinstance(command, Response):
        raise refuse_after_close(incident.name, incident.status)
    _refuse_implausible(command.at, now)
    if isinstance(command, commands.DescribeImpact):
        _refuse_implausible(command.began_at, now)
        _refuse_implausible(command.ended_at, now)
    if isinstance(command, commands.ChangeNote | commands.SetMilestone):
        _refuse_implausible(command.happened_at, now)
    return tuple(_decide(incident, command, command.at or now))


def _decide(incident: Incident, command: commands.AnyCommand, at: datetime) -> Iterator[events.AnyEvent]:
    match command:
        case commands.Declare():
            yield from alerts.declare(incident, command, at)
        case commands.ReceiveAlerts():
            yield from alerts.receive_alerts(incident, command, at)
        case commands.ChangeSeverity():
            if command.severity is not incident.severity:
                yield events.SeverityChanged(
                    at=at, by=command.by, severity=command.severity, reason=command.reason
                )
            elif command.reason != incident.severity_reason:
                yield from keep_words(incident, command.by, command.reason, at)
        case commands.ChangeStatus():
            yield from _change_status(incident, command, at)
        case commands.AssignRole():
            yield from _assign_role(incident, command, at)
        case commands.DescribeImpact():
            yield from describe_impact(incident, command, at)
        case _ if isinstance(command, hypotheses.HypothesisCommand):
            yield from hypotheses.decide_hypothesis(incident, command, at)
        case _ if isinstance(command, steps.StepCommand):
            yield from steps.decide_step(incident, command, at)
        case _ if isinstance(command, causes.CauseCommand):
            yield from causes.decide_cause(incident, command, at)
        case _ if isinstance(command, escalation.EscalationCommand):
            yield from escalation.decide_escalation(incident, command, at)
        case _ if isinstance(command, commands.RecordCommand):
            yield from record.decide_record(incident, command, at)
        case _ if isinstance(command, commands.NoteCommand):
            yield from notes.decide_note(incident, command, at)
        case _ if isinstance(command, commands.FollowUpCommand):
            yield from follow_up.decide_follow_up(incident, command, at)
        case _ if isinstance(command, EndCommand):
            yield from _end(incident, command, at)
        case _:
            assert_never(command)


def _refuse_implausible(at: datetime | None, now: datetime) -> None:
    """Raise Refused if a time (UTC) is in the future, or so long ago that its year must be mistyped."""
    if at is None:
        return
    moment = f"{at:%H:%M} UTC" if at.date() == now.date() else f"{at.date()} {at:%H:%M} UTC"
    if at > now:
        raise Refused(f"{moment} is in the future. Enter a time up to now ({now:%H:%M} UTC).")
    if now - at > MAX_AGE:
        raise Refused(f"{moment} is more than a year ago. Enter a later time, or put the date in the text.")


def _assign_role(incident: Incident, command: commands.AssignRole, at: datetime) -> Iterator[events.AnyEvent]:
    if incident.roles.get(command.role) == command.person:
        yield from keep_words(incident, command.by, command.note, at)
        return
    yield events.RoleAssigned(
        at=at, by=command.by, role=command.role, person=command.person, note=command.note.strip()
    )


def _change_status(
    incident: Incident, command: commands.ChangeStatus, at: datetime
) -> Iterator[events.AnyEvent]:
    by, note = command.by, command.note
    match command.status:
        case Status.RESOLVED:
            yield from _end(incident, commands.Resolve(by=by, at=command.at, resolution=note), at)
        case Status.CLOSED:
            yield from _end(incident, commands.Close(by=by), at)
        case Status.CANCELLED:
            yield from _end(incident, commands.Cancel(by=by, reason=note), at)
        case Status.INVESTIGATING | Status.IDENTIFIED | Status.MONITORING:
            if not incident.is_active:
                raise refuse_closed(incident.name, incident.status)
            if command.at and command.status is Status.MONITORING:
                refuse_end_before_start(incident.impact, command.at, incident.impact.mitigated_at)
            change = events.StatusChanged(at=at, by=by, status=command.status, note=note)
            if incident.status is not command.status:
                yield change
            elif command.at and command.status is Status.MONITORING:
                yield replace(change, told_later=True)
            elif note.strip():
                yield events.UpdatePosted(at=at, by=by, text=note.strip())
        case _:
            assert_never(command.status)


def _end(incident: Incident, command: EndCommand, at: datetime) -> Iterator[events.AnyEvent]:
    match command:
        case commands.Resolve():
            yield from _resolve(incident, command, at)
        case commands.Close():
            if incident.status is Status.CLOSED:
                yield from keep_words(incident, command.by, command.note, at)
                return
            if incident.status is Status.CANCELLED:
                raise _already_over(incident)
            if incident.status is not Status.RESOLVED:
                raise Refused(
                    f"{incident.name} is {incident.status}. Resolve or cancel it first.", *RESOLVE_OR_CANCEL
                )
            yield from keep_words(incident, command.by, command.note, at)
            yield events.IncidentClosed(at=at, by=command.by)
        case commands.Cancel():
            if not command.reason.strip():
                raise Refused("Say why it is a false alarm.", example("cancel", "a test alert"))
            if incident.status is Status.CLOSED:
                raise _already_over(incident)
            if incident.status is not Status.CANCELLED:
                yield events.IncidentCancelled(at=at, by=command.by, reason=command.reason)
            elif command.reason != incident.impact.resolution:
                yield from keep_words(incident, command.by, command.reason, at)
        case commands.Reopen():
            if incident.is_active:
                raise Refused(f"{incident.name} is already open ({incident.status}).")
            yield events.IncidentReopened(at=at, by=command.by, reason=command.reason)
        case _:
            assert_never(command)


def _resolve(incident: Incident, command: commands.Resolve, at: datetime) -> Iterator[events.AnyEvent]:
    """Resolve the incident, or add the fix or the end time if it is resolved already."""
    has_news = bool(command.resolution) or command.at is not None
    if incident.status is Status.CANCELLED or (incident.status.is_over and not has_news):
        raise _already_over(incident)
    if command.at:
        refuse_end_before_start(incident.impact, command.at)
    resolved = events.IncidentResolved(at=at, by=command.by, resolution=command.resolution)
    if incident.is_active:
        yield resolved
        return
    # Adding the resolution later does not move the end, unless a time is given.
    ended = command.at or incident.impact.resolved_at or at
    if ended != incident.impact.resolved_at or command.resolution not in {"", incident.impact.resolution}:
        yield replace(resolved, at=ended, told_later=True)


def _already_over(incident: Incident) -> Refused:
    return Refused(f"{incident.name} is already {incident.status}.", reopen())
