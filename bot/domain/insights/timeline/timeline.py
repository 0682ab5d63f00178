"""The timeline of an incident: its events and the messages that people marked, in order."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from operator import itemgetter
from typing import assert_never

from bot.domain import events
from bot.domain.insights.effect_words import failure
from bot.domain.insights.timeline.entry import Context, Entry, Kind, context_of, entry, repeats
from bot.domain.insights.timeline.escalation import escalation_entries
from bot.domain.insights.timeline.investigation import hypothesis_entry, runbook_entry
from bot.domain.insights.timeline.lifecycle import lifecycle_entries
from bot.domain.message import Message
from bot.domain.recipient import is_slack_user
from bot.domain.text.parts import Line, Part, Person, Reader, Text

#: Shown in the detailed timeline only: bookkeeping, and events with their own section in the postmortem.
DETAILS = frozenset({Kind.FOLLOW_UP, Kind.REVIEW, Kind.SETUP, Kind.TROUBLE})


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
    by_version = sorted(recorded, key=itemgetter(0))
    context = context_of(by_version, messages)
    lines = [
        replace(entry, line=tuple(_read(entry.line, read)))
        for version, event in by_version
        for entry in _entries(version, event, context)
        if detail or not (entry.kind in DETAILS or repeats(event, context))
    ]
    return tuple(sorted(lines, key=lambda line: line.at))


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


def _entries(version: int, event: events.AnyEvent, context: Context) -> Iterator[Entry]:
    if isinstance(event, events.LifecycleEvent):
        yield from lifecycle_entries(version, event, context)
    elif isinstance(event, events.RunbookEvent):
        yield runbook_entry(event, context)
    elif isinstance(event, events.HypothesisEvent):
        yield hypothesis_entry(event, context)
    elif isinstance(event, events.EscalationEvent):
        yield from escalation_entries(event)
    elif isinstance(event, events.FollowUpEvent):
        yield _follow_up(event)
    else:
        yield from _slack(event)


def _follow_up(event: events.FollowUpEvent) -> Entry:
    match event:
        case events.ImprovementProposed():
            return entry(event, Kind.FOLLOW_UP, f"Improvement: {event.title}", more=event.text)
        case events.ActionItemAdded():
            title = f"Task {event.number}: {event.title}"
            return entry(event, Kind.FOLLOW_UP, title, more=event.text)
        case events.ActionItemChanged():
            return entry(event, Kind.FOLLOW_UP, f"Task {event.number} changed")
        case events.ActionItemClosed():
            return entry(event, Kind.FOLLOW_UP, f"Task {event.number} {event.state}", more=event.evidence)
        case events.ActionItemReopened():
            return entry(event, Kind.FOLLOW_UP, f"Task {event.number} reopened", more=event.reason)
        case events.PostmortemDrafted():
            return entry(event, Kind.SETUP, "Postmortem drafted")
        case events.PostmortemRequested():
            return entry(event, Kind.SETUP, "Postmortem requested")
        case _:
            assert_never(event)


def _slack(event: events.SlackEvent) -> Iterator[Entry]:
    match event:
        case events.ChannelOpened():
            yield entry(event, Kind.SETUP, f"Channel #{event.name} opened")
        case events.ChannelDelayed():
            text = f"Channel could not be opened yet; next try in {event.seconds:.0f} s"
            yield entry(event, Kind.SETUP, text)
        case events.ChannelLost():
            yield entry(event, Kind.SETUP, "Channel unavailable", more=event.why)
        case events.ChannelUnarchived():
            yield entry(event, Kind.SETUP, "Channel unarchived")
        case events.PeopleInvited():
            names = [part for person in event.people for part in (", ", Person(person))][1:]
            missing = f"; could not invite {', '.join(event.missing)}" if event.missing else ""
            yield entry(event, Kind.SETUP, "Invited: ", *(names or ["nobody"]), missing)
        case events.EffectFailed():
            yield entry(event, Kind.TROUBLE, failure(event.effect).capitalize(), more=event.why)
        case events.MessagePosted():
            return
        case _:
            assert_never(event)
