"""The topic of the incident's channel."""

from bot.domain.incident.incident import Incident
from bot.slack.mrkdwn import escape_title
from bot.slack.views.blocks import cut_mrkdwn
from bot.slack.views.wording import commander, mark

# docs.slack.dev/reference/methods/conversations.setTopic: `too_long` above it.
MAX_TOPIC = 250


def topic(incident: Incident) -> str:
    """Return the topic, without times and passing statuses: Slack posts a notice at each change."""
    status = "" if incident.is_active else f" · {incident.status}"
    drill = " · DRILL" if incident.is_drill else ""
    state = f"{mark(incident.severity, incident.status)} {incident.severity}{status}"
    text = f"{state} · {commander(incident)}{drill} · {escape_title(incident.title)}"
    return cut_mrkdwn(text, MAX_TOPIC)
