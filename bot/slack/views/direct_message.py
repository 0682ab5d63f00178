"""Direct messages: escalations, and news that the incident's channel can't deliver."""

import math
from collections.abc import Sequence
from typing import assert_never

from bot.domain import events
from bot.domain.incident.incident import Incident
from bot.domain.insights.recipients import DirectMessageEvent
from bot.slack.mrkdwn import escape, mention
from bot.slack.views.blocks import Screen, screen, section
from bot.slack.views.escalation import escalation_due, escalation_made
from bot.slack.views.wording import failed_effect, headline, sentence, title

#: Incidents that are named in a summary.
MAX_LISTED = 10


def direct_message(event: DirectMessageEvent, incident: Incident) -> Screen:
    """Return the direct message about an event."""
    text = _text(event, incident)
    return screen(f"{title(incident)}: {text}", section(f"*{escape(headline(incident))}*\n{text}"))


def delayed_channels(incidents: Sequence[Incident]) -> Screen:
    """Return the summary of incidents whose channels are delayed, with the most severe first."""
    ranked = sorted(incidents, key=lambda incident: (incident.severity, incident.number))
    lines = [f"• {escape(headline(incident))}" for incident in ranked[:MAX_LISTED]]
    if len(ranked) > MAX_LISTED:
        lines.append(f"• and {len(ranked) - MAX_LISTED} more")
    text = (
        f"{len(ranked)} more incidents declared. Slack's rate limit delays their channels. "
        "`/incident list` shows all of them."
    )
    return screen(text, section("\n".join((text, *lines))))


def declared_here(incident: Incident, name: str) -> Screen:
    """Return the line, with a link, for the channel where the incident was declared.

    `name` is the display name of the person who declared it, or "". A mention would notify them.
    """
    who, where = escape(name) or mention(incident.declared_by), f"→ <#{incident.channel.id}>"
    text = f"{who} declared {title(incident)} ({incident.severity}). {where}"
    return screen(text, section(text))


def _text(event: DirectMessageEvent, incident: Incident) -> str:
    command, state = f"/incident {incident.name}", f"{incident.severity}, {incident.status}"
    where = f"<#{incident.channel.id}>" if incident.channel.id else f"`{command} status`"
    anywhere = f"You can use `{command} note …` and `{command} status` anywhere."
    match event:
        case events.ChannelDelayed():
            return (
                f"{incident.severity} incident declared. Slack's rate limit delays its channel by about "
                f"{_wait(event.seconds)}. {anywhere}"
            )
        case events.ChannelLost():
            return f"The incident's channel is unavailable: {sentence(escape(event.why))} {anywhere}"
        case events.EscalationDue():
            return f"{state}. {escalation_due(event, incident, command)}\n→ {where}"
        case events.EscalationMade():
            return f"{state}. {escalation_made(event, incident)}\n→ {where}"
        case events.EffectFailed():
            return f"{state}. {sentence(failed_effect(event.effect, event.why))} {anywhere}"
        case _:
            assert_never(event)


def _wait(seconds: float) -> str:
    return f"{math.ceil(seconds)} s" if seconds < 90 else f"{math.ceil(seconds / 60)} min"
