"""What the search for the cause came to, and what it cost."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain import events as e
from bot.domain.incident import investigation
from bot.domain.incident.incident import Incident
from bot.domain.incident.investigation import Hypothesis, StepState
from bot.domain.incident.step_order import order
from bot.domain.insights.postmortem.log import Log, between, shown
from bot.domain.runbooks.runbook import Step
from bot.domain.vocabulary import Area, Outcome, Seen

#: What a person made of a step, beside what its probe saw.
JUDGED = {Outcome.CLEAR: "judged clear", Outcome.FOUND: "judged the cause", Outcome.SKIPPED: "skipped"}


@dataclass(frozen=True, kw_only=True)
class Cause:
    """The root cause; `found_after` runs from detection until it was named."""

    text: str
    area: str
    detail: str
    found_after: timedelta | None


@dataclass(frozen=True, kw_only=True)
class Suspicion:
    """A hypothesis and what it cost: `spent` runs from when it was opened to its verdict, or to the end."""

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
    """A step of the runbook at its place in the order, and what came of it."""

    place: int
    title: str
    area: str
    #: `clear`, `found` or `skipped`; when nobody finished it `probed: …`, or `not looked at`, or
    #: `looked at as hypothesis 1 (refuted)` when somebody suspected its area, or that the cause was there.
    outcome: str
    who: str
    at: datetime | None
    evidence: str
    #: When a person or a probe first saw what it asks for (a skip or a failed probe saw nothing) …
    looked_at: datetime | None
    #: … and how long after detection.
    looked_after: timedelta | None


def cause(incident: Incident, log: Log) -> Cause | None:
    """Return the root cause, if it was named."""
    named = incident.cause
    if named is None:
        return None
    return Cause(
        text=log.said(named.text),
        area=named.area or "",
        detail=log.said(named.detail),
        found_after=between(incident.declared_at, _known_since(named.area, log)),
    )


def _known_since(area: Area | None, log: Log) -> datetime | None:
    """Return since when the cause is known: better words for it make it no later, a withdrawal does."""
    known_at: datetime | None = None
    last: e.CauseNamed | None = None
    for _, event in log.events:
        match event:
            case e.CauseNamed():
                last = event
                if event.area == area:
                    known_at = min(event.at, known_at or event.at)
            case e.StepFinished() | e.HypothesisClosed() if investigation.withdraws(last, event):
                last = known_at = None
            case e.CauseTakenBack():
                last = known_at = None
            case _:
                pass
    return known_at


def suspicions(incident: Incident, log: Log) -> tuple[Suspicion, ...]:
    """Return every hypothesis and what it cost."""
    latest = max((event.at for _, event in log.events), default=None)
    end = incident.resolved_at or incident.closed_at or latest
    return tuple(
        Suspicion(
            number=hypothesis.number,
            text=log.said(hypothesis.text),
            area=hypothesis.area,
            owner=log.who(hypothesis.owner),
            opened_at=hypothesis.opened_at,
            closed_at=hypothesis.closed_at,
            spent=between(hypothesis.opened_at, hypothesis.closed_at or end) or timedelta(),
            verdict=hypothesis.verdict or "open",
            evidence=log.said(hypothesis.evidence),
        )
        for hypothesis in incident.hypotheses.values()
    )


def time_on(stood: Iterable[Suspicion]) -> timedelta:
    """Return the time covered by the suspicions; what overlaps counts once."""
    total = timedelta()
    covered_until: datetime | None = None
    for suspicion in sorted(stood, key=lambda suspicion: suspicion.opened_at):
        start = shown(suspicion.opened_at)
        end = start + suspicion.spent
        start = max(start, covered_until or start)
        total += max(end - start, timedelta())
        covered_until = max(end, covered_until or end)
    return total


def steps(incident: Incident, log: Log) -> tuple[StepRow, ...]:
    """Return the steps in the order the runbook gave before there was evidence."""
    walk = order(incident.runbook.steps) if incident.runbook else ()
    return tuple(_step(place, step, incident, log) for place, step in enumerate(walk, 1))


def _step(place: int, step: Step, incident: Incident, log: Log) -> StepRow:
    state = incident.state_of(step.id)
    looked_at = min((event.at for _, event in log.events if _looks_at(event, step)), default=None)
    row = StepRow(
        place=place,
        title=step.title,
        area=step.area,
        outcome=state.outcome or _unfinished(step, incident),
        who=log.who(state.by),
        at=state.at,
        evidence=log.said(state.evidence or _seen_by_the_probe(state)),
        looked_at=looked_at,
        looked_after=between(incident.declared_at, looked_at),
    )
    suspected = next((known for known in incident.hypotheses.values() if known.area is step.area), None)
    return row if looked_at or state.outcome or suspected is None else _looked_at_as(suspected, row, log)


def _seen_by_the_probe(state: StepState) -> str:
    """Say what the probe saw; where a person judged otherwise, that it is no evidence of what they say."""
    agreed = {Outcome.FOUND: Seen.WRONG, Outcome.CLEAR: Seen.CLEAR}
    if state.outcome is None or agreed.get(state.outcome) is state.probed or not state.probe_evidence:
        return state.probe_evidence
    if state.probed is Seen.FAILED:
        return ""
    return f"the probe saw: {state.probe_evidence}; {JUDGED[state.outcome]}"


def _unfinished(step: Step, incident: Incident) -> str:
    """Say what is known of a step that nobody finished, and no more: a cause may be found without one."""
    if probed := incident.state_of(step.id).probed:
        return f"probed: {probed}"
    found_here = incident.cause is not None and incident.cause.area is step.area
    return "not marked; the cause was found in this area" if found_here else "not looked at"


def _looked_at_as(known: Hypothesis, row: StepRow, log: Log) -> StepRow:
    """Return the row of a step that nobody took, while somebody looked there for a suspicion."""
    return replace(
        row,
        outcome=f"looked at as hypothesis {known.number} ({known.verdict or 'open'})",
        who=log.who(known.owner),
        at=known.opened_at,
        evidence=log.said(known.evidence),
    )


def _looks_at(event: e.AnyEvent, step: Step) -> bool:
    match event:
        case e.ProbeFinished():
            return event.step == step.id and event.verdict is not Seen.FAILED
        case e.StepFinished():
            return event.step == step.id and event.outcome is not Outcome.SKIPPED
        case _:
            return False
