"""What the pagers share in reading what was posted to us."""

import hashlib
import hmac
import json
from typing import Any

from bot.pagers.interface import UnverifiedRequest


def hex_hmac(secret: str, signed: bytes) -> str:
    """Return the HMAC-SHA256 in hex."""
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def equal_in_constant_time(given: str, wanted: str) -> bool:
    """Compare in a time that does not tell how much of it was right."""
    return hmac.compare_digest(given.encode(), wanted.encode())


def json_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object in `body`. Raises NotTheirs."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnverifiedRequest("The body is no JSON.") from error
    return below({"": value}, "")


def below(value: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the object of that name. Raises NotTheirs where there is none."""
    found = value.get(name)
    if not isinstance(found, dict):
        raise UnverifiedRequest(
            f"The body has no object {name!r}." if name else "The body is no JSON object."
        )
    return found
