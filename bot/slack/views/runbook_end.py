"""The end of a runbook that found no cause: that it is so, and who is called in now."""

from bot.domain.escalation.ladder import is_user_group
from bot.domain.incident.incident import Incident, is_slack_user
from bot.domain.insights.recipients import can_be_notified
from bot.slack.mrkdwn import escape_line
from bot.slack.views.blocks import Block, Screen, actions, button, screen, section
from bot.slack.views.wording import recipient, skipped

CALL_IN = "runbook_end.call_in"

NONE_LEFT = "No step is left"
AT_A_STOP = "The runbook stops here"


def runbook_end(incident: Incident) -> Screen:
    """Return that it is at its end and why, with a button that calls others in; a line once that is past."""
    if not incident.runbook_exhausted:
        text = "The runbook was at its end here, without a cause; the search went on."
        return screen(text, section(text))
    last = incident.investigation.stopped_by
    why = (
        f"*{AT_A_STOP}, without a cause.* “{escape_line(last.title)}” is clear, so no other step is offered."
        if last
        else f"*{NONE_LEFT}, and none found the cause.*"
    )
    left_out = f" Skipped: {titles}." if (titles := skipped(incident)) else ""
    text = f"{why}{left_out}\n{next_move(incident)}"
    return screen(text, section(text), actions(*_buttons(incident)))


def in_short(incident: Incident) -> str:
    """Return the same for the card, as mrkdwn."""
    return f"*{AT_A_STOP if incident.investigation.stopped_by else NONE_LEFT}* {next_move(incident)}"


def next_move(incident: Incident) -> str:
    """Return who is to be called in, or what else is left to do, as mrkdwn."""
    if incident.not_yet_escalated_to:
        return f"Call in {', '.join(recipient(who) for who in incident.not_yet_escalated_to)}."
    who_knows = incident.investigation.runbook_escalation
    called = ", ".join(recipient(who) for who in who_knows if can_be_notified(who))
    asked = ", ".join(recipient(who) for who in who_knows if not can_be_notified(who))
    return (
        f"{f'Called in: {called}. ' if called else ''}{f'Asked for: {asked}. ' if asked else ''}"
        "`/incident suspect what it may be` opens a trail, `/incident escalate @name why` calls others in."
    )


def _buttons(incident: Incident) -> tuple[Block, ...]:
    """One for the first who is not called in yet: buttons show no mentions, only words."""
    for who in incident.not_yet_escalated_to[:1]:
        label = "Call them in" if is_slack_user(who) or is_user_group(who) else f"Call in {who}"
        return (button(label, CALL_IN, f"{incident.number} {who}", style="primary"),)
    return ()
