"""Builds small Block Kit objects."""

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    """Return a plain_text object."""
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    """Return a mrkdwn object."""
    return {"type": "mrkdwn", "text": text}


def option(value: str) -> Json:
    """Return a menu option whose text is its value in capitals."""
    return {"text": plain(value.upper()), "value": value}
