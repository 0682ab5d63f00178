"""The timeline's lines about escalation."""

from typing import assert_never

from bot.domain import events
from bot.domain.insights.timeline.phrases import with_more
from bot.domain.text.parts import Line, Person, line, moment_beside

EscalationLine = (
    events.EscalationDue
    | events.EscalationMade
    | events.EscalationSnoozed
    | events.PageSent
    | events.PageFailed
    | events.PageAcknowledged
)


def escalation_line(event: EscalationLine) -> Line:
    """Return the line for an event of the escalation."""
    match event:
        case events.EscalationDue():
            return line(f"Escalation due: {event.reason or event.lack.was_unmet}")
        case events.EscalationMade():
            return with_more("Escalated to ", Person(event.who), more=event.reason)
        case events.EscalationSnoozed():
            until = moment_beside(event.until, event.at)
            return with_more("Escalation paused until ", until, more=event.reason)
        case events.PageSent():
            return line(f"Paged {event.to}")
        case events.PageFailed():
            return with_more(f"Could not page {event.to}", more=event.why)
        case events.PageAcknowledged():
            return line(f"Page to {event.to} acknowledged")
        case _:
            assert_never(event)
