"""The slash command under its configured name, wherever a text tells people to type it."""

import re
from typing import Any

from bot.domain.errors import Hint
from bot.slack.views.blocks import MAX_FIELD, MAX_TEXT, Screen, cut_mrkdwn

#: The name in our own texts, which is also the default.
DEFAULT = "/incident"
_IN_CODE = re.compile(rf"`{DEFAULT}(?=[ `])")


def typed(hint: Hint) -> str:
    """Return the command of a hint as it is typed in the incident's channel, as code."""
    return f"`{' '.join(filter(None, (DEFAULT, hint.word, hint.arguments)))}`"


def renamed(screen: Screen, command: str) -> Screen:
    """Return the screen with `command` in place of /incident, cut again where that exceeds Slack's limits."""
    if command == DEFAULT:
        return screen
    return Screen(
        text=_renamed(screen.text, command, MAX_TEXT),
        blocks=tuple(_renamed_in(block, command) for block in screen.blocks),
    )


def _renamed_in(part: Any, command: str) -> Any:
    """Return part of a block with every mrkdwn text renamed. IDs, values and form input stay as they are."""
    match part:
        case {"type": "mrkdwn", "text": str(text)}:
            # The limit depends on the block. The text fitted it before, and every block allows MAX_FIELD.
            return {**part, "text": _renamed(text, command, max(len(text), MAX_FIELD))}
        case dict():
            return {key: _renamed_in(value, command) for key, value in part.items()}
        case list() | tuple():
            return [_renamed_in(value, command) for value in part]
        case _:
            return part


def _renamed(text: str, command: str, limit: int) -> str:
    return cut_mrkdwn(_IN_CODE.sub(f"`{command}", text), limit)
