"""What people are told directly: those whom the channel cannot tell, and those who are called in."""

import math

from bot.domain import events as e
from bot.domain.incident.incident import Incident
from bot.slack.mrkdwn import escape
from bot.slack.views import escalation
from bot.slack.views.blocks import Screen, screen, section
from bot.slack.views.wording import headline, sentence, title, undone


def direct(event: e.AnyEvent, incident: Incident) -> Screen | None:
    """Return what to tell people of an event, or nothing when the channel tells them."""
    text = _text(event, incident)
    if text is None:
        return None
    return screen(f"{title(incident)}: {text}", section(f"*{escape(headline(incident))}*\n{text}"))


def _text(event: e.AnyEvent, i: Incident) -> str | None:
    goes_on = f"`/incident {i.name} note …` and `/incident {i.name} status` work anywhere."
    match event:
        case e.ChannelDelayed():
            return (
                f"{i.severity} is declared; Slack lets us open its channel in about {_wait(event.seconds)}. "
                f"Until then {goes_on}"
            )
        case e.ChannelLost():
            return f"Its channel is lost: {sentence(escape(event.why))} The incident goes on: {goes_on}"
        case e.EscalationDue() | e.EscalationMade():
            where = f"<#{i.channel}>" if i.channel else f"`/incident {i.name} status`"
            return f"{i.severity}, {i.status}. {escalation.call(event, i)}\n→ {where}"
        case e.EffectGaveUp():
            return f"{i.severity}, {i.status}. {sentence(undone(event.effect, event.why))} Still: {goes_on}"
        case _:
            # The channel tells it, and nobody is disturbed twice.
            return None


def _wait(seconds: float) -> str:
    return f"{math.ceil(seconds)} s" if seconds < 90 else f"{math.ceil(seconds / 60)} min"
