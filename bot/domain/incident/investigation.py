"""The investigation of an incident: the runbook with its steps, the hypotheses, and the cause."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import assert_never

from bot.domain import events
from bot.domain.incident.hypothesis import (
    Hypothesis,
    apply_to_hypothesis,
    open_hypothesis,
    reopen_hypothesis,
)
from bot.domain.incident.step_order import order
from bot.domain.incident.step_state import StepState, apply_to_step, reopen_step
from bot.domain.incident.step_weights import StepEvidence, assess
from bot.domain.runbooks.runbook import Runbook, Step
from bot.domain.vocabulary import Area, HypothesisVerdict, ProbeVerdict, Status, StepOutcome


@dataclass(frozen=True, kw_only=True)
class Investigation:
    """The checks so far, the hypotheses, and the checks that are left."""

    runbook: Runbook | None = None
    #: The states of the runbook's steps by step ID. A step that nothing was recorded about is absent.
    steps: Mapping[str, StepState] = field(default_factory=dict)
    hypotheses: Mapping[int, Hypothesis] = field(default_factory=dict)
    #: The latest hint by the number of its hypothesis, and the areas for which a hint was given.
    hints: Mapping[int, events.HintGiven] = field(default_factory=dict)
    hinted_areas: frozenset[Area] = frozenset()
    hints_muted: bool = False
    cause: events.CauseNamed | None = None
    #: The announced event that withdrew the latest cause, until another cause is named.
    withdrawn_by: events.CauseWithdrawn | events.HypothesisClosed | None = None

    def state_of(self, step_id: str) -> StepState:
        """Return what has been recorded about a step."""
        return self.steps.get(step_id, StepState())

    def step(self, step_id: str) -> Step | None:
        """Return the runbook's step with that ID, or None."""
        return self.runbook.step(step_id) if self.runbook else None

    @property
    def runbook_steps(self) -> tuple[Step, ...]:
        """The steps in the order in the runbook's file."""
        return self.runbook.steps if self.runbook else ()

    @cached_property
    def numbered_steps(self) -> tuple[Step, ...]:
        """The runbook's steps in their order before any evidence, from which their permanent numbers come."""
        return order(self.runbook_steps)

    def number_of(self, step: Step) -> int:
        """Return the number of a step, from 1. It is the same for the life of the incident."""
        return [other.id for other in self.numbered_steps].index(step.id) + 1

    def steps_with(self, outcome: StepOutcome) -> tuple[Step, ...]:
        """Return the steps that ended with that outcome, in the order in the runbook's file."""
        return tuple(step for step in self.runbook_steps if self.state_of(step.id).outcome is outcome)

    @cached_property
    def step_evidence(self) -> Mapping[str, StepEvidence]:
        """How the evidence so far moves each step, by step ID."""
        return assess(self.runbook_steps, self.steps, tuple(self.hypotheses.values()))

    @cached_property
    def steps_in_order(self) -> tuple[Step, ...]:
        """The runbook's steps: those finished, in the order of finishing, then the rest, best first."""
        ended = [step for step in self.runbook_steps if self.state_of(step.id).outcome is not None]
        ended.sort(key=lambda step: self.state_of(step.id).at or datetime.min.replace(tzinfo=UTC))
        left = (step for step in self.runbook_steps if step not in ended)
        return (*ended, *order(left, self.step_evidence))

    @property
    def steps_left(self) -> tuple[Step, ...]:
        """The unfinished steps, the best one to take next first."""
        return tuple(step for step in self.steps_in_order if self.state_of(step.id).outcome is None)

    @property
    def current_step(self) -> Step | None:
        """The first unfinished step, unless the outcome of another step ends the runbook."""
        return None if self.stopped_by else next(iter(self.steps_left), None)

    @property
    def stopped_by(self) -> Step | None:
        """The step whose outcome ended the runbook early, or None.

        A step that found a cause ends the runbook only until that cause is withdrawn.
        """
        stops = (step for step in self.steps_in_order if self.state_of(step.id).outcome is step.stop_if)
        ended_by = (step for step in stops if self.cause or step.stop_if is not StepOutcome.FOUND)
        return next(ended_by, None) if self.steps_left else None

    @property
    def free_steps(self) -> tuple[Step, ...]:
        """The open steps that nobody has taken, the next one first.

        Empty once a step has ended the runbook.
        """
        if self.current_step is None:
            return ()
        return tuple(step for step in self.steps_in_order if self.state_of(step.id).is_free)

    def steps_taken_by_or_next(self, person: str) -> tuple[Step, ...]:
        """Return the open steps that a person has taken. If there are none, return the next step."""
        taken = tuple(step for step in self.steps_left if self.state_of(step.id).taken_by == person)
        upcoming = next(iter(self.free_steps), self.current_step)
        return taken or ((upcoming,) if upcoming else ())

    def is_one_line(self, step_id: str) -> bool:
        """Return whether a step fits on one line: it is free, not next, and its probe found no problem."""
        state = self.state_of(step_id)
        is_next = step_id in {step.id for step in self.free_steps[:1]}
        no_problem = state.probe_verdict in {ProbeVerdict.CLEAR, ProbeVerdict.FAILED}
        return state.is_free and no_problem and not is_next

    @property
    def step_to_fix(self) -> Step | None:
        """The step whose fix applies, or None: the source of the cause, or another step that found it."""
        if self.cause is None:
            return None
        found = [step for step in self.steps_in_order if self.state_of(step.id).outcome is StepOutcome.FOUND]
        found.sort(key=lambda step: self.cause is not None and step.id != self.cause.step)
        return next((step for step in found if step.fix.strip()), None)

    @property
    def unrecorded_causes(self) -> tuple[tuple[Step, ...], tuple[Hypothesis, ...]]:
        """The steps marked as the cause and the confirmed hypotheses, if no cause is recorded."""
        if self.cause:
            return (), ()
        hypotheses = self.hypotheses.values()
        confirmed = (each for each in hypotheses if each.verdict is HypothesisVerdict.CONFIRMED)
        return self.steps_with(StepOutcome.FOUND), tuple(confirmed)

    @property
    def is_out_of_steps(self) -> bool:
        """Whether the runbook has steps, none of them is left to take, and the cause is unknown."""
        found = self.cause or any(state.outcome is StepOutcome.FOUND for state in self.steps.values())
        return bool(self.steps_in_order) and not (self.current_step or found)

    @property
    def has_supported_hypothesis(self) -> bool:
        """Whether there is a cause, a confirmed hypothesis, or a step that points to the cause."""
        verdicts = {hypothesis.verdict for hypothesis in self.hypotheses.values()}
        supported = any(state.supports_hypothesis for state in self.steps.values())
        return bool(self.cause) or supported or HypothesisVerdict.CONFIRMED in verdicts

    @property
    def is_without_lead(self) -> bool:
        """Whether there are hypotheses, and all of them were ruled out or parked."""
        verdicts = {hypothesis.verdict for hypothesis in self.hypotheses.values()}
        return bool(verdicts) and verdicts <= {HypothesisVerdict.REFUTED, HypothesisVerdict.PARKED}

    def announces(self, change: events.StatusChanged) -> bool:
        """Return whether the post about the cause, or about its withdrawal, shows a change of status."""
        if change.status is Status.IDENTIFIED:
            return self.cause is not None and (self.cause.at, self.cause.by) == (change.at, change.by)
        source = self.withdrawn_by
        is_same = source is not None and (source.at, source.by) == (change.at, change.by)
        return is_same and change.status is Status.INVESTIGATING

    @property
    def cause_area(self) -> Area | None:
        """The area of the cause, if both are known."""
        return self.cause.area if self.cause else None

    @property
    def runbook_escalation(self) -> tuple[str, ...]:
        """Whom to escalate to once the runbook's steps have found nothing."""
        return self.runbook.escalate if self.runbook else ()


