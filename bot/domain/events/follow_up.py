"""What comes after: improvements, work, the document."""

from dataclasses import dataclass

from bot.domain.events.base import Event


@dataclass(frozen=True, kw_only=True)
class ImprovementProposed(Event):
    """Something to do better in future."""

    title: str
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class ActionItemAdded(Event):
    """Follow-up work."""

    number: int
    title: str
    text: str = ""
    owner: str = ""
    due: str = ""


@dataclass(frozen=True, kw_only=True)
class PostmortemDrafted(Event):
    """The document lies at `path`."""

    path: str


FollowUpEvent = ImprovementProposed | ActionItemAdded | PostmortemDrafted
