"""What a closed incident says to whoever keeps its runbook."""

from collections.abc import Iterable

from bot.domain.incident.follow_up import RunbookFeedback
from bot.domain.incident.incident import Incident
from bot.domain.runbooks.runbook import Step
from bot.slack.mrkdwn import escape_keeping_mentions, escape_line, mention
from bot.slack.views.blocks import Screen, screen, section
from bot.slack.views.wording import with_area


def runbook_feedback(teaching: RunbookFeedback, incident: Incident) -> Screen:
    """Return the steps that found nothing, those skipped, and the cause with what found it."""
    runbook = incident.investigation.runbook
    owner = f" ({mention(runbook.owner)})" if runbook and runbook.owner else ""
    name = escape_line(runbook.title) if runbook else ""
    lines = [f"*What {incident.name} taught the runbook “{name}”*{owner}"]
    if teaching.cause:
        lines.append(f"• {_cause(teaching)}")
    if teaching.found_nothing:
        lines.append(f"• Found nothing: {_titles(teaching.found_nothing)}")
    if teaching.skipped:
        lines.append(f"• Skipped: {_titles(teaching.skipped)}")
    text = "\n".join(lines)
    return screen(text, section(text))


def _cause(teaching: RunbookFeedback) -> str:
    """Return the cause, and what is known of the step that found it: unsaid does not mean that none did."""
    cause = escape_keeping_mentions(teaching.cause).rstrip(".")
    if teaching.found_by:
        return f"The cause: {cause}. Found by: {_titles(teaching.found_by)}"
    if teaching.in_its_area:
        there = _titles(teaching.in_its_area)
        return f"Nobody said which step found the cause: {cause}. In its area: {there}"
    if teaching.area:
        return f"No step covered the cause: {cause}"
    return f"Nobody said which step found the cause: {cause}"


def _titles(steps: Iterable[Step]) -> str:
    return ", ".join(map(with_area, steps))
