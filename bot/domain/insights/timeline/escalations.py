"""How calling others in reads on the timeline."""

from typing import assert_never

from bot.domain import events
from bot.domain.insights.timeline.phrases import mention, with_more
from bot.domain.text.times import moment_beside

EscalationLine = (
    events.EscalationDue
    | events.EscalationMade
    | events.ClockSnoozed
    | events.PageSent
    | events.PageFailed
    | events.PageAcknowledged
)


def escalation_line(event: EscalationLine) -> str:
    """Return what was done, or what was not, to bring others in."""
    match event:
        case events.EscalationDue():
            return f"Time to call somebody in: {event.reason or event.lack.was_unmet}"
        case events.EscalationMade():
            return with_more(f"Escalated to {mention(event.who)}", event.reason)
        case events.ClockSnoozed():
            return with_more(f"Escalation held up until {moment_beside(event.until, event.at)}", event.reason)
        case events.PageSent():
            return f"{event.to} took the page"
        case events.PageFailed():
            return with_more(f"{event.to} could not be reached", event.why)
        case events.PageAcknowledged():
            return f"The page of {event.to} was answered"
        case _:
            assert_never(event)
