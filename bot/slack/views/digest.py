"""The incident's two lines in the channel that lists all incidents."""

from datetime import datetime

from bot.domain.incident.incident import Incident
from bot.slack.mrkdwn import escape_line
from bot.slack.views.blocks import Screen, screen, section
from bot.slack.views.wording import commander, elapsed, mark, title


def digest(incident: Incident, now: datetime) -> Screen:
    """Return the incident's summary at `now` (UTC), with a link to its channel."""
    first = f"{mark(incident.severity, incident.status)} *{title(incident)}*"
    if incident.channel.id and not incident.channel.lost_reason:
        first += f"  <#{incident.channel.id}>"
    elif incident.channel.lost_reason or any(
        failure.effect == "OpenChannel" for failure in incident.failures
    ):
        first += "  (no channel)"
    second = [f"{incident.severity}, {incident.status}", elapsed(incident, now)]
    if incident.service:
        second.append(escape_line(incident.service))
    second.append(commander(incident))
    return screen(
        f"{title(incident)}: {incident.severity}, {incident.status}",
        section(f"{first}\n{' · '.join(second)}"),
    )