def apply_to_investigation(
    investigation: Investigation, event: events.RunbookEvent | events.HypothesisEvent
) -> Investigation:
    """Return the investigation after an event about it."""
    if isinstance(event, events.CauseWithdrawn):
        investigation = _reopen_source(investigation)
    if retracts_cause(investigation.cause, event):
        announced = event if isinstance(event, events.CauseWithdrawn | events.HypothesisClosed) else None
        investigation = replace(investigation, cause=None, withdrawn_by=announced)
    if isinstance(event, events.HypothesisChange):
        hypothesis = apply_to_hypothesis(investigation.hypotheses[event.number], event)
        return _with_hypothesis(investigation, hypothesis)
    match event:
        case events.RunbookChosen():
            return replace(investigation, runbook=event.runbook)
        case events.CauseNamed():
            return replace(investigation, cause=event, withdrawn_by=None)
        case events.HintsMuted():
            return replace(investigation, hints_muted=True)
        case events.HintGiven():
            hints = {**investigation.hints, event.number: event}
            areas = investigation.hinted_areas | {investigation.hypotheses[event.number].area}
            return replace(investigation, hints=hints, hinted_areas=areas)
        case events.HypothesisOpened():
            return _with_hypothesis(investigation, open_hypothesis(event))
        case events.StepTaken() | events.StepFinished() | events.ProbeFinished():
            state = apply_to_step(investigation.state_of(event.step), event)
            return replace(investigation, steps={**investigation.steps, event.step: state})
        case events.CauseWithdrawn() | events.ProbeRequested():
            return investigation
        case _:
            assert_never(event)


def _reopen_source(investigation: Investigation) -> Investigation:
    """Return the investigation with the source of the withdrawn cause, a step or a hypothesis, open again."""
    cause = investigation.cause
    if cause and cause.hypothesis:
        hypothesis = investigation.hypotheses[cause.hypothesis]
        return _with_hypothesis(investigation, reopen_hypothesis(hypothesis))
    if cause and cause.step:
        state = reopen_step(investigation.state_of(cause.step))
        return replace(investigation, steps={**investigation.steps, cause.step: state})
    return investigation


def _with_hypothesis(investigation: Investigation, hypothesis: Hypothesis) -> Investigation:
    hypotheses = {**investigation.hypotheses, hypothesis.number: hypothesis}
    return replace(investigation, hypotheses=hypotheses)


def retracts_cause(cause: events.CauseNamed | None, event: events.AnyEvent) -> bool:
    """Return whether `event` withdraws the cause, or rules out the step or hypothesis that it came from."""
    match event:
        case events.CauseWithdrawn():
            return True
        case events.StepFinished() if cause and cause.step == event.step:
            return event.outcome is not StepOutcome.FOUND
        case events.HypothesisClosed() if cause and cause.hypothesis == event.number:
            return event.verdict is not HypothesisVerdict.CONFIRMED
        case _:
            return False
