"""Words and marks that several screens share."""

from datetime import datetime

from bot.domain.incident.incident import Incident
from bot.domain.insights.coverage import Coverage, board
from bot.domain.insights.effect_words import failure
from bot.domain.runbooks.runbook import Step
from bot.domain.text.times import duration
from bot.domain.vocabulary import Area, HypothesisVerdict, Role, Severity, Status, StepOutcome
from bot.slack.mrkdwn import escape, escape_keeping_mentions, escape_line, escape_title, mention, one_line

#: The mark of an active incident. The words beside it name the severity as well.
MARKS = {Severity.SEV1: "🔴", Severity.SEV2: "🟠", Severity.SEV3: "🟡", Severity.SEV4: "🔵"}

#: The mark and the words for each verdict on a hypothesis.
VERDICTS = {
    HypothesisVerdict.CONFIRMED: ("🎯", "confirmed"),
    HypothesisVerdict.REFUTED: ("✗", "ruled out"),
    HypothesisVerdict.PARKED: ("⏸", "parked"),
}


def mark(severity: Severity, status: Status) -> str:
    """Return the severity's mark, or the mark of an incident that is resolved, closed or cancelled."""
    if status is Status.CANCELLED:
        return "⚪"
    return "🟢" if status.is_over or status is Status.RESOLVED else MARKS[severity]


def headline(incident: Incident) -> str:
    """Return mark, name and title in plain text, for a header."""
    return f"{mark(incident.severity, incident.status)} {incident.full_name} {one_line(incident.title)}"


def title(incident: Incident) -> str:
    """Return name and title as mrkdwn."""
    return escape_title(f"{incident.full_name} {incident.title}")


def role_name(role: str) -> str:
    """Return a role's everyday name."""
    return "incident commander" if role == Role.COMMANDER else role


def commander(incident: Incident) -> str:
    """Return the commander as mrkdwn, or a placeholder if there is none."""
    if incident.commander:
        return f"commander {mention(incident.commander)}"
    return "no commander yet" if incident.is_active else "no commander"


def elapsed(incident: Incident, now: datetime) -> str:
    """Return how long the incident has lasted, until it ended or until `now` (UTC)."""
    began = incident.started_at or now
    return duration((incident.ended_at or incident.closed_at or now) - began)


def affected(incident: Incident, now: datetime) -> str:
    """Return a sentence about how long users were affected if the impact had several phases, else ""."""
    if len(incident.impact.phases) < 2:
        return ""
    time = duration(incident.impact.affected_until(incident.ended_at or now))
    return f" Users were affected for {time}, in {len(incident.impact.phases)} phases."


def failed_effect(effect: str, why: str) -> str:
    """Return the action that failed and the reason, as mrkdwn."""
    return escape(f"{failure(effect)}: {one_line(why)}")


def in_brackets(evidence: str, observer: str, settled_by: str) -> str:
    """Return the evidence in brackets, with its observer if that is not the person who settled it."""
    source = "" if observer == settled_by else f", according to {mention(observer)}"
    return f" ({escape_keeping_mentions(evidence)}{source})" if evidence else ""


def because(reason: str) -> str:
    """Return a reason after a colon, as mrkdwn, or "" if there is none."""
    return f": {escape_keeping_mentions(reason)}" if reason else ""


def further(detail: str) -> str:
    """Return a detail on a line of its own, as mrkdwn, or "" if there is none."""
    return f"\n{escape_keeping_mentions(detail)}" if detail else ""


def sentence(text: str) -> str:
    """Return the text with a capital letter at the start and a full stop at the end."""
    return text[:1].upper() + text[1:].rstrip(".") + "."


def minutes_of_work(minutes: float) -> str:
    """Return an estimate in minutes: "~3 min", "~0.5 min"."""
    return f"~{minutes:.0f} min" if minutes >= 1 else f"~{minutes:.1g} min"


def with_area(step: Step) -> str:
    """Return a step's title and its area, as mrkdwn."""
    return f"{escape_line(step.title)} ({step.area})"


def numbered_title(incident: Incident, step: Step) -> str:
    """Return a step's number and title, as mrkdwn. The number never changes."""
    return f"{incident.investigation.number_of(step)}. {escape_line(step.title)}"


def numbered(incident: Incident, step: Step) -> str:
    """Return a step's number, title and area, as mrkdwn."""
    return f"{numbered_title(incident, step)} ({step.area})"


def skipped(incident: Incident) -> str:
    """Return the titles of the skipped steps, as mrkdwn."""
    investigation = incident.investigation
    states = [(step, investigation.state_of(step.id)) for step in investigation.steps_in_order]
    return ", ".join(
        escape_line(step.title) for step, state in states if state.outcome is StepOutcome.SKIPPED
    )


def areas(incident: Incident) -> str:
    """Return the areas checked in one line, or "" while none is."""
    coverage = board(incident)
    parts = [
        f"{state}: {', '.join(area for area in Area if coverage[area] is state)}"
        for state in (Coverage.FOUND, Coverage.SUSPECT, Coverage.CLEAR, Coverage.UNCHECKED)
        if state in coverage.values()
    ]
    return "areas " + "; ".join(parts) if len(parts) > 1 else ""
