"""What people are told directly: those whom the channel cannot tell, and those who are called in."""

import math

from bot.domain import events
from bot.domain.incident.incident import Incident
from bot.slack.mrkdwn import escape
from bot.slack.views import escalation
from bot.slack.views.blocks import Screen, screen, section
from bot.slack.views.wording import failed_effect, headline, sentence, title


def direct_message(event: events.AnyEvent, incident: Incident) -> Screen | None:
    """Return what to tell people of an event, or nothing when the channel tells them."""
    text = _text(event, incident)
    if text is None:
        return None
    return screen(f"{title(incident)}: {text}", section(f"*{escape(headline(incident))}*\n{text}"))


def _text(event: events.AnyEvent, incident: Incident) -> str | None:
    goes_on = f"`/incident {incident.name} note …` and `/incident {incident.name} status` work anywhere."
    state = f"{incident.severity}, {incident.status}"
    match event:
        case events.ChannelDelayed():
            return (
                f"{incident.severity} is declared; Slack lets us open its channel in about "
                f"{_wait(event.seconds)}. Until then {goes_on}"
            )
        case events.ChannelLost():
            return f"Its channel is lost: {sentence(escape(event.why))} The incident goes on: {goes_on}"
        case events.EscalationDue() | events.EscalationMade():
            where = (
                f"<#{incident.channel.id}>" if incident.channel.id else f"`/incident {incident.name} status`"
            )
            return f"{state}. {escalation.call(event, incident)}\n→ {where}"
        case events.EffectGaveUp():
            return f"{state}. {sentence(failed_effect(event.effect, event.why))} Still: {goes_on}"
        case _:
            # The channel tells it, and nobody is disturbed twice.
            return None


def _wait(seconds: float) -> str:
    return f"{math.ceil(seconds)} s" if seconds < 90 else f"{math.ceil(seconds / 60)} min"
