"""A hypothesis: its area, its owner and time limit, the ways to settle it, and its verdict."""

from collections.abc import Iterator

from bot.domain.incident.hypothesis import Hypothesis
from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import Area, HypothesisVerdict
from bot.slack.dates import moment
from bot.slack.mrkdwn import escape_keeping_mentions, mention
from bot.slack.views.blocks import Block, Screen, actions, button, context, menu, paragraph, screen, section
from bot.slack.views.wording import VERDICTS, in_brackets

CONFIRM = "hypothesis.confirm"
REFUTE = "hypothesis.refute"
PARK = "hypothesis.park"
PLACE = "hypothesis.place"
SIDE_CHANNEL = "hypothesis.side_channel"


def hypothesis(incident: Incident, hypothesis: Hypothesis) -> Screen:
    """Return the hypothesis with its buttons, or one line once it is settled."""
    cause = incident.investigation.cause
    if cause and cause.hypothesis == hypothesis.number and hypothesis.verdict:
        return paragraph(_as_cause(hypothesis))
    if hypothesis.verdict:
        return paragraph(_settled(hypothesis, hypothesis.verdict))
    until = moment(hypothesis.ends_at)
    where = f"{hypothesis.area_text}{'; correct it in the menu' * hypothesis.is_guess}"
    ruled_out_if = f" Ruled out if: {escape_keeping_mentions(hypothesis.refute)}" if hypothesis.refute else ""
    assignment = f"{mention(hypothesis.owner)} is checking this until {until}.{ruled_out_if}"
    name = f"*Hypothesis {hypothesis.number}* ({where})"
    text = f"{name}: {escape_keeping_mentions(hypothesis.text)}\n{assignment}"
    private = "🔒 It has a private channel. " if hypothesis.side_channel else ""
    return screen(
        text,
        section(text),
        actions(*_buttons(incident, hypothesis)),
        context(f"{private}React with ✅ to confirm, ❌ to rule out, or ⏸ to park."),
    )


def _buttons(incident: Incident, hypothesis: Hypothesis) -> Iterator[Block]:
    if incident.status.is_over:
        return
    value = f"{incident.number} {hypothesis.number}"
    yield button("Confirm", CONFIRM, value, style="primary")
    yield button("Rule out", REFUTE, value)
    yield button("Park", PARK, value)
    areas = {f"{value} {area}": f"Area: {area}" for area in Area}
    yield menu(PLACE, areas, initial=f"{value} {hypothesis.area}")
    if hypothesis.area is Area.SECURITY and not hypothesis.side_asked_by:
        confirm = "Open a private channel for this, so the rest of the response isn't held up?"
        yield button("Open private channel", SIDE_CHANNEL, value, confirm=confirm)


def _as_cause(hypothesis: Hypothesis) -> str:
    """Return the hypothesis that is the cause in one line.

    The post about the cause shows who confirmed it.
    """
    mark, word = VERDICTS[HypothesisVerdict.CONFIRMED]
    text = escape_keeping_mentions(hypothesis.text)
    return f"{mark} *Hypothesis {hypothesis.number} {word}* ({hypothesis.area_text}): {text}"


def _settled(hypothesis: Hypothesis, verdict: HypothesisVerdict) -> str:
    mark, word = VERDICTS[verdict]
    evidence = in_brackets(hypothesis.evidence, hypothesis.evidence_by, hypothesis.closed_by)
    when = f", {moment(hypothesis.closed_at)}" if hypothesis.closed_at else ""
    text = f"{escape_keeping_mentions(hypothesis.text)}{evidence} — {mention(hypothesis.closed_by)}{when}"
    return f"{mark} *Hypothesis {hypothesis.number} {word}* ({hypothesis.area_text}): {text}"


def side_channel(incident: Incident, hypothesis: Hypothesis) -> Screen:
    """Return the first message of a hypothesis's private channel: the hypothesis, and what stays private."""
    if hypothesis.verdict:
        state = f"*{incident.full_name}*: {_settled(hypothesis, hypothesis.verdict)}\n"
    else:
        name = f"*{incident.full_name}, hypothesis {hypothesis.number}* ({hypothesis.area_text})"
        text = escape_keeping_mentions(hypothesis.text)
        state = f"{name}: {text}\n{mention(hypothesis.owner)} owns it. "
    text = (
        f"{state}Messages in this channel stay private: they appear neither in the timeline nor in the "
        f"postmortem. The response continues in <#{incident.channel.id}>. "
        "People there can see only that this channel exists."
    )
    settle = "`/incident refuted why` rules the hypothesis out. Everyone in the incident can read why."
    return screen(text, section(text), None if hypothesis.verdict else context(settle))
