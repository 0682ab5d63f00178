"""The review of a runbook after an incident, for its owner."""

from collections.abc import Iterable

from bot.domain.incident.follow_up import RunbookFeedback
from bot.domain.incident.incident import Incident
from bot.domain.runbooks.runbook import Step
from bot.slack.mrkdwn import escape_keeping_mentions, escape_line, mention
from bot.slack.views.blocks import Screen, paragraph
from bot.slack.views.wording import with_area


def runbook_feedback(feedback: RunbookFeedback, incident: Incident) -> Screen:
    """Return the cause and the step that found it, the steps that found nothing, and the skipped steps."""
    runbook = incident.investigation.runbook
    owner = f" ({mention(runbook.owner)})" if runbook and runbook.owner else ""
    name = escape_line(runbook.title) if runbook else ""
    lines = [f"*Runbook review after {incident.name}: “{name}”*{owner}"]
    if feedback.cause:
        lines.append(f"• {_cause(feedback)}")
    if feedback.also_found:
        marked = "Also marked" if feedback.found_by else "Marked"
        lines.append(f"• {marked} as the cause: {_titles(feedback.also_found)}")
    if feedback.found_nothing:
        lines.append(f"• Found nothing: {_titles(feedback.found_nothing)}")
    if feedback.skipped:
        lines.append(f"• Skipped: {_titles(feedback.skipped)}")
    return paragraph("\n".join(lines))


def _cause(feedback: RunbookFeedback) -> str:
    """Return the cause and the step that found it. An unmarked step may still have found it."""
    cause = f"Cause: {escape_keeping_mentions(feedback.cause).rstrip('.')}."
    if feedback.found_by:
        return f"{cause} Found by: {_titles(feedback.found_by)}"
    if feedback.also_found:
        return cause
    if feedback.area and not feedback.in_its_area:
        return f"{cause} No step covers the area {feedback.area}."
    closest = f" Closest: {_titles(feedback.in_its_area)}" if feedback.in_its_area else ""
    return f"{cause} No step was marked as the cause.{closest}"


def _titles(steps: Iterable[Step]) -> str:
    return ", ".join(map(with_area, steps))
