"""Cursor pagination for long lists, as in Slack's Web API."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from bot.workspace.arguments import Arguments
from bot.workspace.errors import SlackError
from bot.workspace.state import Json

Item = TypeVar("Item")
DEFAULT_LIMIT, MAX_LIMIT = 100, 999


def encode_cursor(position: str) -> str:
    """Return the opaque cursor for a position."""
    return base64.urlsafe_b64encode(f"next:{position}".encode()).decode()


def decode_cursor(args: Arguments) -> str | None:
    """Return the position in the given cursor, or None for the first page. Raise invalid_cursor."""
    cursor = args.text("cursor", "")
    if not cursor:
        return None
    try:
        prefix, _, position = base64.urlsafe_b64decode(cursor).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise SlackError("invalid_cursor") from error
    if prefix != "next":
        raise SlackError("invalid_cursor")
    return position


def paginate(items: Sequence[Item], args: Arguments) -> tuple[list[Item], Json]:
    """Return the page selected by `cursor` and `limit`, and its response_metadata."""
    start = int(decode_cursor(args) or 0)
    limit = args.count("limit", DEFAULT_LIMIT, MAX_LIMIT)
    page = list(items[start : start + limit])
    next_cursor = encode_cursor(str(start + limit)) if start + limit < len(items) else ""
    return page, {"response_metadata": {"next_cursor": next_cursor}}
