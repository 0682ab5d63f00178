"""Sends a request to a pager and interprets the response."""

import asyncio

import httpx

from bot.domain.text.redaction import redact
from bot.engine.outbox import Done, GiveUp, Result, TryLater
from bot.pagers.interface import Request

TIMEOUT_S = 10.0
#: Statuses that are retried, besides server errors. Every other error is final.
RETRIABLE = {408, 429}
MAX_RETRY_AFTER_S = 60.0
#: How many characters of an error response are shown to people.
MAX_ERROR_CHARACTERS = 200


async def send(request: Request, *, timeout_s: float = TIMEOUT_S) -> Result:
    """Send `request` and return the outcome within `timeout_s` seconds. Redirects are not followed.

    Return GiveUp if the pager rejects it, and TryLater if it may succeed later.
    """
    headers = {**request.headers, "Accept-Encoding": "identity"}
    try:
        async with (
            asyncio.timeout(timeout_s),  # httpx's own timeout restarts with each byte
            httpx.AsyncClient(timeout=None) as client,  # noqa: S113 - the line above
            client.stream("POST", request.url, content=request.body, headers=headers) as response,
        ):
            return await _outcome(response)
    except TimeoutError:
        return TryLater(why=f"no response within {timeout_s:g} s")
    except (httpx.LocalProtocolError, UnicodeEncodeError):  # the error's text contains the key
        return GiveUp(why="its key contains characters that cannot be sent")
    except httpx.HTTPError as error:
        return TryLater(why=f"it cannot be reached: {error or type(error).__name__}")


async def _outcome(response: httpx.Response) -> Result:
    """Return the outcome for the response's status. The body is only shown to people."""
    if response.is_success:
        return Done()
    why = f"it responded with {response.status_code}"
    if response.is_server_error or response.status_code in RETRIABLE:
        return TryLater(why=why, after_s=_retry_after_s(response))
    text = await _error_text(response)
    return GiveUp(why=f"{why}: {text}" if text else why)


async def _error_text(response: httpx.Response) -> str:
    """Return the start of the body on one line, redacted because some pagers echo the request."""
    body = b""
    async for piece in response.aiter_raw():
        body += piece
        if len(body) >= MAX_ERROR_CHARACTERS:
            break
    text = redact(" ".join(body.decode("utf-8", "replace")[:MAX_ERROR_CHARACTERS].split()))
    return "".join(character for character in text if character.isprintable())


def _retry_after_s(response: httpx.Response) -> float | None:
    """Return the seconds in the Retry-After header, at most MAX_RETRY_AFTER_S, or None."""
    value = response.headers.get("Retry-After", "")
    return min(float(value), MAX_RETRY_AFTER_S) if value.isdecimal() and float(value) else None
