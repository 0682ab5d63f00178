"""Events of the lifecycle: declared, described, resolved, closed."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.alerts.alert import Alert
from bot.domain.events.base import Event, MeetsNoNeed, RedrawsNothing, Reported, Unreported
from bot.domain.vocabulary import Milestone, NoteKind, Severity, Status


@dataclass(frozen=True, kw_only=True)
class IncidentDeclared(MeetsNoNeed, RedrawsNothing, Unreported, Event):
    """An incident was declared. `at` is when it was detected."""

    title: str
    service: str
    severity: Severity
    key: str = ""
    began_at: datetime | None = None
    invite: tuple[str, ...] = ()
    reason: str = ""
    previous: int | None = None
    drill: bool = False
    #: ID of the Slack channel where a person declared it, which gets a link to the incident's channel.
    declared_in: str = ""


@dataclass(frozen=True, kw_only=True)
class AlertsReceived(MeetsNoNeed, RedrawsNothing, Unreported, Event):
    """Alerts arrived and changed the incident. After the close, such alerts are resolutions."""

    alerts: tuple[Alert, ...]


@dataclass(frozen=True, kw_only=True)
class IncidentEdited(MeetsNoNeed, RedrawsNothing, Reported, Event):
    """The title or the service was corrected. Empty fields leave them unchanged."""

    title: str = ""
    service: str = ""


@dataclass(frozen=True, kw_only=True)
class MilestoneSet(MeetsNoNeed, RedrawsNothing, Reported, Event):
    """Somebody set or corrected when a milestone was reached, and how, such as "a customer called"."""

    milestone: Milestone
    happened_at: datetime
    how: str = ""


@dataclass(frozen=True, kw_only=True)
class SeverityChanged(RedrawsNothing, Reported, Event):
    """The severity was raised or lowered."""

    severity: Severity
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class StatusChanged(Unreported, Event):
    """The status changed. Reaching `monitoring` means that the impact is mitigated."""

    status: Status
    note: str = ""
    #: Whether this only corrects when the impact was mitigated.
    told_later: bool = False


@dataclass(frozen=True, kw_only=True)
class RoleAssigned(Reported, Event):
    """A role was assigned. `note` holds words for the person, such as the plan."""

    role: str
    person: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ImpactDescribed(RedrawsNothing, Reported, Event):
    """A phase of the impact on users was described. Empty fields leave its description unchanged."""

    text: str = ""
    share: str = ""
    began_at: datetime | None = None
    #: When this phase ended, if it has.
    ended_at: datetime | None = None
    #: The number of the phase. In older logs it is 0, which means the latest phase.
    phase: int = 0
    service: str = ""
    #: Whether the text adds to the description instead of replacing it.
    is_added: bool = False


@dataclass(frozen=True, kw_only=True)
class NoteAdded(RedrawsNothing, Reported, Event):
    """A note was added. `ref` identifies it; for a marked message it is `channel/ts`."""

    ref: str
    text: str
    kind: NoteKind = NoteKind.NOTE


@dataclass(frozen=True, kw_only=True)
class NoteChanged(MeetsNoNeed, RedrawsNothing, Reported, Event):
    """The text or the time of a note was corrected. An empty text leaves the text unchanged."""

    ref: str
    text: str = ""
    happened_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class NoteRemoved(MeetsNoNeed, RedrawsNothing, Reported, Event):
    """A note was removed."""

    ref: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class IncidentResolved(MeetsNoNeed, Reported, Event):
    """The incident was resolved: the impact is over and the fix is permanent."""

    resolution: str = ""
    #: Whether the incident was already resolved, and this event only adds or rewords what fixed it.
    told_later: bool = False


@dataclass(frozen=True, kw_only=True)
class IncidentClosed(MeetsNoNeed, Reported, Event):
    """The response ended, and the postmortem is drafted."""


@dataclass(frozen=True, kw_only=True)
class IncidentCancelled(MeetsNoNeed, Reported, Event):
    """The incident was a false alarm."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class IncidentReopened(MeetsNoNeed, Unreported, Event):
    """The incident was reopened."""

    reason: str


ResolutionEvent = IncidentResolved | IncidentCancelled | IncidentReopened
#: Events that describe, start or end the impact on users.
ImpactEvent = IncidentDeclared | ImpactDescribed | StatusChanged | MilestoneSet | ResolutionEvent
NoteEvent = NoteAdded | NoteChanged | NoteRemoved
Correction = IncidentEdited | MilestoneSet
LifecycleEvent = (
    ImpactEvent | Correction | AlertsReceived | SeverityChanged | RoleAssigned | NoteEvent | IncidentClosed
)
