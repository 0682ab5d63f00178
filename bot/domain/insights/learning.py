"""Learns from closed incidents how often each step of a runbook was the cause, and how long it took."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from statistics import median

from bot.domain.incident.follow_up import RunbookFeedback
from bot.domain.incident.incident import Incident
from bot.domain.incident.investigation import Investigation
from bot.domain.insights.priors import expected_shares
from bot.domain.runbooks.runbook import Past, Runbook, Step
from bot.domain.vocabulary import Status, StepOutcome

#: The minutes in the runbook count as this many measurements.
PRIOR_MEASUREMENTS = 2
#: An incident of this age counts for half. Services change, but a runbook sees few incidents a year.
HALF_LIFE = timedelta(days=730)
#: A step that ended sooner was reported afterwards, so its time is not counted.
QUICKEST_MINUTES = 0.25
#: A step that ended later was interrupted, so its time is not counted.
SLOWEST_MINUTES = 240


@dataclass(frozen=True, kw_only=True)
class CauseRecord:
    """The record of a closed incident: the steps that were its cause, and the minutes of each step."""

    runbook: str
    at: datetime
    causes: tuple[str, ...] = ()
    minutes: Mapping[str, float] = field(default_factory=dict)


def cause_record(incident: Incident) -> CauseRecord | None:
    """Return the record of an incident, or None if it is a drill, is not closed, or has no cause."""
    runbook, ended_at = incident.investigation.runbook, incident.closed_at
    if runbook is None or ended_at is None or incident.is_drill or incident.status is not Status.CLOSED:
        return None
    found = _causes(incident.investigation)
    if not found and incident.investigation.cause is None:
        return None
    return CauseRecord(runbook=runbook.id, at=ended_at, causes=found, minutes=_minutes(incident))


def feedback_to_runbook(incident: Incident) -> RunbookFeedback | None:
    """Return the feedback for the runbook's owner, or None for a drill or if there is nothing to report."""
    investigation = incident.investigation
    if investigation.runbook is None or incident.is_drill:
        return None
    area, found = investigation.cause_area, investigation.steps_with(StepOutcome.FOUND)
    source = investigation.cause.step if investigation.cause else ""
    feedback = RunbookFeedback(
        found_nothing=investigation.steps_with(StepOutcome.CLEAR),
        skipped=investigation.steps_with(StepOutcome.SKIPPED),
        cause=investigation.cause.text if investigation.cause else "",
        found_by=tuple(step for step in found if step.id == source),
        also_found=tuple(step for step in found if step.id != source),
        in_its_area=tuple(step for step in investigation.runbook_steps if step.area is area),
        area=area,
    )
    has_news = feedback.found_nothing or feedback.skipped or feedback.cause or feedback.also_found
    return feedback if has_news else None


def with_experience(runbook: Runbook, records: Iterable[CauseRecord], now: datetime) -> Runbook:
    """Return the runbook with the weights and minutes that its closed incidents suggest.

    A runbook without closed incidents is unchanged. docs/ordering.md has the reasons and the figures.
    """
    own = [record for record in records if record.runbook == runbook.id]
    if not own:
        return runbook
    shares = _shares(runbook, own, now)
    times = Counter(step_id for record in own for step_id in record.causes)
    steps = []
    for step in runbook.steps:
        past = Past(times=times[step.id], incidents=len(own))
        minutes = _usual_minutes(step, own)
        steps.append(replace(step, weight=shares[step.id], minutes=minutes, past=past))
    return replace(runbook, steps=tuple(steps))


def _shares(runbook: Runbook, records: list[CauseRecord], now: datetime) -> dict[str, float]:
    """Return how often each step is expected to be the cause. Old incidents count less."""
    weights = {step.id: step.weight for step in runbook.steps}
    found = dict.fromkeys(weights, 0.0)
    for record in records:
        for step_id in record.causes:
            if step_id in found:
                found[step_id] += _decay(now - record.at)
    return expected_shares(weights, found)


def _decay(age: timedelta) -> float:
    return float(0.5 ** (max(age, timedelta()) / HALF_LIFE))


def _usual_minutes(step: Step, records: list[CauseRecord]) -> float:
    measured = [record.minutes[step.id] for record in records if step.id in record.minutes]
    return median([step.minutes] * PRIOR_MEASUREMENTS + measured)


def _causes(investigation: Investigation) -> tuple[str, ...]:
    """Return the IDs of the steps confirmed as the cause.

    If there are none, return the only step in its area.

    A step that was marked clear did not find the cause.
    """
    if found := investigation.steps_with(StepOutcome.FOUND):
        return tuple(step.id for step in found)
    in_area = [step for step in investigation.runbook_steps if step.area is investigation.cause_area]
    was_clear = any(investigation.state_of(step.id).outcome is StepOutcome.CLEAR for step in in_area)
    return (in_area[0].id,) if len(in_area) == 1 and not was_clear else ()


def _minutes(incident: Incident) -> dict[str, float]:
    """Return each step's minutes since somebody took it.

    If nobody did, they count from the previous step's end.
    """
    minutes_by_step: dict[str, float] = {}
    before = incident.declared_at
    for step in incident.investigation.steps_in_order:
        state = incident.investigation.state_of(step.id)
        if state.at is None or before is None:
            continue
        minutes = (state.at - (state.taken_at or before)).total_seconds() / 60
        if state.outcome is not StepOutcome.SKIPPED and QUICKEST_MINUTES <= minutes <= SLOWEST_MINUTES:
            minutes_by_step[step.id] = minutes
        before = max(before, state.at)
    return minutes_by_step
