"""Words and marks that several screens share."""

from datetime import datetime

from bot.domain.effects.words import failure
from bot.domain.escalation.ladder import is_user_group
from bot.domain.events import Event
from bot.domain.incident.incident import Incident, is_slack_user
from bot.domain.insights.coverage import Coverage, board
from bot.domain.runbooks.runbook import Step
from bot.domain.text.times import duration
from bot.domain.vocabulary import Area, HypothesisVerdict, Severity, Status, StepOutcome
from bot.slack.mrkdwn import escape, escape_keeping_mentions, escape_line, escape_title, mention, one_line

#: The one mark an incident has; the words beside it say the same.
MARKS = {Severity.SEV1: "🔴", Severity.SEV2: "🟠", Severity.SEV3: "🟡", Severity.SEV4: "🔵"}

#: How a suspicion ended.
VERDICTS = {HypothesisVerdict.CONFIRMED: "🎯", HypothesisVerdict.REFUTED: "✗", HypothesisVerdict.PARKED: "⏸"}


def mark(severity: Severity, status: Status) -> str:
    """Return the incident's mark: its severity's colour, or that it is over."""
    if status is Status.CANCELLED:
        return "⚪"
    return "🟢" if status.is_over or status is Status.RESOLVED else MARKS[severity]


def headline(incident: Incident) -> str:
    """Return mark, name and title in plain text, for a header."""
    marked = mark(incident.severity, incident.status)
    return f"{marked} {incident.full_name} {one_line(incident.title)}"


def title(incident: Incident) -> str:
    """Return name and title as mrkdwn."""
    return escape_title(f"{incident.full_name} {incident.title}")


def commander(incident: Incident) -> str:
    """Return who commands, as mrkdwn, or that nobody does."""
    if incident.commander:
        return f"commander {mention(incident.commander)}"
    return "no commander yet" if incident.is_active else "no commander"


def elapsed(incident: Incident, now: datetime) -> str:
    """Return for how long users have felt it, or did."""
    began = incident.started_at or now
    return duration((incident.ended_at or incident.closed_at or now) - began)


def failed_effect(effect: str, why: str) -> str:
    """Return as mrkdwn what could not be done, and why."""
    return escape(f"{failure(effect)}: {one_line(why)}")


def by(event: Event) -> str:
    """Return who did it, as mrkdwn."""
    return f"by {mention(event.by)}"


def seen(evidence: str, teller: str, settler: str) -> str:
    """Return what was seen, in brackets, and who tells it if that is not who settled it."""
    told_by = "" if teller == settler else f", says {mention(teller)}"
    return f" ({escape_keeping_mentions(evidence)}{told_by})" if evidence else ""


def recipient(who: str) -> str:
    """Return whom people named: a Slack user as a mention, a team or anything else as they said it."""
    if is_user_group(who):
        return f"<!subteam^{who}>"
    return mention(who) if is_slack_user(who) else escape_keeping_mentions(who)


def sentence(text: str) -> str:
    """Return the text with a capital in front and a stop behind."""
    return text[:1].upper() + text[1:].rstrip(".") + "."


def with_area(step: Step) -> str:
    """Return a step's title and its area, as mrkdwn."""
    return f"{escape_line(step.title)} ({step.area})"


def skipped(incident: Incident) -> str:
    """Return the titles of the steps that were passed over, as mrkdwn."""
    steps = incident.investigation.steps_in_order
    return ", ".join(
        escape_line(step.title)
        for step in steps
        if incident.investigation.state_of(step.id).outcome is StepOutcome.SKIPPED
    )


def areas(incident: Incident) -> str:
    """Return what is known of the areas in one line; nothing while nobody has looked anywhere."""
    known = board(incident)
    parts = [
        f"{state}: {', '.join(area for area in Area if known[area] is state)}"
        for state in (Coverage.FOUND, Coverage.SUSPECT, Coverage.CLEAR, Coverage.UNCHECKED)
        if state in known.values()
    ]
    return "areas " + "; ".join(parts) if len(parts) > 1 else ""
