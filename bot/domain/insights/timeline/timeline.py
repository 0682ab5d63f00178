"""What happened, told in order: events, and the messages people marked."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from bot.domain import events
from bot.domain.alerts.alert import Alert
from bot.domain.effects.words import failure
from bot.domain.incident.incident import is_slack_user
from bot.domain.insights.timeline import escalations, investigation
from bot.domain.insights.timeline.phrases import current_text, mention, with_more
from bot.domain.text.slack_markup import people_mentioned
from bot.domain.text.times import moment_beside

#: A storm may bring hundreds of alerts at once; the line names so many.
ALERTS_NAMED = 3


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


#: Our own bookkeeping, and what has a section of its own in the postmortem: only in the detailed view.
DETAILS = frozenset({Kind.FOLLOW_UP, Kind.SETUP, Kind.TROUBLE})


@dataclass(frozen=True, kw_only=True)
class Message:
    """A message of the transcript, in its latest wording; `at` is when it was said (UTC)."""

    channel: str
    ts: str
    user: str
    text: str
    at: datetime
    deleted: bool = False

    @property
    def ref(self) -> str:
        """What a note that marks it calls it."""
        return f"{self.channel}/{self.ts}"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line: when it happened, who, what in Slack's markup (see plain.py), and what it refers to."""

    at: datetime
    by: str
    text: str
    kind: Kind
    ref: str = ""


@dataclass(frozen=True)
class _Known:
    """What the sentences look up: how it began, hypotheses and steps, messages and live notes by ref."""

    declared: events.IncidentDeclared | None
    hypotheses: Mapping[int, events.HypothesisOpened]
    steps: Mapping[str, str]
    messages: Mapping[str, Message]
    notes: Mapping[str, int]


def entries(
    recorded: Iterable[tuple[int, events.AnyEvent]], messages: Iterable[Message], *, detail: bool = False
) -> tuple[Entry, ...]:
    """Return the timeline of the events (with their versions) by when they happened, ties by version.

    A note on a message shows what the message says now; `detail` adds our own bookkeeping.
    """
    history = sorted(recorded, key=lambda pair: (pair[1].at, pair[0]))
    known = _known(history, messages)
    told = (entry for version, event in history for entry in _entry(version, event, known))
    return tuple(entry for entry in told if detail or entry.kind not in DETAILS)


def people(recorded: Iterable[tuple[int, events.AnyEvent]], messages: Iterable[Message]) -> frozenset[str]:
    """Return the Slack ids of everybody whom the events and messages name, to look their names up."""
    said = [value for _, event in recorded for value in vars(event).values() if isinstance(value, str)]
    said += [text for message in messages for text in (message.user, message.text)]
    return frozenset(
        person for text in said for person in (*people_mentioned(text), text) if is_slack_user(person)
    )


