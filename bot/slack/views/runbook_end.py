"""The message that a runbook ended without a cause, with a suggestion of whom to escalate to."""

from collections.abc import Iterator

from bot.domain.incident.incident import Incident
from bot.domain.recipient import SlackUser, UserGroup, parse_recipient
from bot.slack.mrkdwn import escape_line, mention
from bot.slack.views.blocks import Block, Screen, actions, button, paragraph, screen, section
from bot.slack.views.escalation import by_reachability
from bot.slack.views.wording import skipped

CALL_IN = "runbook_end.call_in"

NONE_LEFT = "No runbook steps left"
STOPPED = "The runbook stops here"


def runbook_end(incident: Incident) -> Screen:
    """Return why the runbook ended and a button to escalate, or one line if the investigation continued."""
    if not incident.runbook_exhausted:
        return paragraph("The runbook ended here without a cause. The investigation continued.")
    last = incident.investigation.stopped_by
    reason = (
        f"*{STOPPED}, without a cause.* “{escape_line(last.title)}” is clear, so no more steps are offered."
        if last
        else f"*{NONE_LEFT}, and no cause found.*"
    )
    skips = f" Skipped: {titles}." if (titles := skipped(incident)) else ""
    text = f"{reason}{skips}\n{options(incident)}"
    return screen(text, section(text), actions(*_buttons(incident)))


def next_action(incident: Incident) -> str:
    """Return why the runbook ended and who to escalate to, for the card, as mrkdwn."""
    return f"*{STOPPED if incident.investigation.stopped_by else NONE_LEFT}.* {options(incident)}"


def options(incident: Incident) -> str:
    """Return who to escalate to, or once that is done, the commands to continue with."""
    if incident.not_yet_escalated_to:
        return f"Escalate to {', '.join(map(mention, incident.not_yet_escalated_to))}."
    notified, unreachable = by_reachability(incident.investigation.runbook_escalation)
    escalated = f"Escalated to: {notified}. " if notified else ""
    asked = f"Asked for: {unreachable}. " if unreachable else ""
    commands = "Open a hypothesis: `/incident suspect …`. Escalate: `/incident escalate @name why`."
    return f"{escalated}{asked}{commands}"


def _buttons(incident: Incident) -> Iterator[Block]:
    """Yield a button for the first recipient who is still to be notified. Buttons can't show mentions."""
    for who in incident.not_yet_escalated_to[:1]:
        in_words = not isinstance(parse_recipient(who), SlackUser | UserGroup)
        label = f"Escalate to {who}" if in_words else "Escalate"
        yield button(label, CALL_IN, f"{incident.number} {who}", style="primary")
