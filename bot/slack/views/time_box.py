"""The one question at the end of a time-box: keep on, refute, or hand over; and then what was answered."""

from bot.domain.incident.hypothesis import Hypothesis
from bot.domain.incident.incident import Incident
from bot.domain.text.times import moment
from bot.slack.mrkdwn import escape_keeping_mentions, mention
from bot.slack.views.blocks import Screen, actions, button, person_menu, screen, section
from bot.slack.views.wording import VERDICTS

KEEP_ON = "time_box.keep_on"
REFUTE = "time_box.refute"
HAND_OVER = "time_box.hand_over"


def question(incident: Incident, known: Hypothesis, number: int) -> Screen:
    """Return the question to the owner, `number` of those asked; once it is answered, who answered what."""
    if not is_open(known, number):
        text = f"Hypothesis {known.number} ({escape_keeping_mentions(known.text)}): {_answer(known, number)}"
        return screen(text, section(text))
    over = "is over" if known.minutes == 1 else "are over"
    text = (
        f"{mention(known.owner)}: the {known.minutes} min for hypothesis {known.number} {over}"
        f" ({escape_keeping_mentions(known.text)}). What becomes of it?"
    )
    value = f"{incident.number} {known.number}"
    row = actions(
        button("Keep on, 15 min", KEEP_ON, value),
        button("Refuted", REFUTE, value),
        person_menu(HAND_OVER, "Hand over to…"),
        block_id=value,
    )
    return screen(text, section(text), None if incident.status.is_over else row)


def is_open(known: Hypothesis, number: int) -> bool:
    """Whether that question waits for its answer."""
    return known.asked and known.verdict is None and number == known.questions


def _answer(known: Hypothesis, number: int) -> str:
    if number != known.questions:
        return "the time was over, and was over again since."
    if known.verdict:
        return f"{VERDICTS[known.verdict]} {known.verdict}, says {mention(known.closed_by)}."
    goes_on = f"{mention(known.owner)} looks until {moment(known.ends_at)}"
    return f"the time was over; {goes_on}, says {mention(known.time_box_set_by)}."
