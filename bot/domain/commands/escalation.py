"""What people say to the progress clock: call others in, snooze, give an update, answer a page."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.commands.base import Command


@dataclass(frozen=True, kw_only=True)
class Escalate(Command):
    """Call others in: `who`, and `also` whoever comes with them."""

    who: str
    also: tuple[str, ...] = ()
    reason: str
    due_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class SnoozeClock(Command):
    """Have nobody called in for so many minutes, and say why."""

    minutes: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class GiveUpdate(Command):
    """Say how it stands to those who are not in the search."""

    text: str


@dataclass(frozen=True, kw_only=True)
class AcknowledgePage(Command):
    """Tell that `by` answered the page that the pager `to` knows as `key`."""

    to: str
    key: str
