"""Commands for the follow-up: improvements, action items and the postmortem."""

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


@dataclass(frozen=True, kw_only=True)
class RequestPostmortem(Command):
    """Ask for the current postmortem as a file."""


FollowUpCommand = ProposeImprovement | AddActionItem | RequestPostmortem
