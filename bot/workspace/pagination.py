"""Cursors: how Slack hands out long lists page by page."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from bot.workspace.arguments import Arguments
from bot.workspace.errors import SlackError
from bot.workspace.state import Json

Item = TypeVar("Item")
LIMIT_DEFAULT, LIMIT_MAX = 100, 999


def cursor(place: str) -> str:
    """Return an opaque cursor for a place."""
    return base64.urlsafe_b64encode(f"next:{place}".encode()).decode()


def place(args: Arguments) -> str | None:
    """Return the place of the cursor given, None for the first page; raises invalid_cursor."""
    given = args.text("cursor", "")
    if not given:
        return None
    try:
        word, _, rest = base64.urlsafe_b64decode(given).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise SlackError("invalid_cursor") from error
    if word != "next":
        raise SlackError("invalid_cursor")
    return rest


def page(items: Sequence[Item], args: Arguments) -> tuple[list[Item], Json]:
    """Return the page asked for by `cursor` and `limit`, and the response_metadata to go with it."""
    start = int(place(args) or 0)
    limit = args.number("limit", LIMIT_DEFAULT, LIMIT_MAX)
    chosen = list(items[start : start + limit])
    following = cursor(str(start + limit)) if start + limit < len(items) else ""
    return chosen, {"response_metadata": {"next_cursor": following}}
