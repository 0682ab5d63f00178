"""The timeline's lines about escalation and status updates."""

from collections.abc import Iterator
from typing import assert_never

from bot.domain import events
from bot.domain.insights.timeline.entry import Entry, Kind, entry
from bot.domain.text.parts import Person, moment_beside


def escalation_entries(event: events.EscalationEvent) -> Iterator[Entry]:
    """Yield the lines about an event of the escalation."""
    match event:
        case events.EscalationDue():
            reason = event.reason or event.lack.was_unmet
            yield entry(event, Kind.SETUP, f"Escalation due: {reason}")
        case events.EscalationMade():
            yield entry(event, Kind.PEOPLE, "Escalated to ", Person(event.who), more=event.reason)
        case events.EscalationSnoozed():
            until = moment_beside(event.until, event.at)
            yield entry(event, Kind.PEOPLE, "Escalation paused until ", until, more=event.reason)
        case events.PageSent():
            yield entry(event, Kind.SETUP, f"Paged {event.to}")
        case events.PageFailed():
            yield entry(event, Kind.PEOPLE, f"Could not page {event.to}", more=event.why)
        case events.PageAcknowledged():
            yield entry(event, Kind.PEOPLE, f"Page to {event.to} acknowledged")
        case events.UpdatePosted():
            yield entry(event, Kind.COURSE, f"Update: {event.text}")
        case events.LadderChosen() | events.ReminderPosted():
            return
        case _:
            assert_never(event)
