"""The follow-up work of an incident: tasks, and how events change them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from bot.domain import events
from bot.domain.vocabulary import TaskKind, TaskState


@dataclass(frozen=True, kw_only=True)
class Task:
    """A task after the incident. Times are UTC."""

    number: int
    title: str
    text: str = ""
    owner: str = ""
    #: The day on which it is due, as `2026-01-31`, or "".
    due: str = ""
    kind: TaskKind | None = None
    #: From `p1` (highest) to `p4`, or "".
    priority: str = ""
    state: TaskState = TaskState.OPEN
    #: What shows that it is done, or why it was dropped.
    evidence: str = ""
    added_by: str
    added_at: datetime
    closed_at: datetime | None = None


def apply_to_tasks(tasks: Mapping[int, Task], event: events.TaskEvent) -> Mapping[int, Task]:
    """Return the tasks by number after an event."""
    if isinstance(event, events.ActionItemAdded):
        return {**tasks, event.number: _added(event)}
    task = tasks[event.number]
    match event:
        case events.ActionItemChanged():
            task = replace(
                task,
                title=event.title or task.title,
                owner=event.owner or task.owner,
                due=event.due or task.due,
                kind=event.kind or task.kind,
                priority=event.priority or task.priority,
            )
        case events.ActionItemClosed():
            task = replace(task, state=event.state, evidence=event.evidence, closed_at=event.at)
        case events.ActionItemReopened():
            task = replace(task, state=TaskState.OPEN, evidence="", closed_at=None)
        case _:
            assert_never(event)
    return {**tasks, event.number: task}


def _added(event: events.ActionItemAdded) -> Task:
    return Task(
        number=event.number,
        title=event.title,
        text=event.text,
        owner=event.owner,
        due=event.due,
        kind=event.kind,
        priority=event.priority,
        added_by=event.by,
        added_at=event.at,
    )
