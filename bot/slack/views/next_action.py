"""The next action on the card once the cause is known or users are no longer affected."""

from collections.abc import Iterator

from bot.domain.incident.incident import Incident
from bot.domain.runbooks.runbook import Step
from bot.domain.vocabulary import Status
from bot.slack.mrkdwn import escape_keeping_mentions, from_markdown, mention
from bot.slack.views.wording import numbered

RESOLVE = "`/incident resolve what fixed it`"


def next_action(incident: Incident) -> str:
    """Return the next action if the cause is known or the status requires one, as mrkdwn, or ""."""
    if incident.status is Status.MONITORING:
        return f"*Next:* Check that users are back to normal, then resolve: {RESOLVE}."
    if incident.status.has_impact and incident.investigation.cause:
        return _fix_it(incident.investigation.step_to_fix)
    if incident.status is Status.IDENTIFIED and not any(incident.investigation.unrecorded_causes):
        return (
            f"*Next:* Record the cause: `/incident cause what was wrong`. Then fix it and resolve: {RESOLVE}."
        )
    return ""


def _fix_it(step: Step | None) -> str:
    if step is None:
        return f"*Next:* Fix it, then resolve: {RESOLVE}."
    fix = from_markdown(step.fix.strip())
    if "\n" in fix:
        return f"*Next{fixer(step)}:*\n{fix}\nThen resolve: {RESOLVE}."
    return f"*Next{fixer(step)}:* {fix.rstrip('.')}, then resolve: {RESOLVE}."


def fixer(step: Step) -> str:
    """Return in brackets who applies the fix of a step, as mrkdwn, or "" if anyone may apply it."""
    return f" ({mention(step.fix_by)} applies the fix)" if step.fix_by else ""


def unrecorded_causes(incident: Incident) -> Iterator[str]:
    """Yield each step and hypothesis that people called the cause, if no cause is recorded, as mrkdwn."""
    steps, hypotheses = incident.investigation.unrecorded_causes
    for step in steps:
        by = mention(incident.investigation.state_of(step.id).by)
        yield (
            f"*Marked as the cause, but no cause is recorded:* {numbered(incident, step)} — {by}. "
            f"Record it: `/incident found {step.id}`. Rule it out: `/incident clear {step.id}: why`."
        )
    for hypothesis in hypotheses:
        text = f"{hypothesis.number}. {escape_keeping_mentions(hypothesis.text)} ({hypothesis.area_text})"
        yield (
            f"*Confirmed, but no cause is recorded:* hypothesis {text} — {mention(hypothesis.closed_by)}. "
            f"Record it: `/incident confirmed {hypothesis.number}`. "
            f"Rule it out: `/incident refuted {hypothesis.number} why`."
        )
