"""The hint that a quicker check is still left, and the result of that check."""

from collections.abc import Iterator
from datetime import timedelta

from bot.domain.effects import message_keys
from bot.domain.events import HintGiven
from bot.domain.incident.incident import Incident
from bot.domain.insights.coverage import Coverage, board
from bot.domain.runbooks.runbook import Step
from bot.domain.vocabulary import ProbeVerdict
from bot.slack.dates import moment
from bot.slack.mrkdwn import escape, escape_line, mention
from bot.slack.views import step as steps
from bot.slack.views.blocks import Block, Screen, actions, button, context, screen, section
from bot.slack.views.wording import minutes_of_work

RUN = "nudge.run"
TAKE = "nudge.take"

#: A step posted longer ago than this is likely out of view, so the hint repeats its buttons.
IN_VIEW = timedelta(minutes=5)


def hint(event: HintGiven, incident: Incident) -> Screen | None:
    """Return the hint or the result of its check, or None if the result came before the hint was posted."""
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
    return screen(text, section(text), context(others) if others else None)


def _hint(event: HintGiven, incident: Incident, step: Step) -> Screen:
    is_in_view = _is_in_view(event, incident)
    where = f"See step `{escape(step.id)}` above." if is_in_view else escape_line(step.title)
    text = f"Quicker check first? Nobody has checked *{step.area}* yet ({_cost(incident, step)}).\n{where}"
    state = incident.investigation.state_of(step.id)
    if state.probe_verdict:
        text += f"\n{steps.probe_result(state)}"
    if state.probed_at:  # shows that a repeat ran, even if it failed with the same error
        text += f" Last tried at {moment(state.probed_at, to_the_second=True)}."
    others = _others(event, incident, step)
    return screen(
        text,
        section(text),
        None if is_in_view else actions(*_buttons(incident, step)),
        context(f"{others} Turn hints off: `/incident mute`".strip()),
    )


def _result(incident: Incident, step: Step) -> str | None:
    """Return the step's result or who is checking it, or None while it is open."""
    state = incident.investigation.state_of(step.id)
    name = escape_line(step.title)
    if state.outcome:
        return steps.finished(name, state.outcome, state)
    if state.probe_verdict in {ProbeVerdict.WRONG, ProbeVerdict.CLEAR}:
        return f"{name}\n{steps.probe_result(state)}"
    if state.taken_by:
        return f"{mention(state.taken_by)} is checking “{name}”"
    # A cause in this area confirms the hint, which then stays as it was posted.
    coverage = board(incident)[step.area]
    return None if coverage in {Coverage.UNCHECKED, Coverage.FOUND} else f"now {coverage}"


def _others(event: HintGiven, incident: Incident, step: Step) -> str:
    """Return the other areas of the hint that are still unchecked, as a sentence, or "" if there are none."""
    coverage = board(incident)
    areas = [area for area in event.areas if area is not step.area and coverage[area] is Coverage.UNCHECKED]
    return f"Also quicker and unchecked: {', '.join(areas)}." if areas else ""


def _is_in_view(event: HintGiven, incident: Incident) -> bool:
    """Return whether the step was posted so recently that its own buttons are still in view."""
    _, ts = incident.messages.get(message_keys.step_key(event.step), ("", ""))
    return bool(ts) and event.at.timestamp() - float(ts) < IN_VIEW.total_seconds()


def _buttons(incident: Incident, step: Step) -> Iterator[Block]:
    """Yield a button to run the probe, and one to take the step if no probe can check it."""
    if incident.status.is_over:
        return
    value = f"{incident.number} {step.id}"
    if step.probe:
        yield button("Run probe", RUN, value)
    if step.probe is None or incident.investigation.state_of(step.id).probe_verdict is ProbeVerdict.FAILED:
        yield button("Take step", TAKE, value)


def _cost(incident: Incident, step: Step) -> str:
    """Return how long checking the area takes: a second for each probe, or the step's minutes."""
    if not step.probe:
        return minutes_of_work(step.minutes)
    others = [other for other in incident.investigation.steps_left if other.area is step.area and other.probe]
    states = [incident.investigation.state_of(other.id) for other in others]
    probes = sum(state.is_free and state.probe_verdict is not ProbeVerdict.CLEAR for state in states)
    return f"{probes} probe{'s' if probes > 1 else ''}, ~{probes} s"
