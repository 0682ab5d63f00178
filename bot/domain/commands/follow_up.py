"""Commands for the follow-up: improvements and action items."""

from dataclasses import dataclass

from bot.domain.commands.base import Command


@dataclass(frozen=True, kw_only=True)
class ProposeImprovement(Command):
    """Propose an improvement."""

    title: str
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class AddActionItem(Command):
    """Add an action item."""

    title: str
    text: str = ""
    owner: str = ""
    due: str = ""


FollowUpCommand = ProposeImprovement | AddActionItem
