"""The board: the coverage of each area, and who is working on what."""

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
    """Return the coverage of each area at `now` (UTC), and who has been checking it and for how long."""
    lines = []
    for area, coverage in board(incident).items():
        lines += [f"{MARKS[coverage]} *{area}* {coverage}", *_work(incident, area, now)]
    heading = f"{title(incident)}: areas checked"
    return screen(heading, section(f"*{heading}*"), section("\n".join(lines)))


def _work(incident: Incident, area: Area, now: datetime) -> Iterator[str]:
    """Yield an indented line for each step in progress and each open hypothesis in an area."""
    for step in incident.investigation.steps_in_order:
        state = incident.investigation.state_of(step.id)
        if step.area is area and state.taken_at and state.outcome is None:
            name = escape(one_line(step.title)[:100])
            yield f"      {mention(state.taken_by)} for {duration(now - state.taken_at)}: “{name}”"
    for hypothesis in incident.investigation.hypotheses.values():
        if hypothesis.area is area and hypothesis.verdict is None:
            text = escape_keeping_mentions(hypothesis.text[:100])
            time = duration(now - hypothesis.opened_at)
            yield f"      {mention(hypothesis.owner)} for {time}: hypothesis {hypothesis.number}, {text}"
