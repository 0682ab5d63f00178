"""A suspicion: what, in which area, who looks into it until when, and how it ended."""

from collections.abc import Iterator

from bot.domain.incident.hypothesis import Hypothesis
from bot.domain.incident.incident import Incident
from bot.domain.text.times import moment
from bot.domain.vocabulary import Area, HypothesisVerdict
from bot.slack.mrkdwn import escape_keeping_mentions, mention
from bot.slack.views.blocks import Block, Screen, actions, button, context, menu, screen, section
from bot.slack.views.wording import VERDICTS, seen

CONFIRM = "hypothesis.confirm"
REFUTE = "hypothesis.refute"
PARK = "hypothesis.park"
PLACE = "hypothesis.place"
SIDE_CHANNEL = "hypothesis.side_channel"


def hypothesis(incident: Incident, known: Hypothesis) -> Screen:
    """Return the suspicion with its buttons, or one line once it is settled."""
    if known.verdict:
        line = _settled(known, known.verdict)
        return screen(line, section(line))
    guess = "area: {}, a guess, as no word of it names one; the menu corrects it"
    where = guess.format(known.area) if known.is_guess else known.area
    text = f"*Hypothesis {known.number}* ({where}): {escape_keeping_mentions(known.text)}\n{_who(known)}"
    return screen(
        text,
        section(text),
        actions(*_buttons(incident, known)),
        _small_print(known),
    )


def _who(known: Hypothesis) -> str:
    refuted_if = f" Refuted if: {escape_keeping_mentions(known.refute)}" if known.refute else ""
    until = f"{known.minutes} min, until {moment(known.ends_at)}"
    return f"{mention(known.owner)} looks for {until}, then says what was found.{refuted_if}"


def _small_print(known: Hypothesis) -> Block:
    closes = "React with ✅ confirmed, ❌ refuted, ⏸ parked."
    return context(f"🔒 It has a private channel. {closes}" if known.side_channel else closes)


def _buttons(incident: Incident, known: Hypothesis) -> Iterator[Block]:
    if incident.status.is_over:
        return
    value = f"{incident.number} {known.number}"
    yield button("Confirmed", CONFIRM, value, style="primary")
    yield button("Refuted", REFUTE, value)
    yield button("Park it", PARK, value)
    yield menu(PLACE, {f"{value} {area}": f"Area: {area}" for area in Area}, initial=f"{value} {known.area}")
    if known.area is Area.SECURITY and not known.side_asked_by:
        yield button(
            "Private channel",
            SIDE_CHANNEL,
            value,
            confirm="Look into it in a private channel, so that restoring the service does not wait for it?",
        )


def _settled(known: Hypothesis, verdict: HypothesisVerdict) -> str:
    evidence = seen(known.evidence, known.evidence_by, known.closed_by)
    when = f" {moment(known.closed_at)}" if known.closed_at else ""
    settled = f"{VERDICTS[verdict]} *Hypothesis {known.number} {verdict}* ({known.area})"
    return f"{settled}: {escape_keeping_mentions(known.text)}{evidence} — by {mention(known.closed_by)}{when}"


def side_channel(incident: Incident, known: Hypothesis) -> Screen:
    """Return the first message of a suspicion's private channel: what it is for, and how it stands."""
    if known.verdict:
        stands = f"*{incident.full_name}*: {_settled(known, known.verdict)}\n"
    else:
        stands = (
            f"*{incident.full_name}, hypothesis {known.number}* ({known.area}): "
            f"{escape_keeping_mentions(known.text)}\n"
            f"{mention(known.owner)} owns it. "
        )
    text = (
        f"{stands}What is said here stays here: it enters neither the timeline "
        f"nor the postmortem. <#{incident.channel.id}> goes on restoring the service, "
        "and only knows that this channel exists."
    )
    ends = "`/incident refuted why` settles it; the why is read by everybody."
    return screen(text, section(text), None if known.verdict else context(ends))
