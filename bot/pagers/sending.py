"""Posts a request to a pager, and says what its answer means."""

import asyncio
from dataclasses import dataclass

import httpx

from bot.domain.text.redaction import redact
from bot.pagers.interface import Request

TIMEOUT_S = 10.0
#: Worth another try; every other refusal is for good.
BUSY = {408, 429}
LONGEST_WAIT_S = 60.0
#: Of a refusal's words people see so many characters.
SHOWN = 200


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """They have it."""


@dataclass(frozen=True, kw_only=True)
class RetryLater:
    """Not now; `after_s` is what they asked for, if they did."""

    why: str
    after_s: float | None = None


@dataclass(frozen=True, kw_only=True)
class Rejected:
    """Never, as it is; `why` is for people."""

    why: str


Answer = Accepted | RetryLater | Rejected


async def send(request: Request, *, timeout_s: float = TIMEOUT_S) -> Answer:
    """Post `request` and return what came of it within `timeout_s` in all; follows no redirect."""
    headers = {**request.headers, "Accept-Encoding": "identity"}
    try:
        async with (
            asyncio.timeout(timeout_s),  # of httpx's own, each byte that comes begins another
            httpx.AsyncClient(timeout=None) as client,  # noqa: S113 - the line above
            client.stream("POST", request.url, content=request.body, headers=headers) as answer,
        ):
            return await _meant(answer)
    except TimeoutError:
        return RetryLater(why=f"no answer within {timeout_s:g} s")
    except (httpx.LocalProtocolError, UnicodeEncodeError):  # whose text would show the key
        return Rejected(why="its key holds characters that cannot be sent")
    except httpx.HTTPError as error:
        return RetryLater(why=f"it cannot be reached: {error or type(error).__name__}")


async def _meant(answer: httpx.Response) -> Answer:
    """Return what the answer means; its status says it, and its body only helps people."""
    if answer.is_success:
        return Accepted()
    why = f"it answered {answer.status_code}"
    if answer.is_server_error or answer.status_code in BUSY:
        return RetryLater(why=why, after_s=_asked_wait(answer))
    words = await _words(answer)
    return Rejected(why=f"{why}: {words}" if words else why)


async def _words(answer: httpx.Response) -> str:
    """Return the beginning of the body on one line, as far as it can be shown; some repeat what they got."""
    body = b""
    async for piece in answer.aiter_raw():
        body += piece
        if len(body) >= SHOWN:
            break
    words = redact(" ".join(body.decode("utf-8", "replace")[:SHOWN].split()))
    return "".join(character for character in words if character.isprintable())


def _asked_wait(answer: httpx.Response) -> float | None:
    """Return the seconds in Retry-After, as far as we wait at all."""
    asked = answer.headers.get("Retry-After", "")
    return min(float(asked), LONGEST_WAIT_S) if asked.isdecimal() and int(asked) else None
