"""The question who becomes incident commander."""

from bot.domain.incident.incident import Incident
from bot.slack.mrkdwn import mention
from bot.slack.views.blocks import Screen, actions, button, paragraph, screen, section
from bot.slack.views.wording import title

TAKE_COMMAND = "ask.take_command"


def commander_question(incident: Incident) -> Screen:
    """Return the question with its button, or the commander once there is one."""
    if incident.commander:
        return paragraph(f"{mention(incident.commander)} is now incident commander.")
    return screen(
        f"{title(incident)}: no incident commander yet",
        section("*No incident commander yet.* Who will take the role?"),
        actions(button("Become commander", TAKE_COMMAND, str(incident.number), style="primary")),
    )
