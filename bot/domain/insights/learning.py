"""What closed incidents taught of a runbook: how often each step was the cause, and how long it took."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from statistics import median

from bot.domain.incident.follow_up import RunbookFeedback
from bot.domain.incident.incident import Incident
from bot.domain.insights.priors import expected_shares
from bot.domain.runbooks.runbook import Past, Runbook, Step
from bot.domain.vocabulary import Status, StepOutcome

#: The runbook's minutes count as this many looks.
PRIOR_LOOKS = 2
#: An incident that long ago counts half: services change, but a runbook sees few incidents a year.
HALF_LIFE = timedelta(days=730)
#: Ended quicker than this, a step was told afterwards, not looked at.
QUICKEST_MINUTES = 0.25
#: Ended slower than this, people did something else meanwhile.
SLOWEST_MINUTES = 240


@dataclass(frozen=True, kw_only=True)
class CauseRecord:
    """What one closed incident taught: the step that was the cause, if one was, and the minutes of each."""

    runbook: str
    at: datetime
    cause: str = ""
    minutes: Mapping[str, float] = field(default_factory=dict)


def cause_record(incident: Incident) -> CauseRecord | None:
    """Return what an incident taught; nothing while it is not closed, as a drill, or without a cause."""
    runbook, ended_at = incident.investigation.runbook, incident.closed_at
    if runbook is None or ended_at is None or incident.is_drill or incident.status is not Status.CLOSED:
        return None
    found = _cause(incident, runbook)
    if not found and incident.investigation.cause is None:
        return None
    return CauseRecord(runbook=runbook.id, at=ended_at, cause=found, minutes=_minutes(incident))


def feedback_to_runbook(incident: Incident) -> RunbookFeedback | None:
    """Return what the runbook's owner should know of an incident; nothing for a drill."""
    runbook = incident.investigation.runbook
    if runbook is None or incident.is_drill:
        return None
    by_outcome = {
        outcome: tuple(
            step for step in runbook.steps if incident.investigation.state_of(step.id).outcome is outcome
        )
        for outcome in StepOutcome
    }
    area = incident.investigation.cause.area if incident.investigation.cause else None
    told = RunbookFeedback(
        found_nothing=by_outcome[StepOutcome.CLEAR],
        skipped=by_outcome[StepOutcome.SKIPPED],
        cause=incident.investigation.cause.text if incident.investigation.cause else "",
        found_by=by_outcome[StepOutcome.FOUND],
        in_its_area=tuple(step for step in runbook.steps if step.area is area),
        area=area,
    )
    return told if told.found_nothing or told.skipped or told.cause else None


def with_experience(runbook: Runbook, lessons: Iterable[CauseRecord], now: datetime) -> Runbook:
    """Return the runbook of the file with the weights and minutes that its lessons leave; each step says so.

    Without a lesson of its own it is returned as it is. docs/ordering.md has the reasons and the figures.
    """
    own = [lesson for lesson in lessons if lesson.runbook == runbook.id]
    if not own:
        return runbook
    shares = _shares(runbook, own, now)
    times = Counter(lesson.cause for lesson in own)
    steps = (
        replace(
            step,
            weight=shares[step.id],
            minutes=_usual_minutes(step, own),
            past=Past(times=times[step.id], incidents=len(own)),
        )
        for step in runbook.steps
    )
    return replace(runbook, steps=tuple(steps))


def _shares(runbook: Runbook, lessons: list[CauseRecord], now: datetime) -> dict[str, float]:
    """Return how often each step is expected to be the cause; old lessons count less."""
    weights = {step.id: step.weight for step in runbook.steps}
    found = dict.fromkeys(weights, 0.0)
    for lesson in lessons:
        if lesson.cause in found:
            found[lesson.cause] += _fading(now - lesson.at)
    return expected_shares(weights, found)


def _fading(age: timedelta) -> float:
    return float(0.5 ** (max(age, timedelta()) / HALF_LIFE))


def _usual_minutes(step: Step, lessons: list[CauseRecord]) -> float:
    took = [lesson.minutes[step.id] for lesson in lessons if step.id in lesson.minutes]
    return median([step.minutes] * PRIOR_LOOKS + took)


def _cause(incident: Incident, runbook: Runbook) -> str:
    """The step that found it; else the one step of the cause's area, for others it cannot be said."""
    for step in runbook.steps:
        if incident.investigation.state_of(step.id).outcome is StepOutcome.FOUND:
            return step.id
    area = incident.investigation.cause.area if incident.investigation.cause else None
    there = [step.id for step in runbook.steps if step.area is area]
    return there[0] if len(there) == 1 else ""


def _minutes(incident: Incident) -> dict[str, float]:
    """How long each step took since somebody took it, else since the one before it ended."""
    took: dict[str, float] = {}
    before = incident.declared_at
    for step in incident.investigation.steps_in_order:
        state = incident.investigation.state_of(step.id)
        if state.at is None or before is None:
            continue
        minutes = (state.at - (state.taken_at or before)).total_seconds() / 60
        if state.outcome is not StepOutcome.SKIPPED and QUICKEST_MINUTES <= minutes <= SLOWEST_MINUTES:
            took[step.id] = minutes
        before = max(before, state.at)
    return took
