"""Commands for the lifecycle: declare, describe, resolve, close."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.alerts.alert import Alert
from bot.domain.alerts.routing import Route
from bot.domain.commands.base import Command
from bot.domain.runbooks.runbook import Runbook
from bot.domain.vocabulary import Milestone, NoteKind, Severity, Status


@dataclass(frozen=True, kw_only=True)
class Declare(Command):
    """Declare an incident by hand."""

    title: str
    service: str = ""
    severity: Severity
    invite: tuple[str, ...] = ()
    runbook: Runbook | None = None
    runbook_reason: str = ""
    drill: bool = False
    #: ID of the Slack channel where it was typed.
    declared_in: str = ""


@dataclass(frozen=True, kw_only=True)
class ReceiveAlerts(Command):
    """Receive alerts of one route, which declare this incident or join it."""

    alerts: tuple[Alert, ...]
    route: Route
    runbook: Runbook | None = None
    runbook_reason: str = ""
    previous: int | None = None


@dataclass(frozen=True, kw_only=True)
class EditIncident(Command):
    """Correct the title or the service. Empty fields leave them unchanged."""

    title: str = ""
    service: str = ""


@dataclass(frozen=True, kw_only=True)
class SetMilestone(Command):
    """Set or correct when a milestone was reached (UTC), and how."""

    milestone: Milestone
    happened_at: datetime
    how: str = ""


@dataclass(frozen=True, kw_only=True)
class ChangeSeverity(Command):
    """Change the severity."""

    severity: Severity
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ChangeStatus(Command):
    """Change the status."""

    status: Status
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class AssignRole(Command):
    """Assign a role."""

    #: One of the configured roles; `commander` is always configured.
    role: str
    person: str
    #: Words to add to the timeline.
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class DescribeImpact(Command):
    """Describe the user impact: its nature, the share of users affected, its start and its end."""

    text: str = ""
    share: str = ""
    began_at: datetime | None = None
    ended_at: datetime | None = None
    service: str = ""
    #: The number of the phase to correct; 0 for the one that the times and the text suggest.
    phase: int = 0


@dataclass(frozen=True, kw_only=True)
class AddNote(Command):
    """Add a note. `ref` is empty, or identifies a message as `channel/ts`."""

    text: str
    ref: str = ""
    kind: NoteKind = NoteKind.NOTE


@dataclass(frozen=True, kw_only=True)
class ChangeNote(Command):
    """Correct the text of a typed note, or the time at which it happened (UTC), or both."""

    number: int
    text: str = ""
    happened_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class RemoveNote(Command):
    """Remove a note."""

    ref: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Resolve(Command):
    """Resolve the incident and record what fixed it."""

    resolution: str = ""


@dataclass(frozen=True, kw_only=True)
class Close(Command):
    """Close the incident and draft its postmortem, after adding a note if there is one."""

    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Cancel(Command):
    """Cancel the incident as a false alarm."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Reopen(Command):
    """Reopen the incident."""

    reason: str


DeclareCommand = Declare | ReceiveAlerts
RecordCommand = EditIncident | SetMilestone
NoteCommand = AddNote | ChangeNote | RemoveNote
#: Commands that end the response or reopen it.
ClosingCommand = Resolve | Close | Cancel | Reopen
ChangeCommand = ChangeSeverity | ChangeStatus | AssignRole | DescribeImpact
LifecycleCommand = DeclareCommand | RecordCommand | ChangeCommand | NoteCommand | ClosingCommand
