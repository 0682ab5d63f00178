"""Commands for the follow-up: tasks and the postmortem."""

from dataclasses import dataclass

from bot.domain.commands.base import Command
from bot.domain.vocabulary import TaskKind, TaskState


@dataclass(frozen=True, kw_only=True)
class AddActionItem(Command):
    """Add an action item."""

    title: str
    text: str = ""
    owner: str = ""
    due: str = ""
    kind: TaskKind | None = None
    #: `p1` (highest) to `p4`, or "".
    priority: str = ""


@dataclass(frozen=True, kw_only=True)
class ChangeTask(Command):
    """Correct an action item. Empty fields leave it unchanged."""

    number: int
    title: str = ""
    owner: str = ""
    due: str = ""
    kind: TaskKind | None = None
    priority: str = ""


@dataclass(frozen=True, kw_only=True)
class CloseTask(Command):
    """Mark an action item done, with what shows it, or drop it, with the reason."""

    number: int
    state: TaskState
    evidence: str = ""


@dataclass(frozen=True, kw_only=True)
class ReopenTask(Command):
    """Open an action item again."""

    number: int
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class RequestPostmortem(Command):
    """Ask for the current postmortem as a file."""


TaskChange = ChangeTask | CloseTask | ReopenTask
FollowUpCommand = AddActionItem | TaskChange | RequestPostmortem
