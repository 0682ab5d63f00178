"""What an incident is: the state folded from its events."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, assert_never

from bot.domain import events as e
from bot.domain import findings
from bot.domain.alert import Alert, Severity
from bot.domain.clock import Clock, ticked
from bot.domain.evidence import Bearing, bearings
from bot.domain.findings import Hypothesis, StepState
from bot.domain.ordering import order
from bot.domain.runbook import Area, Runbook, Step
from bot.domain.words import Role, Status


@dataclass(frozen=True, kw_only=True)
class Incident:
    """One incident after `version` events. Version 0 is not declared yet."""

    number: int
    version: int = 0
    title: str = ""
    service: str = ""
    severity: Severity = Severity.SEV3
    status: Status = Status.INVESTIGATING
    key: str = ""
    drill: bool = False
    #: Why it has the severity and the service it began with.
    reason: str = ""
    declared_by: str = ""
    declared_at: datetime | None = None
    began_at: datetime | None = None
    mitigated_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    invite: tuple[str, ...] = ()
    previous: int | None = None
    channel: str = ""
    channel_name: str = ""
    channel_lost: str = ""
    channel_delayed: bool = False
    #: Where our own messages stand: `card`, `step:<id>`, `hypothesis:<number>`, `digest` → (channel, ts).
    posts: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    alerts: Mapping[str, Alert] = field(default_factory=dict)
    runbook: Runbook | None = None
    steps: Mapping[str, StepState] = field(default_factory=dict)
    hypotheses: Mapping[int, Hypothesis] = field(default_factory=dict)
    #: The areas whose suspicions have called forth a nudge.
    nudged: frozenset[Area] = frozenset()
    nudges_muted: bool = False
    notes: Mapping[str, e.NoteAdded] = field(default_factory=dict)
    escalations: tuple[e.EscalationMade, ...] = ()
    clock: Clock = field(default_factory=Clock)
    impact: str = ""
    share: str = ""
    cause: e.CauseNamed | None = None
    resolution: str = ""
    improvements: tuple[e.ImprovementProposed, ...] = ()
    action_items: Mapping[int, e.ActionItemAdded] = field(default_factory=dict)
    postmortem: str = ""
    gave_up: tuple[e.EffectGaveUp, ...] = ()

    @property
    def name(self) -> str:
        """What people call it: `INC-7`."""
        return f"INC-{self.number}"

    @property
    def commander(self) -> str:
        """Who commands, or nothing."""
        return self.roles.get(Role.COMMANDER, "")

    @property
    def people(self) -> tuple[str, ...]:
        """Whom it concerns: invited, in a role, declared it, or called in; each once, Slack users only."""
        called = (made.who for made in self.escalations)
        named = (*self.invite, *self.roles.values(), self.declared_by, *called)
        return tuple(dict.fromkeys(person for person in named if is_slack_user(person)))

    @property
    def all_alerts_resolved(self) -> bool:
        """Whether there were alerts and none fires."""
        return bool(self.alerts) and not any(alert.firing for alert in self.alerts.values())

    def state_of(self, step_id: str) -> StepState:
        """What is known of that step."""
        return self.steps.get(step_id, StepState())

    @cached_property
    def bearings(self) -> Mapping[str, Bearing]:
        """What the evidence so far says of each step, by its id."""
        steps = self.runbook.steps if self.runbook else ()
        return bearings(steps, self.steps, self.hypotheses.values())

    @cached_property
    def steps_in_order(self) -> tuple[Step, ...]:
        """The runbook's steps: those that ended as they ended, then the one to take first, and so on."""
        steps = self.runbook.steps if self.runbook else ()
        ended = [step for step in steps if self.state_of(step.id).outcome is not None]
        ended.sort(key=lambda step: self.state_of(step.id).at or datetime.min.replace(tzinfo=UTC))
        return (*ended, *order((step for step in steps if step not in ended), self.bearings))

    @property
    def current_step(self) -> Step | None:
        """The step to take now: the first in order that has not ended, unless one said to stop."""
        if any(self.state_of(step.id).outcome is step.stop_if for step in self.steps_in_order):
            return None
        return next((s for s in self.steps_in_order if self.state_of(s.id).outcome is None), None)

    @property
    def free_steps(self) -> tuple[Step, ...]:
        """The steps to take that nobody is on, the next one in front; none once a step said to stop."""
        if self.current_step is None:
            return ()
        return tuple(step for step in self.steps_in_order if self.state_of(step.id).free)

    def step_of(self, person: str) -> Step | None:
        """The step that somebody means who names none: the one they are on, else the next."""
        left = (s for s in self.steps_in_order if self.state_of(s.id).outcome is None)
        theirs = next((step for step in left if self.state_of(step.id).taken_by == person), None)
        return theirs or next(iter(self.free_steps), self.current_step)

    @property
    def working(self) -> bool:
        """Whether people are at it: neither resolved nor over."""
        return not (self.status.over or self.status is Status.RESOLVED)

    @property
    def ended_at(self) -> datetime | None:
        """When users stopped feeling it, as far as is known."""
        return self.resolved_at or self.mitigated_at


def is_slack_user(person: str) -> bool:
    """Whether this names somebody in Slack (ids start with U, on Grid also with W)."""
    return person[:1] in {"U", "W"} and person.isalnum() and person.isupper()


