"""What an incident is: the state that its events make (see folding.py)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from bot.domain import events
from bot.domain.alerts.alert import Alert
from bot.domain.incident.investigation import Hypothesis, RunbookFeedback, StepState
from bot.domain.incident.progress_clock import ProgressClock
from bot.domain.incident.step_evidence import StepEvidence, assess
from bot.domain.incident.step_order import order
from bot.domain.recipient import is_slack_user
from bot.domain.runbooks.runbook import Runbook, Step
from bot.domain.vocabulary import Area, HypothesisVerdict, ProbeVerdict, Role, Severity, Status, StepOutcome


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
    is_drill: bool = False
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
    channel_lost_reason: str = ""
    #: As far as we heard.
    channel_archived: bool = False
    channel_delayed: bool = False
    #: Where our own messages stand, by what posts.py calls them: (channel, ts).
    messages: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    alerts: Mapping[str, Alert] = field(default_factory=dict)
    runbook: Runbook | None = None
    steps: Mapping[str, StepState] = field(default_factory=dict)
    hypotheses: Mapping[int, Hypothesis] = field(default_factory=dict)
    #: The areas whose suspicions have called forth a nudge, and the latest nudge by the suspicion's number.
    hinted_areas: frozenset[Area] = frozenset()
    hints: Mapping[int, events.NudgeGiven] = field(default_factory=dict)
    hints_muted: bool = False
    notes: Mapping[str, events.NoteAdded] = field(default_factory=dict)
    escalations: tuple[events.EscalationMade, ...] = ()
    #: The version of the event that asked last who commands, or 0.
    commander_asked: int = 0
    clock: ProgressClock = field(default_factory=ProgressClock)
    impact: str = ""
    affected_share: str = ""
    cause: events.CauseNamed | None = None
    resolution: str = ""
    improvements: tuple[events.ImprovementProposed, ...] = ()
    action_items: Mapping[int, events.ActionItemAdded] = field(default_factory=dict)
    postmortem: str = ""
    #: Whether it was drafted since the latest close.
    is_drafted: bool = False
    #: What the runbook's owner could learn at each close.
    runbook_feedback: tuple[RunbookFeedback | None, ...] = ()
    failures: tuple[events.EffectGaveUp, ...] = ()

    @property
    def name(self) -> str:
        """What people call it: `INC-7`."""
        return f"INC-{self.number}"

    @property
    def full_name(self) -> str:
        """The same, with DRILL in front of it where nobody may take it for the real thing."""
        return f"DRILL {self.name}" if self.is_drill else self.name

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

    def step(self, step_id: str) -> Step | None:
        """The step of the runbook with that id, if there is one."""
        return self.runbook.step(step_id) if self.runbook else None

    @cached_property
    def step_evidence(self) -> Mapping[str, StepEvidence]:
        """What the evidence so far says of each step, by its id."""
        steps = self.runbook.steps if self.runbook else ()
        return assess(steps, self.steps, self.hypotheses.values())

    @cached_property
    def steps_in_order(self) -> tuple[Step, ...]:
        """The runbook's steps: those that ended as they ended, then the one to take first, and so on."""
        steps = self.runbook.steps if self.runbook else ()
        ended = [step for step in steps if self.state_of(step.id).outcome is not None]
        ended.sort(key=lambda step: self.state_of(step.id).at or datetime.min.replace(tzinfo=UTC))
        return (*ended, *order((step for step in steps if step not in ended), self.step_evidence))

    @property
    def steps_left(self) -> tuple[Step, ...]:
        """Those that have not ended, the one to take first in front."""
        return tuple(step for step in self.steps_in_order if self.state_of(step.id).outcome is None)

    @property
    def current_step(self) -> Step | None:
        """The step to take now: the first in order that has not ended, unless one said to stop."""
        return None if self.stopped_by else next(iter(self.steps_left), None)

    @property
    def stopped_by(self) -> Step | None:
        """The step whose outcome says that none of those left is to be offered."""
        stops = (step for step in self.steps_in_order if self.state_of(step.id).outcome is step.stop_if)
        return next(stops, None) if self.steps_left else None

    @property
    def runbook_exhausted(self) -> bool:
        """Whether no step is left to take while users feel it and nobody knows the cause."""
        found = self.cause or any(state.outcome is StepOutcome.FOUND for state in self.steps.values())
        return bool(self.steps_in_order) and not (self.current_step or found) and self.status.has_impact

    @property
    def has_supported_hypothesis(self) -> bool:
        """Whether anything supports a hypothesis: a cause, a step that shows or promises one."""
        confirmed = any(known.verdict is HypothesisVerdict.CONFIRMED for known in self.hypotheses.values())
        return (
            bool(self.cause) or confirmed or any(state.supports_hypothesis for state in self.steps.values())
        )

    @property
    def without_lead(self) -> bool:
        """Whether something was suspected, and all of it was refuted or parked."""
        verdicts = {known.verdict for known in self.hypotheses.values()}
        return bool(verdicts) and verdicts <= {HypothesisVerdict.REFUTED, HypothesisVerdict.PARKED}

    @property
    def runbook_escalation(self) -> tuple[str, ...]:
        """Whom the runbook names for when it found nothing."""
        return self.runbook.escalate if self.runbook else ()

    @property
    def not_yet_escalated_to(self) -> tuple[str, ...]:
        """Those of them whom nobody has called in."""
        called = {made.who for made in self.escalations}
        return tuple(who for who in self.runbook_escalation if who not in called)

    @property
    def free_steps(self) -> tuple[Step, ...]:
        """The steps to take that nobody is on, the next one in front; none once a step said to stop."""
        if self.current_step is None:
            return ()
        return tuple(step for step in self.steps_in_order if self.state_of(step.id).is_free)

    def is_one_line(self, step_id: str) -> bool:
        """Whether there is no more to a step than that its probe found nothing or failed: a line will do."""
        state = self.state_of(step_id)
        is_next = step_id in {step.id for step in self.free_steps[:1]}
        return (
            state.is_free and state.probe_verdict in {ProbeVerdict.CLEAR, ProbeVerdict.FAILED} and not is_next
        )

    def steps_taken_by_or_next(self, person: str) -> tuple[Step, ...]:
        """Return what somebody may mean who names no step: those they are on, else the next."""
        theirs = tuple(step for step in self.steps_left if self.state_of(step.id).taken_by == person)
        coming = next(iter(self.free_steps), self.current_step)
        return theirs or ((coming,) if coming else ())

    @property
    def is_active(self) -> bool:
        """Whether people are at it: neither resolved nor over."""
        return not (self.status.is_over or self.status is Status.RESOLVED)

    @property
    def started_at(self) -> datetime | None:
        """When the impact began, as far as is known (UTC)."""
        return self.began_at or self.declared_at

    @property
    def ended_at(self) -> datetime | None:
        """When users stopped feeling it, as far as is known."""
        return self.resolved_at or self.mitigated_at
