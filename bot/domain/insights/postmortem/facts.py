"""The facts of an incident for its postmortem."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.domain import events
from bot.domain.incident.follow_up import FollowUp
from bot.domain.incident.incident import Incident
from bot.domain.incident.tasks import Task
from bot.domain.insights import recipients
from bot.domain.insights.effect_words import failure
from bot.domain.insights.postmortem import investigation, people
from bot.domain.insights.postmortem.impact import PhaseRow, affected, phases
from bot.domain.insights.postmortem.log import IncidentLog, between
from bot.domain.insights.postmortem.milestones import Milestones, milestones, severities
from bot.domain.insights.postmortem.review import Review, review
from bot.domain.insights.timeline.entry import Entry, Kind
from bot.domain.insights.timeline.timeline import entries
from bot.domain.message import Message
from bot.domain.vocabulary import TaskKind, TaskState

#: An incident shorter than this is shown with seconds.
ONLY_MINUTES = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class TimelineRow:
    """A line of the timeline as plain text; see `Entry`. Only a note may have several lines."""

    at: datetime
    by: str
    text: str
    kind: Kind
    ref: str


@dataclass(frozen=True, kw_only=True)
class Escalation:
    """An escalation. `late` is the delay after it was due, or None if it was on time.

    `unreached` is the reason why it reached nobody, or "".
    """

    who: str
    reason: str
    due_at: datetime | None
    at: datetime
    late: timedelta | None
    unreached: str = ""


@dataclass(frozen=True, kw_only=True)
class TaskRow:
    """A task or an improvement. One proposed with an older version has the number 0."""

    number: int = 0
    title: str
    text: str = ""
    owner: str = ""
    due: str = ""
    kind: str = ""
    priority: str = ""
    #: `open`, `done` or `dropped`.
    state: str = TaskState.OPEN
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """Something that Firstcheck could not do."""

    what: str
    why: str


@dataclass(frozen=True, kw_only=True)
class PostmortemFacts:
    """All data that a template can show.

    Texts are plain, people are shown by name, and times are UTC. Values that were not recorded are None or
    empty.
    """

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
    #: From the start to the end; None before the end.
    duration: timedelta | None
    #: The time during which users were affected; None while they are.
    affected: timedelta | None
    impact: str
    share: str
    phases: tuple[PhaseRow, ...]
    milestones: Milestones
    #: The time with each severity, the highest first.
    severities: tuple[tuple[str, timedelta], ...]
    #: The recorded cause first.
    causes: tuple[investigation.Cause, ...]
    resolution: str
    timeline: tuple[TimelineRow, ...]
    #: Whether times are shown with their date.
    spans_days: bool
    #: Whether times are shown with seconds, because the incident was short.
    to_the_second: bool
    hypotheses: tuple[investigation.HypothesisRow, ...]
    #: The time during which at least one hypothesis was open that was later ruled out.
    time_on_refuted: timedelta
    runbook: str
    steps: tuple[investigation.StepRow, ...]
    escalations: tuple[Escalation, ...]
    roles: tuple[people.RoleRow, ...]
    participants: tuple[people.Participant, ...]
    #: The notes by the name of their kind, such as `factor` and `lucky`.
    review: Review
    improvements: tuple[TaskRow, ...]
    tasks: tuple[TaskRow, ...]
    troubles: tuple[Trouble, ...]
    #: The name of the picture file beside the document, or "".
    picture: str = ""

    @property
    def worst_severity(self) -> str:
        """The highest severity that the incident had."""
        return self.severities[0][0] if self.severities else self.severity

    @property
    def services(self) -> tuple[str, ...]:
        """The affected services, each once: that of the incident, then those of the phases."""
        named = (self.service, *(phase.service for phase in self.phases))
        return tuple(dict.fromkeys(filter(None, named)))

    @property
    def cause(self) -> investigation.Cause | None:
        """The recorded cause."""
        return next(iter(self.causes), None)


def facts(incident: Incident, log: IncidentLog, messages: Iterable[Message]) -> PostmortemFacts:
    """Return the facts of `incident` from its log and the messages of its channel."""
    timeline = entries(log.events, messages, log.read)
    moments = [*(entry.at for entry in timeline), *filter(None, [incident.started_at])]
    log = replace(log, dated=len({at.astimezone(UTC).date() for at in moments}) > 1)
    hypotheses, tasks = investigation.hypotheses(incident, log), incident.follow_up.tasks.values()
    causes = tuple(investigation.causes(incident, log))
    return PostmortemFacts(
        name=incident.name,
        title=log.plain_text(incident.title),
        service=incident.service,
        severity=incident.severity,
        status=incident.status,
        commander=log.display_name(incident.commander),
        drill=incident.is_drill,
        started_at=incident.started_at,
        detected_at=incident.detected_at,
        mitigated_at=incident.impact.mitigated_at,
        ended_at=incident.ended_at,
        closed_at=incident.closed_at,
        duration=between(incident.started_at, incident.ended_at),
        affected=affected(incident),
        impact=log.plain_text(incident.impact.summary),
        phases=phases(incident, log),
        share=log.plain_text(incident.impact.worst_share),
        milestones=milestones(incident, log, causes[0].found_at if causes else None),
        severities=severities(incident, log),
        causes=causes,
        resolution=log.plain_text(incident.impact.resolution),
        timeline=tuple(_timeline_row(entry, log) for entry in timeline),
        spans_days=log.dated,
        to_the_second=bool(incident.ended_at) and max(moments) - min(moments) < ONLY_MINUTES,
        hypotheses=hypotheses,
        time_on_refuted=investigation.time_on_refuted(hypotheses),
        runbook=incident.investigation.runbook.title if incident.investigation.runbook else "",
        steps=investigation.steps(incident, log),
        escalations=tuple(
            _escalation(escalation, why, log) for escalation, why in recipients.escalations(log.events)
        ),
        roles=people.roles(log),
        participants=people.participants(log),
        review=review(incident, log),
        improvements=tuple(_improvements(incident.follow_up, log)),
        tasks=tuple(_task(task, log) for task in tasks if task.kind is not TaskKind.IMPROVE),
        troubles=tuple(_trouble(failed) for failed in incident.failures),
    )


def _timeline_row(entry: Entry, log: IncidentLog) -> TimelineRow:
    text = log.plain_line(entry.line)
    return TimelineRow(
        at=entry.at,
        by="" if entry.by == events.FIRSTCHECK else log.display_name(entry.by),
        text=text if entry.kind is Kind.NOTE else " ".join(text.split()),
        kind=entry.kind,
        ref=entry.ref,
    )


def _escalation(escalation: events.EscalationMade, unreached: str, log: IncidentLog) -> Escalation:
    return Escalation(
        who=log.plain_text(log.display_name(escalation.who)),
        reason=log.plain_text(escalation.reason),
        due_at=escalation.due_at,
        at=escalation.at,
        late=recipients.escalation_delay(escalation),
        unreached=log.plain_text(unreached),
    )


def _trouble(failed: events.EffectFailed) -> Trouble:
    return Trouble(what=failure(failed.effect).capitalize(), why=failed.why)


def _improvements(follow_up: FollowUp, log: IncidentLog) -> Iterator[TaskRow]:
    """Yield the improvements: those that older versions recorded, then the tasks of that kind."""
    for proposed in follow_up.improvements:
        yield TaskRow(title=log.plain_text(proposed.title), text=log.plain_text(proposed.text))
    for task in follow_up.tasks.values():
        if task.kind is TaskKind.IMPROVE:
            yield _task(task, log)


def _task(task: Task, log: IncidentLog) -> TaskRow:
    return TaskRow(
        number=task.number,
        title=log.plain_text(task.title),
        text=log.plain_text(task.text),
        owner=log.display_name(task.owner),
        due=task.due,
        kind=task.kind or "",
        priority=task.priority,
        state=task.state,
        evidence=log.plain_text(task.evidence),
    )
