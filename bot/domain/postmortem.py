"""What is known of an incident, gathered for its postmortem."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.domain import calling
from bot.domain import events as e
from bot.domain.incident import Incident
from bot.domain.ordering import order
from bot.domain.plain import plain
from bot.domain.runbook import Outcome, Step
from bot.domain.timeline import Entry, Message, entries
from bot.domain.words import Seen, Verdict

#: An event and its version.
Recorded = tuple[int, e.AnyEvent]


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
    #: `clear`, `found`, `skipped`, or `probed: …` when nobody finished it, or `not looked at`.
    outcome: str
    who: str
    at: datetime | None
    evidence: str
    #: When a person or a probe first saw what it asks for (a skip or a failed probe saw nothing) …
    looked_at: datetime | None
    #: … and how long after detection.
    looked_after: timedelta | None


@dataclass(frozen=True, kw_only=True)
class Escalation:
    """Others were called in; `late` is how long after it was due, or nothing."""

    who: str
    reason: str
    due_at: datetime | None
    at: datetime
    late: timedelta | None


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """An improvement or a task."""

    title: str
    text: str
    owner: str = ""
    due: str = ""


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """Something Firstcheck could not do."""

    what: str
    why: str


@dataclass(frozen=True, kw_only=True)
class PostmortemFacts:
    """All a template may show: plain text, people by name, UTC; None or empty where nothing is recorded."""

    name: str
    title: str
    service: str
    severity: str
    status: str
    commander: str
    drill: bool
    started_at: datetime | None
    detected_at: datetime | None
    mitigated_at: datetime | None
    ended_at: datetime | None
    closed_at: datetime | None
    #: From the start until users stopped feeling it; nothing while they do.
    duration: timedelta | None
    impact: str
    share: str
    cause: Cause | None
    resolution: str
    timeline: tuple[Entry, ...]
    #: Whether the times need their date.
    spans_days: bool
    hypotheses: tuple[Suspicion, ...]
    #: Time during which at least one suspicion stood that proved wrong.
    spent_on_refuted: timedelta
    runbook: str
    steps: tuple[StepRow, ...]
    escalations: tuple[Escalation, ...]
    improvements: tuple[FollowUp, ...]
    tasks: tuple[FollowUp, ...]
    troubles: tuple[Trouble, ...]


def facts(
    incident: Incident, recorded: Iterable[Recorded], messages: Iterable[Message], names: Mapping[str, str]
) -> PostmortemFacts:
    """Return the facts of `incident` from its events with their versions, and messages; `names` are by id."""
    log = _Log(events=tuple(recorded), names=names)
    started_at = incident.began_at or incident.declared_at
    timeline = _timeline(log, messages)
    suspicions = _suspicions(incident, log)
    return PostmortemFacts(
        name=incident.name,
        title=log.said(incident.title),
        service=incident.service,
        severity=incident.severity,
        status=incident.status,
        commander=log.who(incident.commander),
        drill=incident.drill,
        started_at=started_at,
        detected_at=incident.declared_at,
        mitigated_at=incident.mitigated_at,
        ended_at=incident.ended_at,
        closed_at=incident.closed_at,
        duration=_between(started_at, incident.ended_at),
        impact=log.said(incident.impact),
        share=log.said(incident.share),
        cause=_cause(incident, log),
        resolution=log.said(incident.resolution),
        timeline=timeline,
        spans_days=_spans_days(started_at, timeline),
        hypotheses=suspicions,
        spent_on_refuted=_union(s for s in suspicions if s.verdict == Verdict.REFUTED),
        runbook=incident.runbook.title if incident.runbook else "",
        steps=tuple(_step(place, step, incident, log) for place, step in enumerate(_walk(incident), 1)),
        escalations=tuple(_escalation(made, log) for made in calling.escalations(log.events)),
        improvements=tuple(_follow_up(improvement, log) for improvement in incident.improvements),
        tasks=tuple(_follow_up(task, log) for task in incident.action_items.values()),
        troubles=tuple(Trouble(what=gave_up.effect, why=gave_up.why) for gave_up in incident.gave_up),
    )


@dataclass(frozen=True, kw_only=True)
class _Log:
    """The events, and how to read what they hold."""

    events: tuple[Recorded, ...]
    names: Mapping[str, str]

    def said(self, text: str) -> str:
        """Plain text of what somebody typed."""
        return plain(text, self.names)

    def who(self, person: str) -> str:
        """The name of a person, or their id where no name is known."""
        return self.names.get(person, person)


def _timeline(log: _Log, messages: Iterable[Message]) -> tuple[Entry, ...]:
    return tuple(
        replace(entry, text=log.said(entry.text), by="" if entry.by == e.FIRSTCHECK else log.who(entry.by))
        for entry in entries(log.events, messages)
    )


def _between(start: datetime | None, end: datetime | None) -> timedelta | None:
    return max(end - start, timedelta()) if start and end else None


def _spans_days(started_at: datetime | None, timeline: tuple[Entry, ...]) -> bool:
    moments = [entry.at for entry in timeline] + ([started_at] if started_at else [])
    return len({moment.astimezone(UTC).date() for moment in moments}) > 1


def _cause(incident: Incident, log: _Log) -> Cause | None:
    named = incident.cause
    if named is None:
        return None
    # A cause put into better words later was known when its area was first named.
    known_at = min(
        event.at for _, event in log.events if isinstance(event, e.CauseNamed) and event.area == named.area
    )
    return Cause(
        text=log.said(named.text),
        area=named.area or "",
        detail=log.said(named.detail),
        found_after=_between(incident.declared_at, known_at),
    )


def _suspicions(incident: Incident, log: _Log) -> tuple[Suspicion, ...]:
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
            spent=_between(hypothesis.opened_at, hypothesis.closed_at or end) or timedelta(),
            verdict=hypothesis.verdict or "open",
            evidence=log.said(hypothesis.evidence),
        )
        for hypothesis in incident.hypotheses.values()
    )


def _union(suspicions: Iterable[Suspicion]) -> timedelta:
    """Return the time covered by the suspicions; what overlaps counts once."""
    total = timedelta()
    covered_until: datetime | None = None
    for suspicion in sorted(suspicions, key=lambda suspicion: suspicion.opened_at):
        end = suspicion.opened_at + suspicion.spent
        start = max(suspicion.opened_at, covered_until or suspicion.opened_at)
        total += max(end - start, timedelta())
        covered_until = max(end, covered_until or end)
    return total


def _walk(incident: Incident) -> tuple[Step, ...]:
    """Return the steps in the order the runbook gave before there was evidence."""
    return order(incident.runbook.steps) if incident.runbook else ()


def _step(place: int, step: Step, incident: Incident, log: _Log) -> StepRow:
    state = incident.state_of(step.id)
    looked_at = min((event.at for _, event in log.events if _looks_at(event, step)), default=None)
    probed = f"probed: {state.probed}" if state.probed else "not looked at"
    return StepRow(
        place=place,
        title=step.title,
        area=step.area,
        outcome=state.outcome or probed,
        who=log.who(state.by),
        at=state.at,
        evidence=log.said(state.evidence or state.probe_evidence),
        looked_at=looked_at,
        looked_after=_between(incident.declared_at, looked_at),
    )


def _looks_at(event: e.AnyEvent, step: Step) -> bool:
    match event:
        case e.ProbeFinished():
            return event.step == step.id and event.verdict is not Seen.FAILED
        case e.StepFinished():
            return event.step == step.id and event.outcome is not Outcome.SKIPPED
        case _:
            return False


def _escalation(made: e.EscalationMade, log: _Log) -> Escalation:
    return Escalation(
        who=log.said(log.who(made.who)),
        reason=log.said(made.reason),
        due_at=made.due_at,
        at=made.at,
        late=_between(made.due_at, made.at) or None,
    )


def _follow_up(item: e.ImprovementProposed | e.ActionItemAdded, log: _Log) -> FollowUp:
    task = item if isinstance(item, e.ActionItemAdded) else None
    return FollowUp(
        title=log.said(item.title),
        text=log.said(item.text),
        owner=log.who(task.owner) if task else "",
        due=task.due if task else "",
    )
