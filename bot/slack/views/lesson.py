"""What a closed incident says to whoever keeps its runbook."""

from collections.abc import Iterable

from bot.domain.experience import Teaching
from bot.domain.incident import Incident
from bot.domain.runbook import Step
from bot.slack.mrkdwn import escape, mention, one_line, said
from bot.slack.views.blocks import Screen, screen, section


def lesson(teaching: Teaching, incident: Incident) -> Screen:
    """Return the steps that found nothing, those skipped, and a cause that no step has."""
    runbook = incident.runbook
    owner = f" ({mention(runbook.owner)})" if runbook and runbook.owner else ""
    name = escape(one_line(runbook.title)) if runbook else ""
    lines = [f"*What {incident.name} taught the runbook “{name}”*{owner}"]
    if teaching.uncovered:
        lines.append(f"• No step covered the cause: {said(teaching.uncovered)}")
    if teaching.unassigned:
        lines.append(f"• Nobody said which step found the cause: {said(teaching.unassigned)}")
    if teaching.found_nothing:
        lines.append(f"• Found nothing: {_titles(teaching.found_nothing)}")
    if teaching.skipped:
        lines.append(f"• Skipped: {_titles(teaching.skipped)}")
    text = "\n".join(lines)
    return screen(text, section(text))


def _titles(steps: Iterable[Step]) -> str:
    return ", ".join(f"{escape(one_line(step.title))} ({step.area})" for step in steps)
