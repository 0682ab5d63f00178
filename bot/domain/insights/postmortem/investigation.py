"""The findings of the investigation, and its cost."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import events
from bot.domain.incident.hypothesis import Hypothesis
from bot.domain.incident.incident import Incident
from bot.domain.incident.investigation import retracts_cause
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
    """The root cause. `found_after` is the time from detection until it was named."""

    text: str
    area: str
    detail: str
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


def cause(incident: Incident, log: IncidentLog) -> Cause | None:
    """Return the root cause, if it was named."""
    named = incident.investigation.cause
    if named is None:
        return None
    return Cause(
        text=log.plain_text(named.text),
        area=named.area or "",
        detail=log.plain_text(named.detail),
        found_after=between(incident.declared_at, _known_since(named.area, log)),
    )


def _known_since(area: Area | None, log: IncidentLog) -> datetime | None:
    """Return when the cause became known. Rewording keeps the time, and withdrawing resets it."""
    known_at: datetime | None = None
    last: events.CauseNamed | None = None
    for _, event in log.events:
        if isinstance(event, events.CauseNamed):
            last = event
            if event.area == area:
                known_at = min(event.at, known_at or event.at)
        elif retracts_cause(last, event):
            last = known_at = None
    return known_at


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
        looked_after=between(incident.declared_at, looked_at),
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
