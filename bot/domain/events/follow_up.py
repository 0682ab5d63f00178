"""Events of the follow-up: improvements, action items, the postmortem."""

from dataclasses import dataclass

from bot.domain.events.base import Bookkeeping, Event, MeetsNoNeed, RedrawsNothing, Reported, Unreported


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


@dataclass(frozen=True, kw_only=True)
class PostmortemDrafted(Bookkeeping):
    """The postmortem was drafted at `path`."""

    path: str


@dataclass(frozen=True, kw_only=True)
class PostmortemRequested(Unreported, MeetsNoNeed, RedrawsNothing, Event):
    """Somebody asked for the current postmortem as a file."""


FollowUpEvent = ImprovementProposed | ActionItemAdded | PostmortemDrafted | PostmortemRequested
