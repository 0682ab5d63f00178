"""The timeline of an incident: its events and the messages that people marked, in order."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from bot.domain import events
from bot.domain.alerts.alert import Alert
from bot.domain.insights.effect_words import failure
from bot.domain.insights.timeline import escalations, investigation
from bot.domain.insights.timeline.phrases import with_more
from bot.domain.message import Message
from bot.domain.recipient import is_slack_user
from bot.domain.text.parts import Line, Part, Person, Reader, Text, line, moment_beside
from bot.domain.vocabulary import Role

#: A storm can bring hundreds of alerts at once. A line lists at most this many.
MAX_ALERTS_LISTED = 3


class Kind(StrEnum):
    """What a line of the timeline is about."""

    COURSE = "course"
    ALERT = "alert"
    NOTE = "note"
    SEARCH = "search"
    PEOPLE = "people"
    FOLLOW_UP = "follow-up"
    SETUP = "setup"
    TROUBLE = "trouble"


SetupEvent = (
    events.RunbookChosen
    | events.ChannelOpened
    | events.ChannelDelayed
    | events.ChannelLost
    | events.ChannelUnarchived
    | events.PeopleInvited
    | events.PostmortemDrafted
)
#: Shown in the detailed timeline only: bookkeeping, and what has its own section in the postmortem.
DETAILS = frozenset({Kind.FOLLOW_UP, Kind.SETUP, Kind.TROUBLE})


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line: when it happened, who did it, what happened, and the message it marks, if any."""

    at: datetime
    by: str
    line: Line
    kind: Kind
    ref: str = ""


@dataclass(frozen=True)
class _Context:
    """What the lines refer to: the declaration, hypotheses, step titles, messages and live notes by ref."""

    declared: events.IncidentDeclared | None
    hypotheses: Mapping[int, events.HypothesisOpened]
    steps: Mapping[str, str]
    messages: Mapping[str, Message]
    notes: Mapping[str, int]


def entries(
    recorded: Iterable[tuple[int, events.AnyEvent]],
    messages: Iterable[Message],
    read: Reader,
    *,
    detail: bool = False,
) -> tuple[Entry, ...]:
    """Return the timeline of the events, ordered by time and then by version.

    `read` parses what people typed. A note on a message shows the message's latest text. `detail` adds the
    bookkeeping.
    """
    history = sorted(recorded, key=lambda pair: (pair[1].at, pair[0]))
    context = _context(history, messages)
    found = (entry for version, event in history for entry in _entries(version, event, context))
    return tuple(
        replace(entry, line=tuple(_read(entry.line, read)))
        for entry in found
        if detail or entry.kind not in DETAILS
    )


def _read(unread: Line, read: Reader) -> Iterator[Part]:
    for part in unread:
        yield from read(part.text) if isinstance(part, Text) else (part,)


def people(
    recorded: Iterable[tuple[int, events.AnyEvent]], messages: Iterable[Message], read: Reader
) -> frozenset[str]:
    """Return the Slack IDs of everyone in the events and messages, to look up their names."""
    texts = [value for _, event in recorded for value in vars(event).values() if isinstance(value, str)]
    texts += [text for message in messages for text in (message.user, message.text)]
    mentioned = [part.who for text in texts for part in read(text) if isinstance(part, Person)]
    return frozenset(person for person in (*texts, *mentioned) if is_slack_user(person))


def _context(history: list[tuple[int, events.AnyEvent]], messages: Iterable[Message]) -> _Context:
    notes: dict[str, int] = {}
    for version, event in sorted(history, key=lambda pair: pair[0]):
        if isinstance(event, events.NoteAdded):
            notes[event.ref] = version
        elif isinstance(event, events.NoteRemoved):
            notes.pop(event.ref, None)
    facts = [event for _, event in history]
    hypotheses = {event.number: event for event in facts if isinstance(event, events.HypothesisOpened)}
    for event in facts:
        if isinstance(event, events.HypothesisAreaChanged):
            hypotheses[event.number] = replace(hypotheses[event.number], area=event.area)
    return _Context(
        declared=next((event for event in facts if isinstance(event, events.IncidentDeclared)), None),
        hypotheses=hypotheses,
        steps={
            step.id: step.title
            for event in facts
            if isinstance(event, events.RunbookChosen)
            for step in event.runbook.steps
        },
        messages={message.ref: message for message in messages},
        notes=notes,
    )


