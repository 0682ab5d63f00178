"""The one question at the end of a time-box: keep on, refute, or hand over."""

from bot.domain.findings import Hypothesis
from bot.domain.incident import Incident
from bot.slack.mrkdwn import mention, said
from bot.slack.views.blocks import Screen, actions, button, person_menu, screen, section

KEEP_ON = "time_box.keep_on"
REFUTE = "time_box.refute"
HAND_OVER = "time_box.hand_over"


def ended(incident: Incident, known: Hypothesis) -> Screen | None:
    """Return the question to the owner, or nothing when it is answered already."""
    if known.verdict or not known.asked:
        return None
    text = (
        f"{mention(known.owner)}: the {known.minutes} min for hypothesis {known.number} are over"
        f" ({said(known.text)}). What becomes of it?"
    )
    value = f"{incident.number} {known.number}"
    row = actions(
        button("Keep on, 15 min", KEEP_ON, value),
        button("Refuted", REFUTE, value),
        person_menu(HAND_OVER, "Hand over to…"),
        block_id=value,
    )
    return screen(text, section(text), row)
