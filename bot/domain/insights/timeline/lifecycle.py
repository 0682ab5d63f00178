"""The timeline's lines about the course of an incident: its alerts, status, roles, impact and notes."""

from collections.abc import Iterator
from dataclasses import replace
from typing import assert_never

from bot.domain import events
from bot.domain.alerts.alert import Alert
from bot.domain.insights.timeline.entry import Context, Entry, Kind, entry
from bot.domain.message import Message
from bot.domain.text.parts import Part, Person, moment_beside
from bot.domain.vocabulary import NoteKind, Role

#: A storm can bring hundreds of alerts at once. A line lists at most this many.
MAX_ALERTS_LISTED = 3


def lifecycle_entries(version: int, event: events.LifecycleEvent, context: Context) -> Iterator[Entry]:
    """Yield the lines about an event of the lifecycle. A note on a message has the message's latest text."""
    match event:
        case events.IncidentDeclared():
            about = ", ".join(filter(None, [event.severity, event.service]))
            yield entry(event, Kind.COURSE, f"Issue detected: {event.title}", more=about)
            if event.reason:
                yield entry(event, Kind.SETUP, f"Severity and service: {event.reason}")
        case events.AlertsReceived():
            if text := _alerts(event, context.declared):
                yield entry(event, Kind.ALERT, text)
        case events.IncidentEdited() | events.MilestoneSet():
            yield _correction(event)
        case events.SeverityChanged():
            yield entry(event, Kind.COURSE, f"Severity changed to {event.severity}", more=event.reason)
        case events.StatusChanged():
            yield entry(event, Kind.COURSE, f"Status changed to {event.status}", more=event.note)
        case events.RoleAssigned():
            yield _assigned(event)
        case events.ImpactDescribed():
            title = f"Impact, phase {event.phase}" if event.phase > 1 else "Impact"
            yield entry(event, Kind.COURSE, title, *_extent(event), more=event.text)
        case events.NoteAdded() if context.notes.get(event.ref) == version:
            yield _note(context.current_notes[event.ref], context.messages.get(event.ref))
        case events.NoteAdded() | events.NoteChanged() | events.NoteRemoved():
            return
        case events.IncidentResolved(told_later=True):
            yield entry(event, Kind.COURSE, f"Fix: {event.resolution or 'time corrected'}")
        case events.IncidentResolved():
            yield entry(event, Kind.COURSE, "Issue resolved", more=event.resolution)
        case events.IncidentClosed():
            yield entry(event, Kind.COURSE, "Incident closed")
        case events.IncidentCancelled():
            yield entry(event, Kind.COURSE, "Cancelled as a false alarm", more=event.reason)
        case events.IncidentReopened():
            yield entry(event, Kind.COURSE, "Reopened", more=event.reason)
        case _:
            assert_never(event)


def _assigned(event: events.RoleAssigned) -> Entry:
    role = "incident commander" if event.role == Role.COMMANDER else event.role
    assigned = entry(event, Kind.PEOPLE, Person(event.person), f" became {role}", more=event.note)
    # The line already names a person who took the role themselves.
    return replace(assigned, by="") if event.by == event.person else assigned


def _correction(event: events.Correction) -> Entry:
    if isinstance(event, events.MilestoneSet):
        when = moment_beside(event.happened_at, event.at)
        return entry(event, Kind.SETUP, f"Time corrected: {event.milestone} at ", when, more=event.how)
    changes = filter(None, (event.title, event.service and f"service {event.service}"))
    return entry(event, Kind.SETUP, f"Corrected: {', '.join(changes)}")


def _note(note: events.NoteAdded, message: Message | None) -> Entry:
    """Return the line of a note. A note on a message has the message's latest text."""
    text = (message and message.current_text) or note.text
    about = "" if note.kind is NoteKind.NOTE else f"{note.kind.capitalize()}: "
    line = entry(note, Kind.NOTE if note.kind.happened else Kind.REVIEW, f"{about}{text}")
    return replace(line, by=message.user if message else note.by, ref=note.ref)


def _alerts(event: events.AlertsReceived, declared: events.IncidentDeclared | None) -> str:
    """Return the alerts in words. Those that caused the declaration do not repeat its title."""
    title = declared.title if declared and declared.at == event.at else ""
    texts = [text for alert in event.alerts if (text := _alert(alert, title))]
    more = len(texts) - MAX_ALERTS_LISTED
    return "; ".join(texts[:MAX_ALERTS_LISTED] + ([f"and {more} more"] if more > 0 else []))


def _alert(alert: Alert, title: str) -> str:
    texts = dict.fromkeys((alert.title, alert.annotations.get("summary", "")))
    new = [text for text in texts if text and not (alert.firing and text == title)]
    return f"Alert {alert.status}: {' — '.join(new)}" if new else ""


def _extent(event: events.ImpactDescribed) -> Iterator[Part | str]:
    """Yield, in parentheses, the share of users affected and the start and end of the impact."""
    share = f"{event.share} affected" if event.share.endswith("%") else event.share
    facts: list[tuple[Part | str, ...]] = [(share,)] if event.share not in event.text else []
    for word, at in (("since ", event.began_at), ("until ", event.ended_at)):
        if at:
            facts.append((word, moment_beside(at, event.at)))
    for position, fact in enumerate(facts):
        yield from (", " if position else " (", *fact)
    if facts:
        yield ")"
