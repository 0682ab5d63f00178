"""Whether a command may be, and what then happened: `decide(incident, command, now) → events`."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain.errors import Refused, ended, no_incident, over, said
from bot.domain.incident.incident import Incident
from bot.domain.rules.decide import alerts, causes, escalation, hypotheses, steps
from bot.domain.rules.evolve import evolve
from bot.domain.vocabulary import Status

#: A time further back is a mistyped year; the timeline and every length in the postmortem would begin there.
LONGEST_AGO = timedelta(days=366)

#: What begins or carries on a search; what corrects the record of an incident is of use after it too.
Work = (
    c.AskProbe
    | c.TakeStep
    | c.FinishStep
    | c.OpenHypothesis
    | c.ExtendHypothesis
    | c.HandOverHypothesis
    | c.AskSideChannel
    | c.MuteNudges
    | c.Escalate
)
#: Who leads and how it stands is said while there is a response.
Response = c.AssignRole | c.GiveUpdate


def decide(i: Incident, command: c.AnyCommand, now: datetime) -> tuple[e.AnyEvent, ...]:
    """Return the events that `command` makes of the incident at `now` (UTC); nothing when it already is so.

    Raises Refused with a sentence for the person.
    """
    if not isinstance(command, c.Declare | c.ReceiveAlerts):
        _refuse_unless_declared(i)
    if i.status.over and isinstance(command, Work):
        raise over(i.name, i.status)
    if i.status.over and isinstance(command, Response):
        raise ended(i.name, i.status)
    _refuse_unless_meant(command.at, now)
    if isinstance(command, c.DescribeImpact):
        _refuse_unless_meant(command.began_at, now)
    return tuple(_decide(i, command, command.at or now))


def _decide(i: Incident, command: c.AnyCommand, at: datetime) -> Iterator[e.AnyEvent]:
    if isinstance(command, hypotheses.Suspecting):
        yield from hypotheses.decided(i, command, at)
        return
    match command:
        case c.Declare():
            yield from alerts.declare(i, command, at)
        case c.ReceiveAlerts():
            yield from alerts.receive_alerts(i, command, at)
        case c.ChangeSeverity():
            if command.severity is not i.severity:
                yield e.SeverityChanged(
                    at=at, by=command.by, severity=command.severity, reason=command.reason
                )
        case c.ChangeStatus():
            yield from _change_status(i, command, at)
        case c.AssignRole():
            if i.roles.get(command.role) != command.person:
                yield e.RoleAssigned(at=at, by=command.by, role=command.role, person=command.person)
        case c.DescribeImpact():
            yield from _describe_impact(i, command, at)
        case c.AddNote() | c.RemoveNote():
            yield from _note(i, command, at)
        case c.AskProbe() | c.TakeStep() | c.FinishStep():
            yield from steps.step_of_runbook(i, command, at)
        case c.Escalate() | c.SnoozeClock() | c.GiveUpdate() | c.AcknowledgePage():
            yield from escalation.decided(i, command, at)
        case c.NameCause() | c.TakeBackCause():
            yield from causes.named(i, command, at)
        case c.ProposeImprovement() | c.AddActionItem():
            yield _follow_up(i, command, at)
        case c.Resolve() | c.Close() | c.Cancel() | c.Reopen():
            yield from _end(i, command, at)
        case _:
            assert_never(command)


def _refuse_unless_declared(i: Incident) -> None:
    if i.version == 0:
        raise no_incident(i.name)


def _refuse_unless_meant(at: datetime | None, now: datetime) -> None:
    """Refuse a time (UTC) that nobody can mean: one ahead, or one so long ago that its year is mistyped."""
    if at is None:
        return
    shown = f"{at:%H:%M} UTC" if at.date() == now.date() else f"{at.date()} {at:%H:%M} UTC"
    if at > now:
        raise Refused(f"{shown} lies ahead; say when it happened, up to now ({now:%H:%M} UTC).")
    if now - at > LONGEST_AGO:
        raise Refused(f"{shown} is over a year ago; say when it happened, or put that date in the text.")


def _change_status(i: Incident, command: c.ChangeStatus, at: datetime) -> Iterator[e.AnyEvent]:
    match command.status:
        case Status.RESOLVED:
            yield from _end(i, c.Resolve(by=command.by, at=command.at, resolution=command.note), at)
        case Status.CLOSED:
            yield from _end(i, c.Close(by=command.by), at)
        case Status.CANCELLED:
            yield from _end(i, c.Cancel(by=command.by, reason=command.note), at)
        case Status.INVESTIGATING | Status.IDENTIFIED | Status.MONITORING:
            if not i.working:
                raise Refused(f"{i.name} is {i.status}. `/incident reopen why` opens it again.")
            if i.status is not command.status:
                yield e.StatusChanged(at=at, by=command.by, status=command.status, note=command.note)
            elif note := command.note.strip():
                yield e.UpdateGiven(at=at, by=command.by, text=note)
        case _:
            assert_never(command.status)


def _describe_impact(i: Incident, command: c.DescribeImpact, at: datetime) -> Iterator[e.AnyEvent]:
    if not (command.text or command.share or command.began_at):
        raise Refused("Say what users feel: `/incident impact logins fail for 30% of users since 09:50`.")
    event = e.ImpactDescribed(
        at=at, by=command.by, text=command.text, share=command.share, began_at=command.began_at
    )
    if replace(evolve(i, event), version=i.version) != i:
        yield event


def _note(i: Incident, command: c.AddNote | c.RemoveNote, at: datetime) -> Iterator[e.AnyEvent]:
    match command:
        case c.AddNote():
            ref = command.ref or f"note:{i.version + 1}"
            if ref not in i.notes:
                yield e.NoteAdded(at=at, by=command.by, ref=ref, text=said(command.text))
        case c.RemoveNote():
            if command.ref in i.notes:
                yield e.NoteRemoved(at=at, by=command.by, ref=command.ref)
        case _:
            assert_never(command)


def _follow_up(i: Incident, command: c.ProposeImprovement | c.AddActionItem, at: datetime) -> e.AnyEvent:
    match command:
        case c.ProposeImprovement():
            title = said(command.title, "improve alerts: fire before users notice")
            return e.ImprovementProposed(at=at, by=command.by, title=title, text=command.text)
        case c.AddActionItem():
            title = said(command.title, "action rotate the key @name due:2026-01-31")
            return e.ActionItemAdded(
                at=at,
                by=command.by,
                number=len(i.action_items) + 1,
                title=title,
                text=command.text,
                owner=command.owner,
                due=command.due,
            )
        case _:
            assert_never(command)


def _end(
    i: Incident, command: c.Resolve | c.Close | c.Cancel | c.Reopen, at: datetime
) -> Iterator[e.AnyEvent]:
    match command:
        case c.Resolve():
            if i.status is Status.CANCELLED or (i.status.over and not command.resolution):
                raise _over_already(i)
            if i.working and i.status is not Status.RESOLVED:
                yield e.IncidentResolved(at=at, by=command.by, resolution=command.resolution)
            elif command.resolution not in {"", i.resolution}:
                # Telling later what fixed it does not move the end.
                ended = command.at or i.resolved_at or at
                yield e.IncidentResolved(
                    at=ended, by=command.by, resolution=command.resolution, told_later=True
                )
        case c.Close():
            if i.status is Status.CLOSED:
                return
            if i.status is Status.CANCELLED:
                raise _over_already(i)
            if i.status is not Status.RESOLVED:
                raise Refused(
                    f"{i.name} is {i.status}. Resolve it first: `/incident resolve what fixed it`, "
                    "or `/incident cancel why` if it was none."
                )
            yield e.IncidentClosed(at=at, by=command.by)
        case c.Cancel():
            if not command.reason.strip():
                raise Refused("Say why it was no incident: `/incident cancel a test alert`.")
            if i.status is Status.CLOSED:
                raise _over_already(i)
            if i.status is not Status.CANCELLED:
                yield e.IncidentCancelled(at=at, by=command.by, reason=command.reason)
        case c.Reopen():
            if i.working:
                raise Refused(f"{i.name} is open ({i.status}); there is nothing to reopen.")
            yield e.IncidentReopened(at=at, by=command.by, reason=command.reason)
        case _:
            assert_never(command)


def _over_already(i: Incident) -> Refused:
    return Refused(f"{i.name} is {i.status} already. `/incident reopen why` opens it again.")
