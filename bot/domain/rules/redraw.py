"""Which messages of the search an event makes untrue, though it is not about them: they are drawn anew."""

from collections.abc import Iterator

from bot.domain import effects as f
from bot.domain import events as e
from bot.domain.effects import message_keys
from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import Role

OfStep = e.StepTaken | e.ProbeFinished | e.StepFinished
#: What moves the order of the steps, or who is on them, or whether they are looked for at all.
OfWalk = OfStep | e.HypothesisClosed | e.CauseNamed | e.CauseTakenBack
#: What answers the question at the end of a time-box.
OfAnswer = e.HypothesisExtended | e.HypothesisHandedOver | e.HypothesisClosed
#: What makes the end of the runbook come, pass, or call for somebody else.
OfEnd = (
    e.StepFinished
    | e.StatusChanged
    | e.CauseNamed
    | e.CauseTakenBack
    | e.EscalationMade
    | e.IncidentResolved
    | e.IncidentCancelled
    | e.IncidentReopened
)
#: With these, what can be done about steps and suspicions ends, or may be done again.
OfWork = e.IncidentClosed | e.IncidentCancelled | e.IncidentReopened


def drawn_anew(event: e.AnyEvent, i: Incident) -> Iterator[f.AnyEffect]:
    """Yield what brings those messages up to date after `event`, the latest of `i`."""
    if isinstance(event, OfWalk | OfWork):
        yield from _steps(i)
    if isinstance(event, OfStep):
        yield from _hints(event, i)
    if isinstance(event, OfAnswer) and (questions := i.hypotheses[event.number].questions):
        yield f.ShowTimeBox(number=event.number, question=questions)
    if isinstance(event, OfEnd) and (i.ran_out or message_keys.RUNBOOK_END in i.posts):
        yield f.ShowRunbookEnd()
    if isinstance(event, OfWork):
        yield from _searching(i)
    if isinstance(event, e.RoleAssigned) and event.role is Role.COMMANDER and i.commander_asked:
        yield f.TellChannel(version=i.commander_asked)


def _searching(i: Incident) -> Iterator[f.AnyEffect]:
    """Show again what is posted and not done, beside the steps: only what is open has buttons."""
    for known in i.hypotheses.values():
        if message_keys.of_hypothesis(known.number) in i.posts and known.verdict is None:
            yield f.ShowHypothesis(number=known.number)
            if known.questions:
                yield f.ShowTimeBox(number=known.number, question=known.questions)
    for number in i.nudges:
        if message_keys.of_nudge(number) in i.posts:
            yield f.ShowNudge(number=number)


def show_step(i: Incident, step_id: str) -> f.ShowStep | f.RedrawStep:
    """Return what posts a step, or changes what is posted."""
    return (f.RedrawStep if message_keys.of_step(step_id) in i.posts else f.ShowStep)(step=step_id)


def offers_a_step(i: Incident) -> bool:
    """Whether a step that nobody is on stands in the channel."""
    return any(message_keys.of_step(step.id) in i.posts for step in i.free_steps)


def _steps(i: Incident) -> Iterator[f.RedrawStep]:
    """Show the steps again that stand open: what is ruled out and comes next, their place, their buttons."""
    for step in i.steps_left:
        if message_keys.of_step(step.id) in i.posts:
            yield f.RedrawStep(step=step.id)


def _hints(event: OfStep, i: Incident) -> Iterator[f.ShowNudge]:
    """Show hints again that named the step, or its area."""
    step = i.step_named(event.step)
    for given in i.nudges.values():
        if step and step.area in given.areas:
            yield f.ShowNudge(number=given.number)
