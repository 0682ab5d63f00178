"""Handles commands on runbook steps: take, probe and finish."""

from collections.abc import Iterator
from datetime import datetime
from typing import assert_never

from bot.domain import commands, events
from bot.domain.errors import Refused, example
from bot.domain.incident.causes import cause_from_step
from bot.domain.incident.incident import Incident
from bot.domain.incident.step_state import StepState
from bot.domain.rules.decide import causes
from bot.domain.rules.decide.words import keep_words
from bot.domain.runbooks.runbook import Step
from bot.domain.vocabulary import ProbeVerdict, StepOutcome

StepCommand = commands.RequestProbe | commands.TakeStep | commands.FinishStep


def decide_step(incident: Incident, command: StepCommand, at: datetime) -> Iterator[events.AnyEvent]:
    """Yield the events of a command about a step. Raise Refused if it is not possible."""
    step = incident.investigation.step(command.step)
    if step is None:
        raise Refused(f"{incident.name}'s runbook has no step {command.step!r}.")
    match command:
        case commands.RequestProbe():
            if step.probe is None:
                raise Refused(f"{step.title!r} has no probe. Check it by hand.")
            yield events.ProbeRequested(at=at, by=command.by, step=step.id)
        case commands.TakeStep():
            state = incident.investigation.state_of(step.id)
            if state.outcome:
                raise Refused(f"{step.title!r} is already done: {state.outcome}.")
            if state.taken_by != command.by:
                yield events.StepTaken(at=at, by=command.by, step=step.id)
            yield from keep_words(incident, command.by, command.note, at)
        case commands.FinishStep():
            yield from _finish_step(incident, step, command, at)
        case _:
            assert_never(command)


def _finish_step(
    incident: Incident, step: Step, command: commands.FinishStep, at: datetime
) -> Iterator[events.AnyEvent]:
    state, cause = incident.investigation.state_of(step.id), incident.investigation.cause
    if state.outcome is command.outcome and command.evidence.strip() in {"", state.evidence}:
        if command.outcome is StepOutcome.FOUND and incident.takes_as_cause(step=step.id):
            yield from _as_cause(incident, step, state.evidence, command.by, at)
        return
    if command.outcome is StepOutcome.SKIPPED and not command.evidence.strip():
        raise Refused(
            "Say why. The reason is shown in the postmortem.", example("skip", f"{step.id}: no access")
        )
    evidence = command.evidence or _probe_evidence(state, command.outcome)
    yield events.StepFinished(at=at, by=command.by, step=step.id, outcome=command.outcome, evidence=evidence)
    if command.outcome is StepOutcome.FOUND:
        yield from _as_cause(incident, step, evidence, command.by, at)
    elif cause and cause.step == step.id:
        ended = "is skipped" if command.outcome is StepOutcome.SKIPPED else "is not the cause"
        yield from causes.resumed(incident, f"{step.title} {ended}", command.by, at)


def _as_cause(
    incident: Incident, step: Step, evidence: str, by: str, at: datetime
) -> Iterator[events.AnyEvent]:
    """Yield the cause that a step found, unless there is another one, and the change to identified."""
    cause, state = incident.investigation.cause, incident.investigation.state_of(step.id)
    if cause is None or cause.step == step.id:
        before = cause_from_step(step, state.evidence, by, at)
        yield causes.renewed(cause, before, cause_from_step(step, evidence, by, at))
    yield from causes.identified(incident, step.title, by, at)


def _probe_evidence(state: StepState, outcome: StepOutcome) -> str:
    """Return the probe's evidence if it agrees with the outcome, or "" if it doesn't."""
    agrees = (state.probe_verdict, outcome) in {
        (ProbeVerdict.WRONG, StepOutcome.FOUND),
        (ProbeVerdict.CLEAR, StepOutcome.CLEAR),
    }
    return state.probe_evidence if agrees else ""
