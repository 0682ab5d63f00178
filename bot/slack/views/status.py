"""The status of an incident."""

from datetime import datetime
from operator import attrgetter

from bot.domain.incident.incident import Incident
from bot.slack.dates import moment
from bot.slack.mrkdwn import escape_keeping_mentions, mention
from bot.slack.views.blocks import Screen, context, screen, section
from bot.slack.views.wording import commander, elapsed, mark, numbered_title, title

MAX_NOTES = 5


def status(incident: Incident, now: datetime) -> Screen:
    """Return the incident's status at `now` (UTC), with its latest notes."""
    state = f"{incident.severity}, {incident.status}"
    lines = [
        f"{mark(incident.severity, incident.status)} *{title(incident)}*",
        f"{state} · {elapsed(incident, now)} · {commander(incident)}",
    ]
    if incident.status_update and incident.is_active:
        lines.append(f"*Last update:* {escape_keeping_mentions(incident.status_update)}")
    if incident.impact.summary:
        lines.append(f"*Impact:* {escape_keeping_mentions(incident.impact.summary)}")
    if incident.investigation.cause:
        lines.append(f"*Cause:* {escape_keeping_mentions(incident.investigation.cause.text)}")
    elif incident.investigation.current_step and incident.status.has_impact:
        lines.append(f"*Current step:* {numbered_title(incident, incident.investigation.current_step)}")
    lines += [
        f"*Hypothesis {hypothesis.number}* ({hypothesis.area}): {escape_keeping_mentions(hypothesis.text)}"
        for hypothesis in incident.investigation.hypotheses.values()
        if hypothesis.verdict is None
    ]
    if incident.channel.id:
        lines.append(f"→ <#{incident.channel.id}>")
    latest = sorted(incident.notes.values(), key=attrgetter("at"))[-MAX_NOTES:]
    notes = [
        f"{moment(note.at)} {escape_keeping_mentions(note.text)} — {mention(note.by)}" for note in latest
    ]
    small_print = context("\n".join(notes)) if notes else None
    return screen(f"{title(incident)}: {state}", section("\n".join(lines)), small_print)
