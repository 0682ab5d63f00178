"""Planning what comes after: improvements, work."""

from dataclasses import dataclass

from bot.domain.commands.base import Command


@dataclass(frozen=True, kw_only=True)
class ProposeImprovement(Command):
    """Say what to do better in future."""

    title: str
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class AddActionItem(Command):
    """Plan follow-up work."""

    title: str
    text: str = ""
    owner: str = ""
    due: str = ""
