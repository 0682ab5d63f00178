"""Which messages of the search an event makes untrue, though it is not about them: they are drawn anew."""

from collections.abc import Iterator

from bot.domain import effects, events
from bot.domain.effects import message_keys
from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import Role

ChangesStep = events.StepTaken | events.ProbeFinished | events.StepFinished
#: What moves the order of the steps, or who is on them, or whether they are looked for at all.
MovesSteps = ChangesStep | events.HypothesisClosed | events.CauseNamed | events.CauseTakenBack
#: What answers the question at the end of a time-box.
AnswersTimeBox = events.HypothesisExtended | events.HypothesisHandedOver | events.HypothesisClosed
#: What makes the end of the runbook come, pass, or call for somebody else.
MovesRunbookEnd = (
    events.StepFinished
    | events.StatusChanged
    | events.CauseNamed
    | events.CauseTakenBack
    | events.EscalationMade
    | events.IncidentResolved
    | events.IncidentCancelled
    | events.IncidentReopened
)
#: With these, what can be done about steps and suspicions ends, or may be done again.
StartsOrEndsWork = events.IncidentClosed | events.IncidentCancelled | events.IncidentReopened


def stale_messages(event: events.AnyEvent, incident: Incident) -> Iterator[effects.AnyEffect]:
    """Yield what brings those messages up to date after `event`, the latest of `i`."""
    if isinstance(event, MovesSteps | StartsOrEndsWork):
        yield from _steps(incident)
    if isinstance(event, ChangesStep):
        yield from _hints(event, incident)
    if isinstance(event, AnswersTimeBox) and (
        questions := incident.investigation.hypotheses[event.number].questions
    ):
        yield effects.ShowTimeBox(number=event.number, question=questions)
    if isinstance(event, MovesRunbookEnd) and (
        incident.runbook_exhausted or message_keys.RUNBOOK_END in incident.messages
    ):
        yield effects.ShowRunbookEnd()
    if isinstance(event, StartsOrEndsWork):
        yield from _searching(incident)
    if (
        isinstance(event, events.RoleAssigned)
        and event.role is Role.COMMANDER
        and incident.escalation.commander_question_version
    ):
        yield effects.TellChannel(version=incident.escalation.commander_question_version)


def _searching(incident: Incident) -> Iterator[effects.AnyEffect]:
    """Show again what is posted and not done, beside the steps: only what is open has buttons."""
    for known in incident.investigation.hypotheses.values():
        if message_keys.hypothesis_key(known.number) in incident.messages and known.verdict is None:
            yield effects.ShowHypothesis(number=known.number)
            if known.questions:
                yield effects.ShowTimeBox(number=known.number, question=known.questions)
    for number in incident.investigation.hints:
        if message_keys.hint_key(number) in incident.messages:
            yield effects.ShowNudge(number=number)


def show_step(incident: Incident, step_id: str) -> effects.ShowStep | effects.RedrawStep:
    """Return what posts a step, or changes what is posted."""
    return (effects.RedrawStep if message_keys.step_key(step_id) in incident.messages else effects.ShowStep)(
        step=step_id
    )


def offers_a_step(incident: Incident) -> bool:
    """Whether a step that nobody is on stands in the channel."""
    return any(
        message_keys.step_key(step.id) in incident.messages for step in incident.investigation.free_steps
    )


def _steps(incident: Incident) -> Iterator[effects.RedrawStep]:
    """Show the steps again that stand open: what is ruled out and comes next, their place, their buttons."""
    for step in incident.investigation.steps_left:
        if message_keys.step_key(step.id) in incident.messages:
            yield effects.RedrawStep(step=step.id)


def _hints(event: ChangesStep, incident: Incident) -> Iterator[effects.ShowNudge]:
    """Show hints again that named the step, or its area."""
    step = incident.investigation.step(event.step)
    for given in incident.investigation.hints.values():
        if step and step.area in given.areas:
            yield effects.ShowNudge(number=given.number)
