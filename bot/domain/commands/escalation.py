"""Commands for escalation: escalate, snooze, post a status update, acknowledge a page."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.commands.base import Command


@dataclass(frozen=True, kw_only=True)
class Escalate(Command):
    """Escalate to `who`, and to everyone in `also` at the same time."""

    who: str
    also: tuple[str, ...] = ()
    reason: str
    due_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class SnoozeEscalation(Command):
    """Pause automatic escalation for some minutes."""

    minutes: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class PostUpdate(Command):
    """Post a status update for stakeholders."""

    text: str


@dataclass(frozen=True, kw_only=True)
class AcknowledgePage(Command):
    """Acknowledge the page `key` of the pager `to`."""

    to: str
    key: str


EscalationCommand = Escalate | SnoozeEscalation | PostUpdate | AcknowledgePage
