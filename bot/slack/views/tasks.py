"""The follow-up tasks: what each message about one says, and the list of all."""

from typing import assert_never

from bot.domain import events
from bot.domain.incident.incident import Incident
from bot.domain.incident.tasks import Task
from bot.domain.vocabulary import TaskState
from bot.slack.mrkdwn import escape, escape_keeping_mentions, mention
from bot.slack.views.blocks import Screen, context, screen, section
from bot.slack.views.wording import because, title

MAX_ROWS = 40
#: This many lines fit in one section.
ROWS_A_SECTION = 10
MARKS = {TaskState.OPEN: "☐", TaskState.DONE: "☑", TaskState.DROPPED: "☒"}


def tasks(incident: Incident) -> Screen:
    """Return all tasks: the open ones first, then those that are done or dropped."""
    by_number = incident.follow_up.tasks.values()
    every = sorted(by_number, key=lambda task: task.state is not TaskState.OPEN)
    heading = f"{title(incident)}: tasks"
    if not every:
        return screen(heading, section("There are no tasks yet. Add one: `/incident task …`"))
    lines = [_line(task) for task in every[:MAX_ROWS]]
    starts = range(0, len(lines), ROWS_A_SECTION)
    sections = [section("\n".join(lines[start : start + ROWS_A_SECTION])) for start in starts]
    left_out = f" {len(every) - MAX_ROWS} more are not shown." if len(every) > MAX_ROWS else ""
    change = "`/incident task done 1 …`, `/incident task 1 @name due:friday`, `/incident task drop 1 why`"
    help_text = context(f"To change one: {change}.{left_out}")
    return screen(heading, section(f"*{heading}*"), *sections, help_text)


def announcement(event: events.TaskEvent, incident: Incident) -> str:
    """Return the text about a task that was added, changed, closed or reopened."""
    who, task = mention(event.by), incident.follow_up.tasks[event.number]
    match event:
        case events.ActionItemAdded() | events.ActionItemChanged():
            return f"*Task {event.number}:* {_described(task)} — {who}"
        case events.ActionItemClosed():
            state = "*done*" if event.state is TaskState.DONE else "*dropped*"
            return f"Task {event.number} is {state}: {_title(task)}{because(event.evidence)} — {who}"
        case events.ActionItemReopened():
            return f"Task {event.number} is open again: {_title(task)}{because(event.reason)} — {who}"
        case _:
            assert_never(event)


def _line(task: Task) -> str:
    ended = f" — {escape_keeping_mentions(task.evidence)}" if task.evidence else ""
    return f"{MARKS[task.state]} *{task.number}* {_described(task)}{ended}"


def _described(task: Task) -> str:
    """Return the title with the owner, the due date and the rest."""
    owner = mention(task.owner) if task.owner else "no owner yet"
    facts = [owner, *[f"due {escape(task.due)}"] * bool(task.due), *filter(None, (task.kind, task.priority))]
    text = because(task.text)
    return f"{_title(task)}{text} ({', '.join(facts)})"


def _title(task: Task) -> str:
    return escape_keeping_mentions(task.title)
