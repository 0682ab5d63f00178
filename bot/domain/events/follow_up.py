"""Events of the follow-up: improvements, action items, the postmortem."""

from dataclasses import dataclass

from bot.domain.events.base import Event


@dataclass(frozen=True, kw_only=True)
class ImprovementProposed(Event):
    """Somebody proposed an improvement."""

    title: str
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class ActionItemAdded(Event):
    """Somebody added an action item."""

    number: int
    title: str
    text: str = ""
    owner: str = ""
    due: str = ""


@dataclass(frozen=True, kw_only=True)
class PostmortemDrafted(Event):
    """The postmortem was drafted at `path`."""

    path: str


FollowUpEvent = ImprovementProposed | ActionItemAdded | PostmortemDrafted
