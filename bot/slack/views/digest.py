"""The incident's lines in the digest channel."""

from datetime import datetime

from bot.domain.incident.incident import Incident
from bot.slack.mrkdwn import escape_keeping_mentions, escape_line, one_line
from bot.slack.views.blocks import Screen, screen, section
from bot.slack.views.wording import commander, elapsed, mark, title


def digest(incident: Incident, now: datetime) -> Screen:
    """Return the summary at `now` (UTC), with a link to the incident's channel and the last update."""
    first = f"{mark(incident.severity, incident.status)} *{title(incident)}*"
    if incident.channel.id and not incident.channel.lost_reason:
        first += f"  <#{incident.channel.id}>"
    elif incident.channel.lost_reason or "OpenChannel" in {failure.effect for failure in incident.failures}:
        first += "  (no channel)"
    state = f"{incident.severity}, {incident.status}"
    service = [escape_line(incident.service)] if incident.service else []
    second = " · ".join([state, elapsed(incident, now), *service, commander(incident)])
    lines = [first, second]
    if incident.status_update and incident.is_active:
        lines.append(f"*Last update:* {escape_keeping_mentions(one_line(incident.status_update))}")
    return screen(f"{title(incident)}: {state}", section("\n".join(lines)))
