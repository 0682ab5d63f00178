"""Handles the follow-up work: tasks, improvements and requests for the postmortem."""

from collections.abc import Iterator
from datetime import datetime
from typing import assert_never

from bot.domain import commands, events
from bot.domain.errors import Hint, Refused, example, require_text
from bot.domain.incident.incident import Incident
from bot.domain.incident.tasks import Task, apply_to_tasks
from bot.domain.vocabulary import Status, TaskKind, TaskState


def decide_follow_up(
    incident: Incident, command: commands.FollowUpCommand, at: datetime
) -> Iterator[events.AnyEvent]:
    """Yield the events of the command, or nothing if nothing changes. Raise Refused if it is not possible."""
    match command:
        case commands.RequestPostmortem():
            if incident.status is not Status.CLOSED:
                drafted = "Its postmortem is drafted when it is closed."
                raise Refused(f"{incident.name} is {incident.status}. {drafted}")
            yield events.PostmortemRequested(at=at, by=command.by)
        case commands.AddActionItem():
            yield events.ActionItemAdded(
                at=at,
                by=command.by,
                number=max(incident.follow_up.tasks, default=0) + 1,
                title=_require_title(command),
                text=command.text,
                owner=command.owner,
                due=command.due,
                kind=command.kind,
                priority=command.priority,
            )
        case commands.ChangeTask() | commands.CloseTask() | commands.ReopenTask():
            yield from _changed(incident, command, at)
        case _:
            assert_never(command)


def _require_title(command: commands.AddActionItem) -> str:
    """Return the title. Raise Refused, with an example of the kind, if it is empty."""
    if command.kind is TaskKind.IMPROVE:
        return require_text(command.title, "improve", "alerts: fire before users notice")
    return require_text(command.title, "task", "rotate the key @name due:2026-01-31")


def _changed(incident: Incident, command: commands.TaskChange, at: datetime) -> Iterator[events.AnyEvent]:
    """Yield the event that changes a task, unless the task is like that already."""
    task = _require_task(incident, command.number)
    event = _change(task, command, at)
    after = apply_to_tasks(incident.follow_up.tasks, event)[task.number]
    is_same_end = after.state is task.state and after.evidence == task.evidence
    if after != task and not (isinstance(event, events.ActionItemClosed) and is_same_end):
        yield event


def _change(task: Task, command: commands.TaskChange, at: datetime) -> events.TaskChange:
    by, number = command.by, task.number
    match command:
        case commands.ChangeTask():
            return events.ActionItemChanged(
                at=at,
                by=by,
                number=number,
                title=command.title,
                owner=command.owner,
                due=command.due,
                kind=command.kind,
                priority=command.priority,
            )
        case commands.CloseTask():
            if command.state is TaskState.DROPPED and not command.evidence.strip():
                hint = example("task", f"drop {number} the service is retired")
                raise Refused("Say why it is dropped.", hint)
            evidence = command.evidence.strip() or (task.evidence if task.state is command.state else "")
            return events.ActionItemClosed(
                at=at, by=by, number=number, state=command.state, evidence=evidence
            )
        case commands.ReopenTask():
            return events.ActionItemReopened(at=at, by=by, number=number, reason=command.reason)
        case _:
            assert_never(command)


def _require_task(incident: Incident, number: int) -> Task:
    """Return the task with that number. Raise Refused if there is none."""
    task = incident.follow_up.tasks.get(number)
    if task is None:
        raise Refused(f"{incident.name} has no task {number}.", Hint("To see all tasks", "tasks", ""))
    return task
