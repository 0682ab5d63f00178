"""Walking the runbook: what becomes of its steps."""

from collections.abc import Iterator
from datetime import datetime
from typing import assert_never

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain.errors import Refused
from bot.domain.incident.incident import Incident
from bot.domain.incident.investigation import StepState
from bot.domain.rules.decide import causes
from bot.domain.runbooks.runbook import Step
from bot.domain.vocabulary import Outcome, Seen


def step_of_runbook(
    i: Incident, command: c.AskProbe | c.TakeStep | c.FinishStep, at: datetime
) -> Iterator[e.AnyEvent]:
    """Yield what becomes of a step. Raises Refused when the runbook has no such step, or no probe for it."""
    step = i.step_named(command.step)
    if step is None:
        raise Refused(f"The runbook of {i.name} has no step {command.step!r}.")
    match command:
        case c.AskProbe():
            if step.probe is None:
                raise Refused(f"{step.title!r} has no probe; look by hand.")
            yield e.ProbeAsked(at=at, by=command.by, step=step.id)
        case c.TakeStep():
            state = i.state_of(step.id)
            if state.outcome:
                raise Refused(f"{step.title!r} is done already: {state.outcome}.")
            if state.taken_by != command.by:
                yield e.StepTaken(at=at, by=command.by, step=step.id)
        case c.FinishStep():
            yield from _finish_step(i, step, command, at)
        case _:
            assert_never(command)


def _finish_step(i: Incident, step: Step, command: c.FinishStep, at: datetime) -> Iterator[e.AnyEvent]:
    state = i.state_of(step.id)
    if state.outcome is command.outcome and command.evidence.strip() in {"", state.evidence}:
        return
    if command.outcome is Outcome.SKIPPED and not command.evidence.strip():
        raise Refused(f"Say why, it stays visible in the postmortem: `/incident skip {step.id}: no access`.")
    evidence = command.evidence or _probed(state, command.outcome)
    yield e.StepFinished(at=at, by=command.by, step=step.id, outcome=command.outcome, evidence=evidence)
    if command.outcome is Outcome.FOUND:
        if i.cause is None or i.cause.step == step.id:
            yield causes.of_step(step, evidence, command.by, at)
        yield from causes.identified(i, step.title, command.by, at)
    elif i.cause and i.cause.step == step.id:
        ended = "is skipped" if command.outcome is Outcome.SKIPPED else "is not the cause"
        yield from causes.taken_back(i, f"{step.title} {ended}", command.by, at)


def _probed(state: StepState, outcome: Outcome) -> str:
    """Return what the probe saw where it says the same as the person; it is no evidence of the contrary."""
    agrees = (state.probed, outcome) in {(Seen.WRONG, Outcome.FOUND), (Seen.CLEAR, Outcome.CLEAR)}
    return state.probe_evidence if agrees else ""
