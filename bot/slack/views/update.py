"""The form for an update, and the update as people outside the incident's channel see it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain import commands, events
from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import Status
from bot.slack.views.announcement import announcement
from bot.slack.views.blocks import Block, Screen, modal, paragraph, screen, section, select, text_input
from bot.slack.views.wording import because, elapsed, mark, title

SUBMIT = "update.submit"
TEXT, STATUS = "text", "status"
#: The statuses that an update can set. The others have separate commands.
STATUSES = (Status.INVESTIGATING, Status.IDENTIFIED, Status.MONITORING)


def form(incident: Incident) -> Block:
    """Return the form. Its metadata holds the incident's number."""
    hint = "for example: 30% of logins fail. We are rolling back. Next update in 30 min."
    options = {str(status): status.capitalize() for status in STATUSES}
    fields = [
        text_input(TEXT, "Update for stakeholders", placeholder=hint, lines=True),
        select(STATUS, "New status", options, optional=True),
    ]
    return modal(SUBMIT, "Post an update", "Post", fields, metadata=str(incident.number))


def read(values: Mapping[str, Any], by: str) -> tuple[commands.AnyCommand, ...] | None:
    """Return the command of a submission's `view.state.values`, or None if the text is missing."""
    text = (values[TEXT][TEXT]["value"] or "").strip()
    option = values[STATUS][STATUS].get("selected_option")
    if not text:
        return None
    if option:
        return (commands.ChangeStatus(by=by, status=Status(option["value"]), note=text),)
    return (commands.PostUpdate(by=by, text=text),)


def update(event: events.AnyEvent, incident: Incident, now: datetime, actor: str) -> Screen | None:
    """Return the update for other channels at `now` (UTC), or None if there is nothing to show.

    `actor` is the display name of the person who posted it.
    """
    if isinstance(event, events.IncidentResolved):  # the question about the fix is for the responders
        fix = because(event.resolution or incident.impact.resolution)
        posted: Screen | None = paragraph(f"*Resolved* after {elapsed(incident, now)}{fix}")
    else:
        posted = announcement(event, incident, now, actor)
    if posted is None:
        return None
    link = f"  <#{incident.channel.id}>" if incident.channel.id and not incident.channel.lost_reason else ""
    head = f"{mark(incident.severity, incident.status)} *{title(incident)}*{link}"
    state = f"{incident.severity}, {incident.status}"
    return screen(f"{title(incident)}: {posted.text}", section(f"{head}\n{state}"), *posted.blocks)
