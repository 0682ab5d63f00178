"""What the progress clock brings about: escalations, pages, reminders."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.escalation.ladder import Need, Rung
from bot.domain.events.base import Event


@dataclass(frozen=True, kw_only=True)
class LadderChosen(Event):
    """The rungs as they stood then, so that history does not change when the configuration does."""

    rungs: tuple[Rung, ...]


@dataclass(frozen=True, kw_only=True)
class EscalationDue(Event):
    """A rung was reached that names nobody who could be called: its people were told that it is time."""

    rung: int
    lack: Need
    due_at: datetime
    #: Why it was taken before its time, if it was.
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class EscalationMade(Event):
    """Others were called in; `due_at` is when it should have happened, if known."""

    who: str
    reason: str
    due_at: datetime | None = None
    #: The rung of the ladder that it answers, from 1; 0 when no rung was due.
    rung: int = 0


@dataclass(frozen=True, kw_only=True)
class ClockSnoozed(Event):
    """No escalation before `until`, and why."""

    until: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class UpdateGiven(Event):
    """How it stands, said to those who are not in the search."""

    text: str


@dataclass(frozen=True, kw_only=True)
class PageSent(Event):
    """A pager took the call; `key` is what it is known by there."""

    to: str
    key: str


@dataclass(frozen=True, kw_only=True)
class PageFailed(Event):
    """A pager or another channel could not be reached; the rung that called for it was `rung`, or none."""

    to: str
    why: str
    rung: int = 0


@dataclass(frozen=True, kw_only=True)
class PageAcknowledged(Event):
    """Somebody who was paged answered."""

    to: str
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class ReminderGiven(Event):
    """The channel was reminded: `update`, `open_long` or `postmortem`."""

    what: str


EscalationEvent = (
    LadderChosen
    | EscalationDue
    | EscalationMade
    | ClockSnoozed
    | UpdateGiven
    | PageSent
    | PageFailed
    | PageAcknowledged
    | ReminderGiven
)
