"""Verifies requests from pagers, and reads JSON objects from them."""

import json
from collections.abc import Iterable
from typing import Any

from bot.config.escalation import Pager
from bot.engine.signatures import equal_in_constant_time
from bot.pagers.interface import UnverifiedRequest


def verify(pager: Pager, given: Iterable[str], expected: str, proof: str) -> None:
    """Raise UnverifiedRequest unless the pager has a secret and one of `given` equals `expected`.

    `proof` is the word for them: signature or bearer token.
    """
    if not pager.secret or not any(equal_in_constant_time(text, expected) for text in given):
        raise UnverifiedRequest(
            f"The {proof} is missing or wrong. Check the pager's secret in Firstcheck's configuration."
        )


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