def _known(history: list[tuple[int, events.AnyEvent]], messages: Iterable[Message]) -> _Known:
    notes: dict[str, int] = {}
    for version, event in sorted(history, key=lambda pair: pair[0]):
        if isinstance(event, events.NoteAdded):
            notes[event.ref] = version
        elif isinstance(event, events.NoteRemoved):
            notes.pop(event.ref, None)
    facts = [event for _, event in history]
    hypotheses = {event.number: event for event in facts if isinstance(event, events.HypothesisOpened)}
    for event in facts:
        if isinstance(event, events.HypothesisPlaced):
            hypotheses[event.number] = replace(hypotheses[event.number], area=event.area)
    return _Known(
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


def _entry(version: int, event: events.AnyEvent, known: _Known) -> Iterator[Entry]:
    if isinstance(event, investigation.InvestigationLine):
        kind = Kind.SEARCH if investigation.is_on_timeline(event) else Kind.SETUP
        yield _line(event, kind, investigation.investigation_line(event, known.hypotheses, known.steps))
        return
    if isinstance(event, escalations.EscalationLine):
        kind = Kind.SETUP if isinstance(event, events.PageSent) else Kind.PEOPLE
        yield _line(event, kind, escalations.escalation_line(event))
        return
    match event:
        case events.NoteAdded():
            if known.notes.get(event.ref) == version:
                yield _note(event, known.messages.get(event.ref))
        case events.NoteRemoved() | events.MessagePosted() | events.LadderChosen() | events.ReminderGiven():
            return
        case events.AlertsReceived():
            if told := _alerts(event, known.declared):
                yield _line(event, Kind.ALERT, told)
        case events.RoleAssigned():
            line = _line(event, Kind.PEOPLE, f"{mention(event.person)} became {event.role}")
            yield replace(line, by="") if event.by == event.person else line  # who took it is named already
        case events.ImprovementProposed():
            yield _line(event, Kind.FOLLOW_UP, with_more(f"Improvement: {event.title}", event.text))
        case events.ActionItemAdded():
            yield _line(event, Kind.FOLLOW_UP, with_more(f"Task {event.number}: {event.title}", event.text))
        case events.EffectGaveUp():
            yield _line(event, Kind.TROUBLE, with_more(failure(event.effect).capitalize(), event.why))
        case (
            events.ChannelOpened()
            | events.ChannelDelayed()
            | events.ChannelLost()
            | events.ChannelUnarchived()
        ):
            yield _line(event, Kind.SETUP, _setup(event))
        case events.RunbookChosen() | events.PeopleInvited() | events.PostmortemDrafted():
            yield _line(event, Kind.SETUP, _setup(event))
        case _:  # mypy holds the rest against what _course takes, which ends in assert_never
            yield _line(event, Kind.COURSE, _course(event))
            if isinstance(event, events.IncidentDeclared) and event.reason:
                yield _line(event, Kind.SETUP, f"Severity and service: {event.reason}")


def _line(event: events.AnyEvent, kind: Kind, text: str) -> Entry:
    return Entry(at=event.at, by=event.by, text=text, kind=kind)


def _note(event: events.NoteAdded, message: Message | None) -> Entry:
    if message is None:
        return Entry(at=event.at, by=event.by, text=event.text, kind=Kind.NOTE, ref=event.ref)
    text = current_text(message.text, deleted=message.deleted)
    return Entry(at=event.at, by=message.user, text=text, kind=Kind.NOTE, ref=event.ref)


def _alerts(event: events.AlertsReceived, declared: events.IncidentDeclared | None) -> str:
    """Return what alerts say that the incident's own line, which they began, does not."""
    told = declared.title if declared and declared.at == event.at else ""
    lines = [line for alert in event.alerts if (line := _alert(alert, told))]
    rest = [f"and {len(lines) - ALERTS_NAMED} more"] if len(lines) > ALERTS_NAMED else []
    return "; ".join(lines[:ALERTS_NAMED] + rest)


def _alert(alert: Alert, told: str) -> str:
    new = dict.fromkeys((alert.title, alert.annotations.get("summary", "")))
    words = [text for text in new if text and not (alert.firing and text == told)]
    return f"Alert {alert.status}: {' — '.join(words)}" if words else ""


def _setup(
    event: events.RunbookChosen
    | events.ChannelOpened
    | events.ChannelDelayed
    | events.ChannelLost
    | events.ChannelUnarchived
    | events.PeopleInvited
    | events.PostmortemDrafted,
) -> str:
    match event:
        case events.RunbookChosen():
            named = f"Runbook “{event.runbook.title}”"
            return f"{named}: {event.reason}" if event.reason else named
        case events.ChannelOpened():
            return f"Channel #{event.name} opened"
        case events.ChannelDelayed():
            return f"The channel could not be opened yet; next try after {event.seconds:.0f} s"
        case events.ChannelLost():
            return with_more("The channel was lost", event.why)
        case events.ChannelUnarchived():
            return "The channel was unarchived"
        case events.PeopleInvited():
            invited = ", ".join(mention(person) for person in event.people) or "nobody"
            missing = f"; not possible for {', '.join(event.missing)}" if event.missing else ""
            return f"Invited: {invited}{missing}"
        case events.PostmortemDrafted():
            return "Postmortem drafted"
        case _:
            assert_never(event)


def _course(
    event: events.IncidentDeclared
    | events.SeverityChanged
    | events.StatusChanged
    | events.ImpactDescribed
    | events.UpdateGiven
    | events.IncidentResolved
    | events.IncidentClosed
    | events.IncidentCancelled
    | events.IncidentReopened,
) -> str:
    match event:
        case events.IncidentDeclared():
            about = ", ".join(filter(None, [event.severity, event.service]))
            return with_more(f"Issue detected: {event.title}", about)
        case events.SeverityChanged():
            return with_more(f"Severity changed to {event.severity}", event.reason)
        case events.StatusChanged():
            return with_more(f"Status changed to {event.status}", event.note)
        case events.ImpactDescribed():
            share = f"{event.share} of users" if event.share else ""
            since = f"since {moment_beside(event.began_at, event.at)}" if event.began_at else ""
            measure = ", ".join(filter(None, [share, since]))
            return with_more(f"Impact ({measure})" if measure else "Impact", event.text)
        case events.UpdateGiven():
            return f"Update: {event.text}"
        case events.IncidentResolved(told_later=True):
            return f"What fixed it: {event.resolution}"
        case events.IncidentResolved():
            return with_more("Issue resolved", event.resolution)
        case events.IncidentClosed():
            return "Incident closed"
        case events.IncidentCancelled():
            return with_more("Cancelled, it was no incident", event.reason)
        case events.IncidentReopened():
            return with_more("Reopened", event.reason)
        case _:
            assert_never(event)
