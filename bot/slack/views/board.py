"""The board: which areas were looked at, and who is on what."""

from collections.abc import Iterator
from datetime import datetime

from bot.domain.incident.incident import Incident
from bot.domain.insights.coverage import Coverage, board
from bot.domain.text.times import duration
from bot.domain.vocabulary import Area
from bot.slack.mrkdwn import escape, escape_keeping_mentions, mention, one_line
from bot.slack.views.blocks import Screen, screen, section
from bot.slack.views.wording import title

MARKS = {Coverage.UNCHECKED: "○", Coverage.CLEAR: "✓", Coverage.SUSPECT: "⚠", Coverage.FOUND: "🎯"}


def areas(incident: Incident, now: datetime) -> Screen:
    """Return what is known of each area at `now` (UTC), and who looks where for how long."""
    lines = [
        "\n".join([f"{MARKS[known]} *{area}* {known}", *(f"      {on}" for on in _busy(incident, area, now))])
        for area, known in board(incident).items()
    ]
    heading = f"{title(incident)}: where we looked"
    return screen(heading, section(f"*{heading}*"), section("\n".join(lines)))


def _busy(incident: Incident, area: Area, now: datetime) -> Iterator[str]:
    for step in incident.investigation.steps_in_order:
        state = incident.investigation.state_of(step.id)
        if step.area is area and state.taken_at and state.outcome is None:
            what = f"“{escape(one_line(step.title)[:100])}”"
            yield f"{mention(state.taken_by)}, for {duration(now - state.taken_at)}: {what}"
    for known in incident.investigation.hypotheses.values():
        if known.area is area and known.verdict is None:
            what = f"hypothesis {known.number}, {escape_keeping_mentions(known.text[:100])}"
            yield f"{mention(known.owner)}, for {duration(now - known.opened_at)}: {what}"
