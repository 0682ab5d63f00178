"""Posts a request to a pager, and says what its answer means."""

from dataclasses import dataclass

import httpx

from bot.pagers.interface import Request

TIMEOUT_S = 10.0
#: Worth another try; every other refusal is for good.
BUSY = {408, 429}
LONGEST_WAIT_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Taken:
    """They have it."""


@dataclass(frozen=True, kw_only=True)
class Busy:
    """Not now; `after_s` is what they asked for, if they did."""

    why: str
    after_s: float | None = None


@dataclass(frozen=True, kw_only=True)
class Refused:
    """Never, as it is; `why` is for people."""

    why: str


Answer = Taken | Busy | Refused


async def send(request: Request, *, timeout_s: float = TIMEOUT_S) -> Answer:
    """Post `request` and return what came of it; follows no redirect."""
    try:
        async with httpx.AsyncClient(timeout=timeout_s) as client:
            answer = await client.post(request.url, content=request.body, headers=dict(request.headers))
    except httpx.TimeoutException:
        return Busy(why=f"no answer within {timeout_s:g} s")
    except httpx.HTTPError as error:
        return Busy(why=f"it cannot be reached: {error or type(error).__name__}")
    if answer.is_success:
        return Taken()
    why = f"it answered {answer.status_code}"
    if answer.is_server_error or answer.status_code in BUSY:
        return Busy(why=why, after_s=_asked_wait(answer))
    return Refused(why=f"{why}: {answer.text[:200]}")


def _asked_wait(answer: httpx.Response) -> float | None:
    """Return the seconds in Retry-After, as far as we wait at all."""
    asked = answer.headers.get("Retry-After", "")
    return min(float(asked), LONGEST_WAIT_S) if asked.isdecimal() and int(asked) else None
