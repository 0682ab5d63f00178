"""Saying how an incident goes: begin, describe, resolve, close."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.alerts.alert import Alert
from bot.domain.alerts.routing import Route
from bot.domain.commands.base import Command
from bot.domain.runbooks.runbook import Runbook
from bot.domain.vocabulary import Severity, Status


@dataclass(frozen=True, kw_only=True)
class Declare(Command):
    """Open an incident by hand."""

    title: str
    service: str = ""
    severity: Severity
    invite: tuple[str, ...] = ()
    runbook: Runbook | None = None
    runbook_reason: str = ""
    drill: bool = False


@dataclass(frozen=True, kw_only=True)
class ReceiveAlerts(Command):
    """Take alerts of one route in: they open this incident, or join it."""

    alerts: tuple[Alert, ...]
    route: Route
    runbook: Runbook | None = None
    runbook_reason: str = ""
    previous: int | None = None


@dataclass(frozen=True, kw_only=True)
class ChangeSeverity(Command):
    """Say how bad it is."""

    severity: Severity
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ChangeStatus(Command):
    """Say where the response stands."""

    status: Status
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class AssignRole(Command):
    """Give a role to somebody."""

    #: One of those configured; `commander` always is.
    role: str
    person: str


@dataclass(frozen=True, kw_only=True)
class DescribeImpact(Command):
    """Say what users feel, how many, and since when."""

    text: str = ""
    share: str = ""
    began_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class AddNote(Command):
    """Put a line on the timeline; `ref` is empty or names a message as `channel/ts`."""

    text: str
    ref: str = ""


@dataclass(frozen=True, kw_only=True)
class RemoveNote(Command):
    """Take a line off the timeline."""

    ref: str


@dataclass(frozen=True, kw_only=True)
class Resolve(Command):
    """Say that it is over and the fix stands, and what fixed it."""

    resolution: str = ""


@dataclass(frozen=True, kw_only=True)
class Close(Command):
    """End the response and draft the postmortem."""


@dataclass(frozen=True, kw_only=True)
class Cancel(Command):
    """Say that it was no incident."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Reopen(Command):
    """Say that it is not over."""

    reason: str
