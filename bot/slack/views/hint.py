"""The hint beside a dear suspicion: what is cheaper and nobody has looked at, and then what came out."""

from collections.abc import Iterator
from datetime import timedelta

from bot.domain.effects import message_keys
from bot.domain.events import NudgeGiven
from bot.domain.incident.incident import Incident
from bot.domain.incident.step_state import StepState
from bot.domain.insights.coverage import EXPENSIVE_AREAS, Coverage, board
from bot.domain.runbooks.runbook import Step
from bot.domain.text.times import moment
from bot.domain.vocabulary import Area, ProbeVerdict
from bot.slack.mrkdwn import escape, escape_line, mention
from bot.slack.views import step as steps
from bot.slack.views.blocks import Block, Screen, actions, button, context, screen, section

RUN = "nudge.run"
TAKE = "nudge.take"

#: A channel moves on; what was posted longer ago is looked for.
IN_SIGHT = timedelta(minutes=5)


def hint(event: NudgeGiven, incident: Incident) -> Screen | None:
    """Return the hint, or once somebody has seen to it what came out; nothing where it was never posted."""
    step = incident.investigation.step(event.step)
    if step is None:
        return None
    result = _result(incident, step)
    if result is None:
        return _hint(event, incident, step)
    if message_keys.hint_key(event.number) not in incident.messages:
        return None
    text = f"*Hint* ({step.area}): {result}"
    others = _others(event, incident, step)
    still = f"Unchecked, and cheaper as well: {', '.join(others)}." if others else ""
    return screen(text, section(text), context(still) if still else None)


def _hint(event: NudgeGiven, incident: Incident, step: Step) -> Screen:
    dear = incident.investigation.hypotheses[event.number].area
    before = "the database" if dear is Area.DATABASE else str(dear)
    if dear not in EXPENSIVE_AREAS:  # it was placed elsewhere since
        before = f"hypothesis {event.number}"
    above = _just_above(event, incident)
    which = f"It is the step `{escape(step.id)}` above." if above else escape_line(step.title)
    text = f"Before {before}: *{step.area}* is unchecked, {_cost(incident, step)}\n{which}"
    state = incident.investigation.state_of(step.id)
    if state.probe_verdict:
        text += f"\n{steps.probed(state)}"
    if state.probed_at:  # it may fail in the same words, and who ran it sees that it ran
        text += f" Last tried {moment(state.probed_at, to_the_second=True)}."
    others = _others(event, incident, step)
    also = f"Also unchecked, and cheaper: {', '.join(others)}. " if others else ""
    return screen(
        text,
        section(text),
        None if above else actions(*_buttons(incident, step)),
        context(f"{also}`/incident mute` ends such hints."),
    )


def _result(incident: Incident, step: Step) -> str | None:
    """What came of the step, or who is on it; nothing while it is to be done still."""
    state = incident.investigation.state_of(step.id)
    name = escape_line(step.title)
    if state.outcome:
        return steps.finished(name, state.outcome, state)
    if state.probe_verdict in {ProbeVerdict.WRONG, ProbeVerdict.CLEAR}:
        return f"{name}\n{steps.probed(state)}"
    if state.taken_by:
        return f"{mention(state.taken_by)} is on “{name}”"
    # A cause that was named there proves the hint right: it stands as it was given.
    known = board(incident)[step.area]
    return None if known in {Coverage.UNCHECKED, Coverage.FOUND} else f"{known} by now"


def _others(event: NudgeGiven, incident: Incident, step: Step) -> list[Area]:
    """The other areas that the hint named and nobody has looked at still."""
    known = board(incident)
    return [area for area in event.areas if area is not step.area and known[area] is Coverage.UNCHECKED]


def _just_above(event: NudgeGiven, incident: Incident) -> bool:
    """Whether the step was posted so shortly before that its own buttons are still in sight."""
    _, ts = incident.messages.get(message_keys.step_key(event.step), ("", ""))
    return bool(ts) and event.at.timestamp() - float(ts) < IN_SIGHT.total_seconds()


def _buttons(incident: Incident, step: Step) -> Iterator[Block]:
    """A probe that failed may be run again, or a person looks."""
    if incident.status.is_over:
        return
    value = f"{incident.number} {step.id}"
    if step.probe:
        yield button("Run it", RUN, value)
    if step.probe is None or incident.investigation.state_of(step.id).probe_verdict is ProbeVerdict.FAILED:
        yield button("I'm on it", TAKE, value)


def _cost(incident: Incident, step: Step) -> str:
    if not step.probe:
        return f"about {step.minutes:g} min"
    probes = sum(
        1
        for other in incident.investigation.steps_left
        if other.area is step.area and other.probe and _is_unseen(incident.investigation.state_of(other.id))
    )
    return f"{probes} probe{'s' if probes > 1 else ''}, about {probes} s"


def _is_unseen(state: StepState) -> bool:
    return state.is_free and state.probe_verdict is not ProbeVerdict.CLEAR
