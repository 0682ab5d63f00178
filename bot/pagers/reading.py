"""Reads JSON objects from requests of pagers."""

import json
from typing import Any

from bot.pagers.interface import UnverifiedRequest


def json_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object in `body`. Raise UnverifiedRequest if it is not one."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnverifiedRequest("The body is not valid JSON.") from error
    if not isinstance(value, dict):
        raise UnverifiedRequest("The body is not a JSON object.")
    return value


def object_in(value: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the object with that name in `value`. Raise UnverifiedRequest if there is none."""
    found = value.get(name)
    if not isinstance(found, dict):
        raise UnverifiedRequest(f"The body has no {name!r} object.")
    return found
