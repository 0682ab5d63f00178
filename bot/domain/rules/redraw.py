"""The messages that an event about something else makes stale, and the effects that redraw them."""

from collections.abc import Iterator
from typing import assert_never

from bot.domain import effects, events
from bot.domain.effects import message_keys
from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import Role


def stale_messages(event: events.AnyEvent, incident: Incident) -> Iterator[effects.AnyEffect]:
    """Yield the effects that redraw the messages which `event`, the incident's latest, made stale."""
    match event:
        case events.StepTaken() | events.ProbeFinished() | events.StepFinished():
            yield from _open_steps(incident)
            yield from _hints(event, incident)
            if isinstance(event, events.StepFinished):
                yield from _runbook_end(incident)
        case events.HypothesisClosed():
            yield from _open_steps(incident)
            yield from _answered_time_box(event.number, incident)
        case events.HypothesisExtended() | events.HypothesisHandedOver():
            yield from _answered_time_box(event.number, incident)
        case events.CauseNamed():
            yield from _open_steps(incident)
            yield from _runbook_end(incident)
        case events.CauseWithdrawn():
            yield from _open_steps(incident)
            yield from _runbook_end(incident)
            yield from _open_hypotheses(incident)
        case events.StatusChanged() | events.EscalationMade() | events.IncidentResolved():
            yield from _runbook_end(incident)
        case events.IncidentCancelled() | events.IncidentReopened():
            yield from _open_steps(incident)
            yield from _runbook_end(incident)
            yield from _open_hypotheses(incident)
        case events.IncidentClosed():
            yield from _open_steps(incident)
            yield from _open_hypotheses(incident)
        case events.RoleAssigned():
            version = incident.escalation.commander_question_version
            if event.role == Role.COMMANDER and version:
                yield effects.Announce(version=version)
        case _ if isinstance(event, events.RedrawsNothing):
            pass
        case _:
            assert_never(event)


def _open_steps(incident: Incident) -> Iterator[effects.RedrawStep]:
    """Redraw the posted steps that are unfinished. Their position and buttons may have changed."""
    for step in incident.investigation.steps_left:
        if message_keys.step_key(step.id) in incident.messages:
            yield effects.RedrawStep(step=step.id)


def _hints(event: events.StepEvent, incident: Incident) -> Iterator[effects.ShowHint]:
    """Redraw the hints that list the step's area."""
    step = incident.investigation.step(event.step)
    for hint in incident.investigation.hints.values():
        if step and step.area in hint.areas:
            yield effects.ShowHint(number=hint.number)


def _answered_time_box(number: int, incident: Incident) -> Iterator[effects.ShowTimeBox]:
    """Redraw the latest question to the hypothesis's owner, if there was one."""
    if questions := incident.investigation.hypotheses[number].questions:
        yield effects.ShowTimeBox(number=number, question=questions)


def _runbook_end(incident: Incident) -> Iterator[effects.ShowRunbookEnd]:
    """Post the end of the runbook once it is exhausted, or redraw it."""
    if incident.runbook_exhausted or message_keys.RUNBOOK_END in incident.messages:
        yield effects.ShowRunbookEnd()


def _open_hypotheses(incident: Incident) -> Iterator[effects.AnyEffect]:
    """Redraw the posted hypotheses, questions and hints, whose buttons appear only while work goes on."""
    for hypothesis in incident.investigation.hypotheses.values():
        key = message_keys.hypothesis_key(hypothesis.number)
        if key in incident.messages and hypothesis.verdict is None:
            yield effects.ShowHypothesis(number=hypothesis.number)
            if hypothesis.questions:
                yield effects.ShowTimeBox(number=hypothesis.number, question=hypothesis.questions)
    for number in incident.investigation.hints:
        if message_keys.hint_key(number) in incident.messages:
            yield effects.ShowHint(number=number)


def show_step(incident: Incident, step_id: str) -> effects.ShowStep | effects.RedrawStep:
    """Return the effect that posts a step, or redraws it if it has been posted."""
    is_posted = message_keys.step_key(step_id) in incident.messages
    return effects.RedrawStep(step=step_id) if is_posted else effects.ShowStep(step=step_id)


def offers_a_step(incident: Incident) -> bool:
    """Return whether a posted step is free to take."""
    free_steps = incident.investigation.free_steps
    return any(message_keys.step_key(step.id) in incident.messages for step in free_steps)
