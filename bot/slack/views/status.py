"""The status of an incident, and where its postmortem is."""

from datetime import datetime

from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import Status
from bot.slack.dates import moment
from bot.slack.mrkdwn import escape, escape_keeping_mentions, escape_line, mention
from bot.slack.views.blocks import Screen, context, screen, section
from bot.slack.views.wording import commander, elapsed, mark, title

MAX_NOTES = 5


def status(incident: Incident, now: datetime) -> Screen:
    """Return the incident's status at `now` (UTC), with its latest notes."""
    lines = [
        f"{mark(incident.severity, incident.status)} *{title(incident)}*",
        f"{incident.severity}, {incident.status} · {elapsed(incident, now)} · {commander(incident)}",
    ]
    if incident.impact.summary:
        lines.append(f"*Impact:* {escape_keeping_mentions(incident.impact.summary)}")
    if incident.investigation.cause:
        lines.append(f"*Cause:* {escape_keeping_mentions(incident.investigation.cause.text)}")
    elif incident.investigation.current_step and incident.status.has_impact:
        lines.append(f"*Current step:* {escape_line(incident.investigation.current_step.title)}")
    lines += [
        f"*Hypothesis {hypothesis.number}* ({hypothesis.area}): {escape_keeping_mentions(hypothesis.text)}"
        for hypothesis in incident.investigation.hypotheses.values()
        if hypothesis.verdict is None
    ]
    if incident.channel.id:
        lines.append(f"→ <#{incident.channel.id}>")
    notes = sorted(incident.notes.values(), key=lambda note: note.at)[-MAX_NOTES:]
    note_lines = "\n".join(
        f"{moment(note.at)} {escape_keeping_mentions(note.text)} — {mention(note.by)}" for note in notes
    )
    return screen(
        f"{title(incident)}: {incident.severity}, {incident.status}",
        section("\n".join(lines)),
        context(note_lines) if note_lines else None,
    )


def postmortem(incident: Incident) -> Screen:
    """Return the postmortem's path, or when it will be drafted."""
    if incident.follow_up.postmortem_path:
        text = f"Postmortem of {title(incident)}: `{escape(incident.follow_up.postmortem_path)}`"
    elif incident.status is Status.CLOSED:
        text = f"Firstcheck is drafting the postmortem of {incident.name}."
    else:
        text = f"{incident.name} is {incident.status}. Its postmortem is drafted when it is closed."
    return screen(text, section(text))