def _entries(version: int, event: events.AnyEvent, context: _Context) -> Iterator[Entry]:
    if isinstance(event, investigation.InvestigationLine):
        kind = Kind.SEARCH if investigation.is_on_timeline(event) else Kind.SETUP
        yield _line(event, kind, investigation.investigation_line(event, context.hypotheses, context.steps))
        return
    if isinstance(event, escalations.EscalationLine):
        kind = Kind.SETUP if isinstance(event, events.PageSent) else Kind.PEOPLE
        yield _line(event, kind, escalations.escalation_line(event))
        return
    if isinstance(event, SetupEvent):
        yield _line(event, Kind.SETUP, _setup(event))
        return
    match event:
        case events.NoteAdded():
            if context.notes.get(event.ref) == version:
                yield _note(event, context.messages.get(event.ref))
        case events.NoteRemoved() | events.MessagePosted() | events.LadderChosen() | events.ReminderPosted():
            return
        case events.AlertsReceived():
            if text := _alerts(event, context.declared):
                yield _line(event, Kind.ALERT, line(text))
        case events.RoleAssigned():
            role = "incident commander" if event.role == Role.COMMANDER else event.role
            entry = _line(event, Kind.PEOPLE, line(Person(event.person), f" became {role}"))
            # The line already names a person who took the role themselves.
            yield replace(entry, by="") if event.by == event.person else entry
        case events.ImprovementProposed():
            yield _line(event, Kind.FOLLOW_UP, with_more(f"Improvement: {event.title}", more=event.text))
        case events.ActionItemAdded():
            text = f"Action item {event.number}: {event.title}"
            yield _line(event, Kind.FOLLOW_UP, with_more(text, more=event.text))
        case events.EffectFailed():
            yield _line(event, Kind.TROUBLE, with_more(failure(event.effect).capitalize(), more=event.why))
        case _:  # mypy checks the remaining events against the parameter of _course
            yield _line(event, Kind.COURSE, _course(event))
            if isinstance(event, events.IncidentDeclared) and event.reason:
                yield _line(event, Kind.SETUP, line(f"Severity and service: {event.reason}"))


def _line(event: events.AnyEvent, kind: Kind, text: Line) -> Entry:
    return Entry(at=event.at, by=event.by, line=text, kind=kind)


def _note(event: events.NoteAdded, message: Message | None) -> Entry:
    if message is None:
        return Entry(at=event.at, by=event.by, line=line(event.text), kind=Kind.NOTE, ref=event.ref)
    return Entry(at=event.at, by=message.user, line=line(message.current_text), kind=Kind.NOTE, ref=event.ref)


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


def _setup(event: SetupEvent) -> Line:
    match event:
        case events.RunbookChosen():
            title = f"Runbook “{event.runbook.title}”"
            return line(f"{title}: {event.reason}" if event.reason else title)
        case events.ChannelOpened():
            return line(f"Channel #{event.name} opened")
        case events.ChannelDelayed():
            return line(f"Channel could not be opened yet; next try in {event.seconds:.0f} s")
        case events.ChannelLost():
            return with_more("Channel unavailable", more=event.why)
        case events.ChannelUnarchived():
            return line("Channel unarchived")
        case events.PeopleInvited():
            return _invited(event)
        case events.PostmortemDrafted():
            return line("Postmortem drafted")
        case _:
            assert_never(event)


def _invited(event: events.PeopleInvited) -> Line:
    names = [part for person in event.people for part in (", ", Person(person))][1:]
    missing = f"; could not invite {', '.join(event.missing)}" if event.missing else ""
    return line("Invited: ", *(names or ["nobody"]), missing)


def _course(
    event: events.IncidentDeclared
    | events.SeverityChanged
    | events.StatusChanged
    | events.ImpactDescribed
    | events.UpdatePosted
    | events.IncidentResolved
    | events.IncidentClosed
    | events.IncidentCancelled
    | events.IncidentReopened,
) -> Line:
    match event:
        case events.IncidentDeclared():
            about = ", ".join(filter(None, [event.severity, event.service]))
            return with_more(f"Issue detected: {event.title}", more=about)
        case events.SeverityChanged():
            return with_more(f"Severity changed to {event.severity}", more=event.reason)
        case events.StatusChanged():
            return with_more(f"Status changed to {event.status}", more=event.note)
        case events.ImpactDescribed():
            return _impact(event)
        case events.UpdatePosted():
            return line(f"Update: {event.text}")
        case events.IncidentResolved(told_later=True):
            return line(f"Resolution: {event.resolution}")
        case events.IncidentResolved():
            return with_more("Issue resolved", more=event.resolution)
        case events.IncidentClosed():
            return line("Incident closed")
        case events.IncidentCancelled():
            return with_more("Cancelled as a false alarm", more=event.reason)
        case events.IncidentReopened():
            return with_more("Reopened", more=event.reason)
        case _:
            assert_never(event)


def _impact(event: events.ImpactDescribed) -> Line:
    measures: list[Part | str] = [f"{event.share} of users"] if event.share else []
    if event.began_at:
        measures += [", since " if measures else "since ", moment_beside(event.began_at, event.at)]
    return with_more("Impact", *([" (", *measures, ")"] if measures else []), more=event.text)
