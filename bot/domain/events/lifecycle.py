"""How an incident goes: begun, described, resolved, closed."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.alerts.alert import Alert
from bot.domain.events.base import Event
from bot.domain.vocabulary import Severity, Status


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
class AlertsReceived(Event):
    """Alerts that told something new."""

    alerts: tuple[Alert, ...]


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
class IncidentResolved(Event):
    """The impact is over and the fix stands."""

    resolution: str = ""
    #: It was resolved before; this tells later, or in better words, what fixed it.
    told_later: bool = False


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


LifecycleEvent = (
    IncidentDeclared
    | AlertsReceived
    | SeverityChanged
    | StatusChanged
    | RoleAssigned
    | ImpactDescribed
    | NoteAdded
    | NoteRemoved
    | IncidentResolved
    | IncidentClosed
    | IncidentCancelled
    | IncidentReopened
)
