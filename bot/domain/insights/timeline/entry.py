"""A line of the timeline, and the context that its lines refer to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bot.domain import events
from bot.domain.incident.notes import apply_to_notes
from bot.domain.message import Message
from bot.domain.text.parts import Line, Part, line
from bot.domain.vocabulary import HypothesisVerdict


class Kind(StrEnum):
    """The subject of a line of the timeline."""

    COURSE = "course"
    ALERT = "alert"
    NOTE = "note"
    SEARCH = "search"
    REVIEW = "review"
    PEOPLE = "people"
    FOLLOW_UP = "follow-up"
    SETUP = "setup"
    TROUBLE = "trouble"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line: when it happened, who did it, what happened, and the message it marks, if any."""

    at: datetime
    by: str
    line: Line
    kind: Kind
    ref: str = ""


def entry(event: events.Event, kind: Kind, *parts: Part | str, more: str = "") -> Entry:
    """Return the line about an event, with `more` after a dash unless it is empty."""
    text = line(*parts, *((" — ", more) if more else ()))
    return Entry(at=event.at, by=event.by, line=text, kind=kind)


@dataclass(kw_only=True)
class Context:
    """The hypotheses, steps and messages that the lines refer to."""

    declared: events.IncidentDeclared | None = None
    #: Each hypothesis by its number, with its latest area.
    hypotheses: dict[int, events.HypothesisOpened] = field(default_factory=dict)
    #: The titles of steps by ID.
    steps: dict[str, str] = field(default_factory=dict)
    #: The messages of the channel by ref, and the version of each note that was not removed.
    messages: dict[str, Message]
    #: What people confirmed and called the cause: when, who, and the words.
    confirmed: set[tuple[datetime, str, str]] = field(default_factory=set)
    causes: set[tuple[datetime, str, str]] = field(default_factory=set)
    notes: dict[str, int] = field(default_factory=dict)
    #: Each note by ref, with its latest correction.
    current_notes: Mapping[str, events.NoteAdded] = field(default_factory=dict)


def repeats(event: events.AnyEvent, context: Context) -> bool:
    """Return whether another line says the same: the cause that was confirmed, or the status that follows."""
    match event:
        case events.CauseNamed():
            opened = context.hypotheses.get(event.hypothesis)
            return opened is not None and (event.at, event.by, opened.text) in context.confirmed
        case events.StatusChanged():
            said = (event.at, event.by, event.note)
            return said in context.confirmed or said in context.causes
        case _:
            return False


def context_of(history: Iterable[tuple[int, events.AnyEvent]], messages: Iterable[Message]) -> Context:
    """Return the context of the lines, given the events in the order of their versions."""
    context = Context(messages={message.ref: message for message in messages})
    for version, event in history:
        if isinstance(event, events.NoteEvent):
            context.current_notes = apply_to_notes(context.current_notes, event)
        match event:
            case events.IncidentDeclared():
                context.declared = event
            case events.RunbookChosen():
                context.steps |= {step.id: step.title for step in event.runbook.steps}
            case events.HypothesisOpened():
                context.hypotheses[event.number] = event
            case events.HypothesisAreaChanged():
                hypothesis = context.hypotheses[event.number]
                context.hypotheses[event.number] = replace(hypothesis, area=event.area, is_guess=False)
            case events.HypothesisClosed(verdict=HypothesisVerdict.CONFIRMED):
                context.confirmed.add((event.at, event.by, context.hypotheses[event.number].text))
            case events.CauseNamed():
                context.causes.add((event.at, event.by, event.text))
            case events.NoteAdded():
                context.notes[event.ref] = version
            case events.NoteRemoved():
                context.notes.pop(event.ref, None)
            case _:
                pass
    return context
