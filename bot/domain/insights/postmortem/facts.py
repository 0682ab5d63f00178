"""What is known of an incident, gathered for its postmortem."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.domain import events as e
from bot.domain.effects.failures import undone
from bot.domain.incident.incident import Incident
from bot.domain.insights import recipients
from bot.domain.insights.postmortem import investigation
from bot.domain.insights.postmortem.log import Log, Recorded, between
from bot.domain.insights.timeline.timeline import Entry, Message, entries
from bot.domain.vocabulary import Verdict

#: What took less than this is told to the second.
ONLY_MINUTES = timedelta(minutes=10)

#: The events a postmortem tells of; not what became of drafting it, which would go on for ever.
IN_THE_DOCUMENT = (
    e.AlertsReceived
    | e.SeverityChanged
    | e.IncidentResolved
    | e.IncidentClosed
    | e.IncidentCancelled
    | e.RoleAssigned
    | e.ImpactDescribed
    | e.CauseNamed
    | e.CauseTakenBack
    | e.HypothesisOpened
    | e.HypothesisExtended
    | e.HypothesisHandedOver
    | e.HypothesisPlaced
    | e.HypothesisClosed
    | e.NoteAdded
    | e.NoteRemoved
    | e.ImprovementProposed
    | e.ActionItemAdded
    | e.ProbeFinished
    | e.StepFinished
    | e.EscalationMade
    | e.ClockSnoozed
    | e.UpdateGiven
    | e.PageAcknowledged
    | e.PageFailed
)


@dataclass(frozen=True, kw_only=True)
class Escalation:
    """Others were called in; `late` is how long after it was due, or nothing.

    `unreached` says why it reached nobody, if it did not.
    """

    who: str
    reason: str
    due_at: datetime | None
    at: datetime
    late: timedelta | None
    unreached: str = ""


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
    cause: investigation.Cause | None
    resolution: str
    timeline: tuple[Entry, ...]
    #: Whether the times need their date.
    spans_days: bool
    #: Whether minutes would tell too little.
    to_the_second: bool
    hypotheses: tuple[investigation.Suspicion, ...]
    #: Time during which at least one suspicion stood that proved wrong.
    spent_on_refuted: timedelta
    runbook: str
    steps: tuple[investigation.StepRow, ...]
    escalations: tuple[Escalation, ...]
    improvements: tuple[FollowUp, ...]
    tasks: tuple[FollowUp, ...]
    troubles: tuple[Trouble, ...]


def facts(
    incident: Incident, recorded: Iterable[Recorded], messages: Iterable[Message], names: Mapping[str, str]
) -> PostmortemFacts:
    """Return the facts of `incident` from its events with their versions, and messages; `names` are by id."""
    recorded = tuple(recorded)
    started_at = incident.began_at or incident.declared_at
    told = entries(recorded, messages)
    moments = (*(entry.at for entry in told), *filter(None, [started_at]))
    log = Log(events=recorded, names=names, dated=len({at.astimezone(UTC).date() for at in moments}) > 1)
    suspicions = investigation.suspicions(incident, log)
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
        duration=between(started_at, incident.ended_at),
        impact=log.said(incident.impact),
        share=log.said(incident.share),
        cause=investigation.cause(incident, log),
        resolution=log.said(incident.resolution),
        timeline=tuple(_entry(entry, log) for entry in told),
        spans_days=log.dated,
        to_the_second=bool(incident.ended_at) and max(moments) - min(moments) < ONLY_MINUTES,
        hypotheses=suspicions,
        spent_on_refuted=investigation.time_on(s for s in suspicions if s.verdict == Verdict.REFUTED),
        runbook=incident.runbook.title if incident.runbook else "",
        steps=investigation.steps(incident, log),
        escalations=tuple(_escalation(made, why, log) for made, why in recipients.escalations(log.events)),
        improvements=tuple(_follow_up(improvement, log) for improvement in incident.improvements),
        tasks=tuple(_follow_up(task, log) for task in incident.action_items.values()),
        troubles=tuple(_trouble(lost) for lost in incident.gave_up),
    )


def _entry(entry: Entry, log: Log) -> Entry:
    return replace(entry, text=log.said(entry.text), by="" if entry.by == e.FIRSTCHECK else log.who(entry.by))


def _escalation(made: e.EscalationMade, unreached: str, log: Log) -> Escalation:
    return Escalation(
        who=log.said(log.who(made.who)),
        reason=log.said(made.reason),
        due_at=made.due_at,
        at=made.at,
        late=recipients.lateness(made),
        unreached=log.said(unreached),
    )


def _trouble(lost: e.EffectGaveUp) -> Trouble:
    return Trouble(what=undone(lost.effect).capitalize(), why=lost.why)


def _follow_up(item: e.ImprovementProposed | e.ActionItemAdded, log: Log) -> FollowUp:
    task = item if isinstance(item, e.ActionItemAdded) else None
    return FollowUp(
        title=log.said(item.title),
        text=log.said(item.text),
        owner=log.who(task.owner) if task else "",
        due=task.due if task else "",
    )
