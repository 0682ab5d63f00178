"""The state of a runbook's step: who is checking it, its outcome, and what its probe found."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from bot.domain import events
from bot.domain.vocabulary import ProbeVerdict, StepOutcome


@dataclass(frozen=True, kw_only=True)
class StepState:
    """What has been recorded about a step. Times are UTC."""

    outcome: StepOutcome | None = None
    by: str = ""
    at: datetime | None = None
    #: Who is checking or has checked the step, and since when.
    taken_by: str = ""
    taken_at: datetime | None = None
    #: The evidence and who reported it. Evidence may be added after the step was finished.
    evidence: str = ""
    evidence_by: str = ""
    #: The latest result of the probe, if it has run.
    probe_verdict: ProbeVerdict | None = None
    probe_evidence: str = ""
    probed_at: datetime | None = None
    #: Whether the cause that it found was withdrawn, and nobody has finished the step again.
    cause_withdrawn: bool = False

    @property
    def is_free(self) -> bool:
        """Whether the step is open and nobody has taken it."""
        return self.outcome is None and not self.taken_by

    @property
    def supports_hypothesis(self) -> bool:
        """Whether the step found the cause, or its probe found a problem that nobody has ruled out."""
        has_problem = self.probe_verdict is ProbeVerdict.WRONG and self.outcome is not StepOutcome.CLEAR
        return has_problem or self.outcome is StepOutcome.FOUND


def apply_to_step(state: StepState, event: events.StepEvent) -> StepState:
    """Return the state of a step after an event about it."""
    match event:
        case events.StepTaken():
            return replace(state, taken_by=event.by, taken_at=event.at)
        case events.ProbeFinished():
            return replace(
                state, probe_verdict=event.verdict, probe_evidence=event.evidence, probed_at=event.at
            )
        case events.StepFinished():
            return _finish(state, event)
        case _:
            assert_never(event)


def _finish(state: StepState, event: events.StepFinished) -> StepState:
    """Return the finished step. If its outcome was known already, only new evidence is added."""
    if event.outcome is not state.outcome:
        state = replace(state, outcome=event.outcome, by=event.by, at=event.at)
    elif not event.evidence:
        return state
    return replace(state, evidence=event.evidence, evidence_by=event.by, cause_withdrawn=False)


def reopen_step(state: StepState) -> StepState:
    """Return the step as open and free, with its probe's result, after the cause it found was withdrawn."""
    return StepState(
        probe_verdict=state.probe_verdict,
        probe_evidence=state.probe_evidence,
        probed_at=state.probed_at,
        cause_withdrawn=True,
    )
