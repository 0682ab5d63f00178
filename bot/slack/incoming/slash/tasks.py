"""Reads the commands about the follow-up work: tasks, improvements and the postmortem."""

import re
from typing import Any

from bot.domain import commands
from bot.domain.errors import Refused
from bot.domain.text.due_dates import split_due
from bot.domain.vocabulary import TaskKind, TaskState
from bot.slack.incoming.slash import arguments, requests
from bot.slack.incoming.slash.requests import Show, SlashContext, SlashRequest

_STATES = {
    "done": TaskState.DONE,
    "close": TaskState.DONE,
    "finished": TaskState.DONE,
    "drop": TaskState.DROPPED,
    "dropped": TaskState.DROPPED,
}
#: "done 3 the test runs", "3 done: the test runs", "drop #3 why", "reopen 3".
_CHANGE = re.compile(
    rf"(?:(?P<word>{'|'.join(_STATES)}|reopen)\s+#?(?P<number>\d+)|#?(?P<first>\d+)\s+(?P<after>{'|'.join(_STATES)}|reopen))"
    r"(?:[:,.]?\s+(?P<rest>.*)|[:,.]?$)",
    re.IGNORECASE | re.DOTALL,
)
#: "3 @ann due:friday p1".
_NUMBERED = re.compile(r"#?(?P<number>\d+)(?:[:,.]?\s+|$)(?P<rest>.*)", re.DOTALL)
_PRIORITY = re.compile(r"(?:^|\s)(?:priority:)?(p[1-4])(?=\s|$)", re.IGNORECASE)


def task(request: SlashRequest, context: SlashContext) -> commands.AnyCommand:
    """Add a task ("title: text @owner due:friday"), or change one ("done 3 the test runs", "3 @ann p1")."""
    if found := _CHANGE.fullmatch(request.rest.strip()):
        return _state(request, found)
    if numbered := _NUMBERED.fullmatch(request.rest.strip()):
        fields, title = _fields(numbered["rest"], context)
        renamed, left = _renamed(title)
        if not left and (fields or renamed):  # else the task begins with a number: "3 disks to replace"
            return commands.ChangeTask(
                by=request.person, number=int(numbered["number"]), title=renamed, **fields
            )
    fields, rest = _fields(request.rest, context)
    title, text = arguments.split_title(rest)
    return commands.AddActionItem(by=request.person, title=title, text=text, **fields)


def improve(request: SlashRequest, context: SlashContext) -> commands.AnyCommand:
    """Propose an improvement, a task of the kind `improve`: "title: text"."""
    fields, rest = _fields(request.rest, context)
    title, text = arguments.split_title(rest)
    return commands.AddActionItem(
        by=request.person, title=title, text=text, **{"kind": TaskKind.IMPROVE, **fields}
    )


def show_tasks(_request: SlashRequest, _context: SlashContext) -> Show:
    """Show all tasks with their numbers and states."""
    return requests.ShowTasks()


def postmortem(request: SlashRequest, _context: SlashContext) -> commands.AnyCommand:
    """Ask for the current postmortem as a file."""
    return commands.RequestPostmortem(by=request.person)


def _state(request: SlashRequest, found: re.Match[str]) -> commands.AnyCommand:
    number, word = int(found["number"] or found["first"]), (found["word"] or found["after"]).lower()
    rest = (found["rest"] or "").strip()
    if word == "reopen":
        return commands.ReopenTask(by=request.person, number=number, reason=rest)
    return commands.CloseTask(by=request.person, number=number, state=_STATES[word], evidence=rest)


def _fields(text: str, context: SlashContext) -> tuple[dict[str, Any], str]:
    """Return the owner, due date, kind and priority in the text by name, and the other words.

    Raise Refused if one of them is invalid.
    """
    fields: dict[str, Any] = {}
    due, rest = split_due(text, context.now.astimezone(context.zone).date())
    kind, rest = arguments.split_option(rest, "kind")
    if kind and kind.lower() not in set(TaskKind):
        raise Refused(f"Unknown kind {kind!r}. Kinds are: {', '.join(TaskKind)}.")
    if priority := _PRIORITY.search(rest):
        rest = f"{rest[: priority.start()]} {rest[priority.end() :].strip()}".strip()
    rest, owner = arguments.split_owner(rest)
    if due:
        fields["due"] = due.isoformat()
    if kind:
        fields["kind"] = TaskKind(kind.lower())
    if priority:
        fields["priority"] = priority[1].lower()
    if owner:
        fields["owner"] = owner
    return fields, rest


def _renamed(text: str) -> tuple[str, str]:
    """Return the title after `title:`, and the words that are left without it."""
    found = re.match(r"title:\s*(.+)", text, re.IGNORECASE | re.DOTALL)
    return (found[1].strip(), "") if found else ("", text)
