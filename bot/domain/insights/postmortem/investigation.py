"""The findings of the investigation, and its cost."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import events
from bot.domain.incident.causes import cause_from_hypothesis, cause_from_step
from bot.domain.incident.hypothesis import Hypothesis
from bot.domain.incident.incident import Incident
from bot.domain.incident.investigation import Investigation, retracts_cause
from bot.domain.incident.step_state import StepState
from bot.domain.insights.postmortem.log import IncidentLog, between, to_whole_seconds
from bot.domain.runbooks.runbook import Step
from bot.domain.vocabulary import Area, HypothesisVerdict, ProbeVerdict, StepOutcome

#: A person's verdict on a step, shown beside the result of its probe.
JUDGED = {
    StepOutcome.CLEAR: "marked clear",
    StepOutcome.FOUND: "marked as the cause",
    StepOutcome.SKIPPED: "skipped",
}


@dataclass(frozen=True, kw_only=True)
class Cause:
    """A cause. `found_after` is the time from detection until it was named."""

    text: str
    area: str
    detail: str
    #: What confirmed it, if it was a hypothesis.
    evidence: str
    found_at: datetime | None
    found_by: str
    found_after: timedelta | None


@dataclass(frozen=True, kw_only=True)
class HypothesisRow:
    """A hypothesis and its cost: `spent` runs from its start to its verdict, or to the end if it has none."""

    number: int
    text: str
    area: str
    owner: str
    opened_at: datetime
    closed_at: datetime | None
    spent: timedelta
    #: `open`, `confirmed`, `refuted` or `parked`.
    verdict: str
    evidence: str


@dataclass(frozen=True, kw_only=True)
class StepRow:
    """A step of the runbook with its place in the order and its outcome."""

    place: int
    title: str
    area: str
    #: `clear`, `found` or `skipped`. If nobody finished it: `probed: …`, `not checked`, `checked as
    #: hypothesis 1 (refuted)`, or a note that the cause was in its area.
    outcome: str
    who: str
    at: datetime | None
    evidence: str
    #: When a person or a probe first checked it. A skip or a probe that could not run does not count.
    looked_at: datetime | None
    #: The time from detection to the first check.
    looked_after: timedelta | None


def causes(incident: Incident, log: IncidentLog) -> Iterator[Cause]:
    """Yield the recorded cause, then every other hypothesis and step that people called a cause, by time.

    Yield nothing if no cause is recorded: what people called a cause before it was withdrawn is in doubt.
    """
    main = incident.investigation.cause
    if main is None:
        return
    yield _cause(incident, log, main, _first_named(main.area, log))
    for named in sorted(_other_causes(incident.investigation, main), key=lambda named: named.at):
        yield _cause(incident, log, named, named)


def _other_causes(investigation: Investigation, main: events.CauseNamed) -> Iterator[events.CauseNamed]:
    """Yield the confirmed hypotheses and the found steps that are not the cause `main`.

    Older logs don't have the source of a reworded cause. What is in its area is the same cause.
    """
    is_without_source = not (main.step or main.hypothesis)
    for hypothesis in investigation.hypotheses.values():
        is_same = hypothesis.number == main.hypothesis or (is_without_source and hypothesis.area is main.area)
        if hypothesis.verdict is HypothesisVerdict.CONFIRMED and not is_same:
            at = hypothesis.closed_at or hypothesis.opened_at
            yield cause_from_hypothesis(hypothesis, hypothesis.closed_by, at)
    for step in investigation.steps_with(StepOutcome.FOUND):
        state = investigation.state_of(step.id)
        is_same = step.id == main.step or (is_without_source and step.area is main.area)
        if state.at and not is_same:
            yield cause_from_step(step, state.evidence, state.by, state.at)


def _cause(
    incident: Incident, log: IncidentLog, named: events.CauseNamed, first: events.CauseNamed | None
) -> Cause:
    """Return a cause as it is named now, with the person and the time of the first name."""
    at = first.at if first else None
    confirmed = incident.investigation.hypotheses.get(named.hypothesis)
    return Cause(
        text=log.plain_text(named.text),
        area=named.area or "",
        detail=log.plain_text(named.detail),
        evidence=log.plain_text(confirmed.evidence) if confirmed else "",
        found_at=at,
        found_by=log.display_name(first.by) if first else "",
        found_after=between(incident.detected_at, at),
    )


def _first_named(area: Area | None, log: IncidentLog) -> events.CauseNamed | None:
    """Return the first name of the cause. Rewording it changes nothing, and withdrawing it starts anew."""
    first: events.CauseNamed | None = None
    last: events.CauseNamed | None = None
    for _, event in log.events:
        if isinstance(event, events.CauseNamed):
            last = event
            if event.area == area and (first is None or event.at < first.at):
                first = event
        elif retracts_cause(last, event):
            last = first = None
    return first


def hypotheses(incident: Incident, log: IncidentLog) -> tuple[HypothesisRow, ...]:
    """Return every hypothesis with its cost."""
    latest = max((event.at for _, event in log.events), default=None)
    end = incident.impact.resolved_at or incident.closed_at or latest
    return tuple(
        HypothesisRow(
            number=hypothesis.number,
            text=log.plain_text(hypothesis.text),
            area=hypothesis.area_text,
            owner=log.display_name(hypothesis.owner),
            opened_at=hypothesis.opened_at,
            closed_at=hypothesis.closed_at,
            spent=between(hypothesis.opened_at, hypothesis.closed_at or end) or timedelta(),
            verdict=hypothesis.verdict or "open",
            evidence=log.plain_text(hypothesis.evidence),
        )
        for hypothesis in incident.investigation.hypotheses.values()
    )


def time_on_refuted(hypotheses: Iterable[HypothesisRow]) -> timedelta:
    """Return the time spent on refuted hypotheses; overlapping time counts once."""
    refuted = (row for row in hypotheses if row.verdict == HypothesisVerdict.REFUTED)
    total = timedelta()
    covered_until: datetime | None = None
    for row in sorted(refuted, key=lambda row: row.opened_at):
        start = to_whole_seconds(row.opened_at)
        end = start + row.spent
        start = max(start, covered_until or start)
        total += max(end - start, timedelta())
        covered_until = max(end, covered_until or end)
    return total


def steps(incident: Incident, log: IncidentLog) -> tuple[StepRow, ...]:
    """Return the steps by number, which follows the runbook's order before any evidence."""
    numbered = enumerate(incident.investigation.numbered_steps, 1)
    return tuple(_step(place, step, incident, log) for place, step in numbered)