def fold(number: int, events: Iterable[e.AnyEvent]) -> Incident:
    """Return incident `number` after its events, oldest first."""
    incident = Incident(number=number)
    for event in events:
        incident = evolve(incident, event)
    return incident


def evolve(incident: Incident, event: e.AnyEvent) -> Incident:
    """Return the incident after one more event."""
    after = replace(incident, version=incident.version + 1, **_changes(incident, event))
    clock = ticked(
        incident.clock,
        event,
        hurting=after.status.hurting,
        commanded=bool(after.commander),
        verdicts=[known.verdict for known in after.hypotheses.values()],
    )
    return replace(after, clock=clock)


def _changes(i: Incident, event: e.AnyEvent) -> dict[str, Any]:
    """Return the fields that an event changes."""
    match event:
        case e.IncidentDeclared():
            return _declared(event)
        case e.RunbookChosen():
            return {"runbook": event.runbook}
        case e.AlertsReceived():
            return {"alerts": {**i.alerts, **{alert.key: alert for alert in event.alerts}}}
        case e.ChannelOpened():
            return {"channel": event.channel, "channel_name": event.name, "channel_lost": ""}
        case e.ChannelDelayed():
            return {"channel_delayed": True}
        case e.ChannelLost():
            return {"channel_lost": event.why}
        case e.MessagePosted():
            return {"posts": {**i.posts, event.what: (event.channel, event.ts)}}
        case e.SeverityChanged():
            return {"severity": event.severity}
        case e.StatusChanged():
            return _status_changed(i, event)
        case e.RoleAssigned():
            return {"roles": {**i.roles, event.role: event.person}}
        case e.ImpactDescribed():
            return _impact(i, event)
        case e.NoteAdded():
            return {"notes": {**i.notes, event.ref: event}}
        case e.NoteRemoved():
            return {"notes": {ref: note for ref, note in i.notes.items() if ref != event.ref}}
        case (
            e.HypothesisOpened()
            | e.HypothesisPlaced()
            | e.HypothesisExtended()
            | e.HypothesisHandedOver()
            | e.TimeBoxEnded()
            | e.HypothesisClosed()
            | e.SideChannelAsked()
            | e.SideChannelOpened()
        ):
            return {"hypotheses": {**i.hypotheses, event.number: findings.hypothesis(i.hypotheses, event)}}
        case e.StepTaken() | e.ProbeFinished() | e.StepFinished():
            return {
                "steps": {**i.steps, event.step: findings.step(i.state_of(event.step), event)},
                "cause": None if findings.withdraws(i.cause, event) else i.cause,
            }
        case e.NudgeGiven():
            return {"nudged": i.nudged | {i.hypotheses[event.number].area}}
        case e.NudgesMuted():
            return {"nudges_muted": True}
        case e.EscalationMade():
            return {"escalations": (*i.escalations, event)}
        case e.CauseNamed():
            return {"cause": event}
        case e.ImprovementProposed():
            return {"improvements": (*i.improvements, event)}
        case e.ActionItemAdded():
            return {"action_items": {**i.action_items, event.number: event}}
        case e.IncidentResolved():
            return _resolved(i, event)
        case e.IncidentClosed():
            return {"status": Status.CLOSED, "closed_at": event.at}
        case e.IncidentCancelled():
            return {"status": Status.CANCELLED, "closed_at": event.at, "resolution": event.reason}
        case e.IncidentReopened():
            return _reopened()
        case e.PostmortemDrafted():
            return {"postmortem": event.path}
        case e.EffectGaveUp():
            return {"gave_up": (*i.gave_up, event)}
        case e.LadderChosen() | e.EscalationDue() | e.ClockSnoozed() | e.UpdateGiven() | e.ReminderGiven():
            return {}  # the clock keeps it
        case e.PageSent() | e.PageFailed() | e.PageAcknowledged():
            return {}  # the same
        case e.PeopleInvited() | e.ProbeAsked():
            return {}
        case _:
            assert_never(event)


def _declared(event: e.IncidentDeclared) -> dict[str, Any]:
    return {
        "title": event.title,
        "service": event.service,
        "severity": event.severity,
        "key": event.key,
        "drill": event.drill,
        "reason": event.reason,
        "declared_by": event.by,
        "declared_at": event.at,
        "began_at": event.began_at,
        "invite": event.invite,
        "previous": event.previous,
    }


def _status_changed(i: Incident, event: e.StatusChanged) -> dict[str, Any]:
    if event.status is Status.MONITORING:
        return {"status": event.status, "mitigated_at": i.mitigated_at or event.at}
    if event.status.hurting:
        return {"status": event.status, "mitigated_at": None}
    return {"status": event.status}


def _impact(i: Incident, event: e.ImpactDescribed) -> dict[str, Any]:
    return {
        "impact": event.text or i.impact,
        "share": event.share or i.share,
        "began_at": event.began_at or i.began_at,
    }


def _resolved(i: Incident, event: e.IncidentResolved) -> dict[str, Any]:
    return {
        "status": Status.RESOLVED,
        "resolved_at": event.at,
        "mitigated_at": min(i.mitigated_at or event.at, event.at),
        "resolution": event.resolution or i.resolution,
    }


def _reopened() -> dict[str, Any]:
    return {
        "status": Status.INVESTIGATING,
        "mitigated_at": None,
        "resolved_at": None,
        "closed_at": None,
        "resolution": "",
    }
