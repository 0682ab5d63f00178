"""The one-time question who commands."""

from bot.domain.incident.incident import Incident
from bot.slack.mrkdwn import mention
from bot.slack.views.blocks import Screen, actions, button, screen, section
from bot.slack.views.wording import title

TAKE_COMMAND = "ask.take_command"


def commander(incident: Incident) -> Screen:
    """Return the question, with the button that answers it; then who answered it."""
    if incident.commander:
        answer = f"Nobody commanded {incident.name}. {mention(incident.commander)} does now."
        return screen(answer, section(answer))
    text = f"Nobody commands {incident.name} yet. One person decides, the others look. Who takes it?"
    return screen(
        f"{title(incident)}: nobody commands it yet",
        section(text),
        actions(button("I'm commander", TAKE_COMMAND, str(incident.number), style="primary")),
    )
