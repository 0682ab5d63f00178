"""The question to a hypothesis's owner when its time is up, and its answer."""

from bot.domain.incident.hypothesis import Hypothesis
from bot.domain.incident.incident import Incident
from bot.slack.dates import moment
from bot.slack.mrkdwn import escape_keeping_mentions, mention
from bot.slack.views.blocks import Screen, actions, button, paragraph, person_menu, screen, section
from bot.slack.views.wording import VERDICTS

KEEP_ON = "time_box.keep_on"
REFUTE = "time_box.refute"
HAND_OVER = "time_box.hand_over"


def question(incident: Incident, hypothesis: Hypothesis, number: int) -> Screen:
    """Return question `number` to the owner with its buttons, or the answer once there is one."""
    name = f"hypothesis {hypothesis.number} ({escape_keeping_mentions(hypothesis.text)})"
    if not is_open(hypothesis, number):
        return paragraph(f"{name[:1].upper()}{name[1:]}: {_answer(hypothesis, number)}")
    text = f"{mention(hypothesis.owner)}, time's up on {name}. What did you find?"
    value = f"{incident.number} {hypothesis.number}"
    row = actions(
        button("Continue for 15 min", KEEP_ON, value),
        button("Rule out", REFUTE, value),
        person_menu(HAND_OVER, "Hand over to…"),
        block_id=value,
    )
    return screen(text, section(text), None if incident.status.is_over else row)


def is_open(hypothesis: Hypothesis, number: int) -> bool:
    """Return whether question `number` is still waiting for an answer."""
    return hypothesis.asked and hypothesis.verdict is None and number == hypothesis.questions


def _answer(hypothesis: Hypothesis, number: int) -> str:
    if number != hypothesis.questions:
        return "its time was extended, and has run out again."
    if hypothesis.verdict:
        _, verdict = VERDICTS[hypothesis.verdict]
        return f"{verdict} by {mention(hypothesis.closed_by)}."
    until = f"{mention(hypothesis.owner)} is checking this until {moment(hypothesis.ends_at)}"
    set_by = hypothesis.time_box_set_by
    return f"{until}." if set_by == hypothesis.owner else f"{until} (set by {mention(set_by)})."