def _step(place: int, step: Step, incident: Incident, log: IncidentLog) -> StepRow:
    state = incident.investigation.state_of(step.id)
    looked_at = min((event.at for _, event in log.events if _looks_at(event, step)), default=None)
    row = StepRow(
        place=place,
        title=step.title,
        area=step.area,
        outcome=state.outcome or _unfinished(step, incident),
        who=log.display_name(state.by),
        at=state.at,
        evidence=log.plain_text(state.evidence or _seen_by_the_probe(state)) + _reporter(state, log),
        looked_at=looked_at,
        looked_after=between(incident.detected_at, looked_at),
    )
    hypotheses = incident.investigation.hypotheses.values()
    suspected = next((hypothesis for hypothesis in hypotheses if hypothesis.known_area is step.area), None)
    return row if looked_at or state.outcome or suspected is None else _looked_at_as(suspected, row, log)


def _reporter(state: StepState, log: IncidentLog) -> str:
    """Return who reported the evidence, if somebody else finished the step."""
    is_other = state.evidence and state.evidence_by != state.by
    return f" ({log.display_name(state.evidence_by)})" if is_other else ""


def _seen_by_the_probe(state: StepState) -> str:
    """Return the result of the probe, marked if a person's verdict differs from it."""
    agreed = {StepOutcome.FOUND: ProbeVerdict.WRONG, StepOutcome.CLEAR: ProbeVerdict.CLEAR}
    if state.outcome is None or agreed.get(state.outcome) is state.probe_verdict or not state.probe_evidence:
        return state.probe_evidence
    if state.probe_verdict is ProbeVerdict.FAILED:
        return ""
    return f"the probe reported: {state.probe_evidence}; {JUDGED[state.outcome]}"


def _unfinished(step: Step, incident: Incident) -> str:
    """Return the outcome of a step that nobody finished. The cause may have been found without it."""
    if probed := incident.investigation.state_of(step.id).probe_verdict:
        return f"probed: {probed}"
    found_here = incident.investigation.cause_area is step.area
    return "not marked; the cause was found in this area" if found_here else "not checked"


def _looked_at_as(hypothesis: Hypothesis, row: StepRow, log: IncidentLog) -> StepRow:
    """Return the row of a step that nobody took, but whose area a hypothesis covered."""
    return replace(
        row,
        outcome=f"checked as hypothesis {hypothesis.number} ({hypothesis.verdict or 'open'})",
        who=log.display_name(hypothesis.owner),
        at=hypothesis.opened_at,
        evidence=log.plain_text(hypothesis.evidence),
    )


def _looks_at(event: events.AnyEvent, step: Step) -> bool:
    match event:
        case events.ProbeFinished():
            return event.step == step.id and event.verdict is not ProbeVerdict.FAILED
        case events.StepFinished():
            return event.step == step.id and event.outcome is not StepOutcome.SKIPPED
        case _:
            return False
