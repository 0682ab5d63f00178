"""The topic of the incident's channel: how things stand, where everybody sees it."""

from bot.domain.incident.incident import Incident
from bot.slack.mrkdwn import escape_title
from bot.slack.views.blocks import cut_mrkdwn
from bot.slack.views.wording import commander, mark

# docs.slack.dev/reference/methods/conversations.setTopic: `too_long` above it.
MAX_TOPIC = 250


def topic(incident: Incident) -> str:
    """Return the topic: no time and no passing status, for Slack posts a notice at each change."""
    status = "" if incident.is_active else f" · {incident.status}"
    stands = f"{mark(incident.severity, incident.status)} {incident.severity}{status} · {commander(incident)}"
    drill = " · DRILL" if incident.is_drill else ""
    return cut_mrkdwn(f"{stands}{drill} · {escape_title(incident.title)}", MAX_TOPIC)
