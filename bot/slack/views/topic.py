"""The channel's topic: how things stand, in a line."""

from bot.domain.incident import Incident

#: docs.slack.dev/reference/methods/conversations.setTopic
MAX_TOPIC = 250


def topic(incident: Incident) -> str:
    """Return severity, status, commander and title, cut at Slack's limit; plain text, so not escaped."""
    commander = f"<@{incident.commander}>" if incident.commander else "nobody yet"
    text = f"{incident.severity} · {incident.status} · commander: {commander} · {incident.title}"
    return text if len(text) <= MAX_TOPIC else text[: MAX_TOPIC - 1] + "…"
