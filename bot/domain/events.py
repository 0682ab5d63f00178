"""Every fact that can happen in the life of an incident: the vocabulary of the log.

Names and fields are for ever: add, never rename (see store/codec.py).
`at` is when it happened (UTC), which may be earlier than when it was written down; `by` is who: a Slack
user id, `alertmanager`, `cli:ada` or `firstcheck`.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.alert import Alert, Severity
from bot.domain.runbook import Area, Outcome, Runbook
from bot.domain.words import Status, Verdict

FIRSTCHECK = "firstcheck"


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact; never changed afterwards."""

    at: datetime
    by: str = FIRSTCHECK


@dataclass(frozen=True, kw_only=True)
class IncidentDeclared(Event):
    """An incident began to be handled; `at` is when it was detected."""

    title: str
    service: str
    severity: Severity
    key: str = ""
    began_at: datetime | None = None
    invite: tuple[str, ...] = ()
    reason: str = ""
    previous: int | None = None
    drill: bool = False


@dataclass(frozen=True, kw_only=True)
class RunbookChosen(Event):
    """The runbook as it stood then, so that history does not change when the file does."""

    runbook: Runbook
    reason: str


@dataclass(frozen=True, kw_only=True)
class AlertsReceived(Event):
    """Alerts that told something new."""

    alerts: tuple[Alert, ...]


@dataclass(frozen=True, kw_only=True)
class ChannelOpened(Event):
    """The incident's channel stands."""

    channel: str
    name: str


@dataclass(frozen=True, kw_only=True)
class ChannelDelayed(Event):
    """Slack makes us wait for the channel; its people are told."""

    seconds: float


@dataclass(frozen=True, kw_only=True)
class ChannelLost(Event):
    """The channel was archived, deleted, or the bot was removed from it."""

    why: str


@dataclass(frozen=True, kw_only=True)
class MessagePosted(Event):
    """A message of ours stands: `what` is `card`, `step:<id>`, `digest` or `told:<version>`."""

    what: str
    channel: str
    ts: str


@dataclass(frozen=True, kw_only=True)
class PeopleInvited(Event):
    """Who was invited to the channel, and who could not be (`id: why`)."""

    people: tuple[str, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SeverityChanged(Event):
    """It is worse, or less bad, than thought."""

    severity: Severity
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class StatusChanged(Event):
    """Where the response stands; reaching `monitoring` means mitigated."""

    status: Status
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class RoleAssigned(Event):
    """Somebody took a role."""

    role: str
    person: str


@dataclass(frozen=True, kw_only=True)
class ImpactDescribed(Event):
    """What users feel; only what is given changes."""

    text: str = ""
    share: str = ""
    began_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class NoteAdded(Event):
    """A line of the timeline; `ref` names it, for a marked message `channel/ts`."""

    ref: str
    text: str


@dataclass(frozen=True, kw_only=True)
class NoteRemoved(Event):
    """A line was taken off the timeline again."""

    ref: str


@dataclass(frozen=True, kw_only=True)
class HypothesisOpened(Event):
    """A suspected cause, with the minutes it may take."""

    number: int
    text: str
    area: Area
    owner: str
    minutes: int = 15


@dataclass(frozen=True, kw_only=True)
class HypothesisClosed(Event):
    """A suspicion was confirmed, refuted or parked."""

    number: int
    verdict: Verdict
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class ProbeAsked(Event):
    """Somebody wants a step's probe to look, now."""

    step: str


@dataclass(frozen=True, kw_only=True)
class ProbeFinished(Event):
    """What a step's probe saw: `wrong`, `clear` or `failed` (evidence of nothing)."""

    step: str
    verdict: str
    evidence: str
    seconds: float = 0


@dataclass(frozen=True, kw_only=True)
class StepFinished(Event):
    """A step was done, found the cause, or was skipped with a reason."""

    step: str
    outcome: Outcome
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class EscalationMade(Event):
    """Others were called in; `due_at` is when it should have happened, if known."""

    who: str
    reason: str
    due_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class CauseNamed(Event):
    """The root cause, in a sentence; `detail` says how it came to fail."""

    text: str
    area: Area | None = None
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class ImprovementProposed(Event):
    """Something to do better in future."""

    title: str
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class ActionItemAdded(Event):
    """Follow-up work."""

    number: int
    title: str
    text: str = ""
    owner: str = ""
    due: str = ""


@dataclass(frozen=True, kw_only=True)
class IncidentResolved(Event):
    """The impact is over and the fix stands."""

    resolution: str = ""


@dataclass(frozen=True, kw_only=True)
class IncidentClosed(Event):
    """The response is over; the postmortem is drafted."""


@dataclass(frozen=True, kw_only=True)
class IncidentCancelled(Event):
    """It was no incident."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class IncidentReopened(Event):
    """It is not over after all."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class PostmortemDrafted(Event):
    """The document lies at `path`."""

    path: str


@dataclass(frozen=True, kw_only=True)
class EffectGaveUp(Event):
    """Something could not be done; the card says so."""

    effect: str
    why: str


AnyEvent = (
    IncidentDeclared
    | RunbookChosen
    | AlertsReceived
    | ChannelOpened
    | ChannelDelayed
    | ChannelLost
    | MessagePosted
    | PeopleInvited
    | SeverityChanged
    | StatusChanged
    | RoleAssigned
    | ImpactDescribed
    | NoteAdded
    | NoteRemoved
    | HypothesisOpened
    | HypothesisClosed
    | ProbeAsked
    | ProbeFinished
    | StepFinished
    | EscalationMade
    | CauseNamed
    | ImprovementProposed
    | ActionItemAdded
    | IncidentResolved
    | IncidentClosed
    | IncidentCancelled
    | IncidentReopened
    | PostmortemDrafted
    | EffectGaveUp
)
