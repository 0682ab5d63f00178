"""The slash command by the name it has here, wherever people are told to type it."""

import re
from typing import Any

from bot.slack.views.blocks import MAX_FIELD, MAX_TEXT, Screen, cut_mrkdwn

#: What our own sentences call it; no other of its name is configured.
USUAL = "/incident"
_TOLD = re.compile(rf"`{USUAL}(?=[ `])")


def renamed(shown: Screen, command: str) -> Screen:
    """Return the screen with `command` in place of /incident; it still fits where it has become longer."""
    if command == USUAL:
        return shown
    return Screen(
        text=_renamed(shown.text, command, MAX_TEXT),
        blocks=tuple(_inside(block, command) for block in shown.blocks),
    )


def _inside(part: Any, command: str) -> Any:
    """Rename in every mrkdwn text of a block; ids, values and what people typed into forms stay."""
    match part:
        case {"type": "mrkdwn", "text": str(text)}:
            # The least a mrkdwn text may hold, and never more than it was found to hold.
            return {**part, "text": _renamed(text, command, max(len(text), MAX_FIELD))}
        case dict():
            return {key: _inside(value, command) for key, value in part.items()}
        case list() | tuple():
            return [_inside(value, command) for value in part]
        case _:
            return part


def _renamed(text: str, command: str, limit: int) -> str:
    return cut_mrkdwn(_TOLD.sub(f"`{command}", text), limit)
