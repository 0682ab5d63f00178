"""Events of the follow-up: improvements, action items, the postmortem."""

from dataclasses import dataclass

from bot.domain.events.base import Bookkeeping, Event, MeetsNoNeed, RedrawsNothing, Reported, Unreported
from bot.domain.vocabulary import TaskKind, TaskState


@dataclass(frozen=True, kw_only=True)
class ImprovementProposed(MeetsNoNeed, RedrawsNothing, Reported, Event):
    """Somebody proposed an improvement."""

    title: str
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class ActionItemAdded(MeetsNoNeed, RedrawsNothing, Reported, Event):
    """Somebody added an action item."""

    number: int
    title: str
    text: str = ""
    owner: str = ""
    due: str = ""
    kind: TaskKind | None = None
    priority: str = ""


@dataclass(frozen=True, kw_only=True)
class ActionItemChanged(MeetsNoNeed, RedrawsNothing, Reported, Event):
    """Somebody corrected an action item. Empty fields leave it unchanged."""

    number: int
    title: str = ""
    owner: str = ""
    due: str = ""
    kind: TaskKind | None = None
    priority: str = ""


@dataclass(frozen=True, kw_only=True)
class ActionItemClosed(MeetsNoNeed, RedrawsNothing, Reported, Event):
    """An action item is done, or was dropped. `evidence` is what shows that it is done, or the reason."""

    number: int
    state: TaskState
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class ActionItemReopened(MeetsNoNeed, RedrawsNothing, Reported, Event):
    """An action item is open again."""

    number: int
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class PostmortemDrafted(Bookkeeping):
    """The postmortem was drafted at `path`."""

    path: str


@dataclass(frozen=True, kw_only=True)
class PostmortemRequested(Unreported, MeetsNoNeed, RedrawsNothing, Event):
    """Somebody asked for the current postmortem as a file."""


TaskChange = ActionItemChanged | ActionItemClosed | ActionItemReopened
TaskEvent = ActionItemAdded | TaskChange
FollowUpEvent = ImprovementProposed | TaskEvent | PostmortemDrafted | PostmortemRequested
