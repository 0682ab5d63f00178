"""Events of escalation: rungs, escalations, pages, status updates and reminders."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.escalation.ladder import Need, Rung
from bot.domain.events.base import Bookkeeping, Event, MeetsNoNeed, RedrawsNothing, Reported


@dataclass(frozen=True, kw_only=True)
class LadderChosen(Bookkeeping):
    """The escalation ladder, copied so that history does not change with the configuration."""

    rungs: tuple[Rung, ...]


@dataclass(frozen=True, kw_only=True)
class EscalationDue(Bookkeeping):
    """A rung with nobody to escalate to came due, so the people involved were asked to escalate."""

    rung: int
    lack: Need
    due_at: datetime
    #: Why the rung was brought forward, if it was.
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class EscalationMade(MeetsNoNeed, Reported, Event):
    """The incident was escalated to `who`. `due_at` is when a rung made it due, or None."""

    who: str
    reason: str
    due_at: datetime | None = None
    #: The number (from 1) of the due rung that this escalation satisfies, or 0 if no rung was due.
    rung: int = 0


@dataclass(frozen=True, kw_only=True)
class EscalationSnoozed(MeetsNoNeed, RedrawsNothing, Reported, Event):
    """Automatic escalation was paused until `until`."""

    until: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class UpdatePosted(RedrawsNothing, Reported, Event):
    """A status update for stakeholders was posted."""

    text: str


@dataclass(frozen=True, kw_only=True)
class PageSent(Bookkeeping):
    """The pager `to` accepted a page. `key` identifies the page there."""

    to: str
    key: str


@dataclass(frozen=True, kw_only=True)
class PageFailed(MeetsNoNeed, RedrawsNothing, Reported, Event):
    """The pager or channel `to` could not be reached. `rung` is the rung that lists it, or 0."""

    to: str
    why: str
    rung: int = 0


@dataclass(frozen=True, kw_only=True)
class PageAcknowledged(MeetsNoNeed, RedrawsNothing, Reported, Event):
    """Somebody acknowledged a page."""

    to: str
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class ReminderPosted(Bookkeeping):
    """The channel was reminded of `what`: `update`, `open_long` or `postmortem`."""

    what: str


LadderEvent = LadderChosen | EscalationDue | EscalationMade | EscalationSnoozed
PageEvent = PageSent | PageFailed | PageAcknowledged
EscalationEvent = LadderEvent | PageEvent | UpdatePosted | ReminderPosted
