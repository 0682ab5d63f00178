"""How calling others in reads on the timeline."""

from typing import assert_never

from bot.domain import events as e
from bot.domain.insights.timeline.phrases import mention, with_more
from bot.domain.text.times import moment_beside

OfCall = e.EscalationDue | e.EscalationMade | e.ClockSnoozed | e.PageSent | e.PageFailed | e.PageAcknowledged


def told(event: OfCall) -> str:
    """Return what was done, or what was not, to bring others in."""
    match event:
        case e.EscalationDue():
            return f"Time to call somebody in: {event.reason or event.lack.in_hindsight}"
        case e.EscalationMade():
            return with_more(f"Escalated to {mention(event.who)}", event.reason)
        case e.ClockSnoozed():
            return with_more(f"Escalation held up until {moment_beside(event.until, event.at)}", event.reason)
        case e.PageSent():
            return f"{event.to} took the page"
        case e.PageFailed():
            return with_more(f"{event.to} could not be reached", event.why)
        case e.PageAcknowledged():
            return f"The page of {event.to} was answered"
        case _:
            assert_never(event)
