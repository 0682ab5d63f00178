"""The state of an incident, composed of parts that are folded from its events (see rules/evolve.py)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain import events
from bot.domain.alerts.alert import Alert
from bot.domain.incident.channel_state import Channel
from bot.domain.incident.escalation import Escalation
from bot.domain.incident.follow_up import FollowUp
from bot.domain.incident.impact import Impact
from bot.domain.incident.investigation import Investigation
from bot.domain.incident.milestones import Milestones
from bot.domain.recipient import is_slack_user
from bot.domain.text.slug import slug
from bot.domain.vocabulary import Milestone, Role, Severity, Status


@dataclass(frozen=True, kw_only=True)
class Incident:
    """One incident after `version` events. At version 0 it has not been declared yet. Times are UTC."""

    number: int
    version: int = 0
    title: str = ""
    service: str = ""
    severity: Severity = Severity.SEV3
    #: Why it last changed.
    severity_reason: str = ""
    status: Status = Status.INVESTIGATING
    #: The latest status update for stakeholders; empty once it is out of date.
    status_update: str = ""
    #: Whether people outside the channel have received an update.
    has_updates: bool = False
    #: The correlation key of this incident's alerts.
    key: str = ""
    is_drill: bool = False
    #: Why the incident was declared with its severity and service.
    reason: str = ""
    declared_by: str = ""
    #: ID of the Slack channel where it was declared; "" for one declared elsewhere or by an alert.
    declared_in: str = ""
    declared_at: datetime | None = None
    closed_at: datetime | None = None
    #: The people to invite to the channel.
    invite: tuple[str, ...] = ()
    #: The number of the incident that the same alerts opened before.
    previous: int | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    alerts: Mapping[str, Alert] = field(default_factory=dict)
    #: When the latest state of each alert was recorded, by the alert's key.
    alerts_at: Mapping[str, datetime] = field(default_factory=dict)
    #: Our Slack messages as (channel, ts), by message key (see effects/message_keys.py).
    messages: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    milestones: Milestones = field(default_factory=dict)
    notes: Mapping[str, events.NoteAdded] = field(default_factory=dict)
    failures: tuple[events.EffectFailed, ...] = ()
    channel: Channel = field(default_factory=Channel)
    investigation: Investigation = field(default_factory=Investigation)
    impact: Impact = field(default_factory=Impact)
    escalation: Escalation = field(default_factory=Escalation)
    follow_up: FollowUp = field(default_factory=FollowUp)

    @property
    def name(self) -> str:
        """The name people use: `INC-7`."""
        return f"INC-{self.number}"

    @property
    def full_name(self) -> str:
        """The name, marked as a drill where it could be mistaken for a real incident: `DRILL INC-7`."""
        return f"DRILL {self.name}" if self.is_drill else self.name

    @property
    def slug(self) -> str:
        """The title for names of channels and files, else the service or an alert's name, else "".

        A title in Japanese, for example, has no letters that such a name can contain.
        """
        names = (alert.labels.get("alertname", "") for alert in self.alerts.values())
        return next(filter(None, map(slug, (self.title, self.service, *names))), "")

    @property
    def commander(self) -> str:
        """The incident commander, or ""."""
        return self.roles.get(Role.COMMANDER, "")

    @property
    def people(self) -> tuple[str, ...]:
        """The Slack users who were invited, escalated to, have a role or declared the incident, each once."""
        escalated_to = (escalation.who for escalation in self.escalation.history)
        involved = (*self.invite, *self.roles.values(), self.declared_by, *escalated_to)
        return tuple(dict.fromkeys(person for person in involved if is_slack_user(person)))

    @property
    def all_alerts_resolved(self) -> bool:
        """Whether the incident has alerts and none of them is firing."""
        return bool(self.alerts) and not any(alert.firing for alert in self.alerts.values())

    @property
    def needs_channel(self) -> bool:
        """Whether people need a channel that is not open yet.

        In a storm, channels wait for minutes. An incident that recovers by itself in the meantime, before
        anyone responds, does not need a channel.
        """
        has_recovered = self.all_alerts_resolved and self.status is Status.MONITORING and not self.commander
        return not self.status.is_over and not (self.channel.is_delayed and has_recovered)

    def takes_as_cause(self, *, step: str = "", hypothesis: int = 0) -> bool:
        """Return whether marking this step or hypothesis as the cause records it as the cause.

        That is so if there is no cause, or if it is the cause and the incident was reopened.
        """
        cause = self.investigation.cause
        is_same = cause is not None and (cause.step, cause.hypothesis) == (step, hypothesis)
        return cause is None or (is_same and self.status is Status.INVESTIGATING)

    @property
    def runbook_exhausted(self) -> bool:
        """Whether users are still affected, the cause is unknown, and no step is left to take."""
        return self.investigation.is_out_of_steps and self.status.has_impact

    @property
    def not_yet_escalated_to(self) -> tuple[str, ...]:
        """The people on the runbook's escalation list who have not been escalated to yet."""
        escalated_to = {escalation.who for escalation in self.escalation.history}
        return tuple(who for who in self.investigation.runbook_escalation if who not in escalated_to)

    @property
    def is_active(self) -> bool:
        """Whether people are still responding: the incident is neither resolved nor over."""
        return not (self.status.is_over or self.status is Status.RESOLVED)

    @property
    def detected_at(self) -> datetime | None:
        """When it was detected, as people set it; by default when it was declared."""
        detected = self.milestones.get(Milestone.DETECTED)
        return detected.happened_at if detected else self.declared_at

    @property
    def started_at(self) -> datetime | None:
        """When the impact began; if that is unknown, when the incident was declared."""
        return self.impact.began_at or self.declared_at

    @property
    def ended_at(self) -> datetime | None:
        """When the incident was resolved; if it isn't, when the impact was mitigated."""
        return self.impact.resolved_at or self.impact.mitigated_at
