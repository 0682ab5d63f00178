"""Checks that a service answers over HTTP with the expected status and text, and in time."""

import asyncio
import time
from dataclasses import dataclass

from bot.domain.text.redaction import redact
from bot.probes import http_client
from bot.probes.interface import Finding, Kind, Permissions, Unreachable, ok, problem

#: How many characters of an unexpected response the evidence shows.
EXCERPT = 200
#: The longest `within_s` that is allowed.
LONGEST_S = 10.0


@dataclass(frozen=True, kw_only=True)
class Options:
    """The request and the expected response. A redirect is not followed: its own status is checked."""

    url: str
    status: int = 200
    #: Text that the body must contain.
    body: str = ""
    within_s: float = 2.0

    def __post_init__(self) -> None:
        """Raise ValueError if `within_s` is out of range."""
        if not 0 < self.within_s <= LONGEST_S:
            raise ValueError(f"within_s must be more than 0 and at most {LONGEST_S:g} seconds")


def check_permitted(options: Options, permissions: Permissions) -> None:
    """Raise ProbeFailed if the URL may not be requested."""
    http_client.check_permitted(options.url, permissions)


async def run(options: Options, permissions: Permissions) -> Finding:
    """Request `url` and check the status, the body and the time."""
    began = time.monotonic()
    try:
        async with asyncio.timeout(options.within_s):
            answer = await http_client.ask(options.url, permissions)
    except Unreachable as error:
        return problem(str(error))
    except TimeoutError:
        return problem(f"No complete response within {options.within_s:g} seconds.")
    took_ms = round((time.monotonic() - began) * 1000)
    answered = f"{answer.place} answered {answer.status} in {took_ms} ms"
    text = answer.body.decode(errors="replace")
    if answer.status != options.status:
        excerpt = f": {_excerpt(text)}" if text.strip() else ""
        return problem(f"{answered}, expected {options.status}{excerpt}")
    if options.body not in text:
        return problem(f"{answered} without {options.body!r}: {_excerpt(text)}")
    return ok(f"{answered}.")


def _excerpt(text: str) -> str:
    """Return the response's start on one line. Secrets are removed first: half a secret is not detected."""
    short = " ".join(redact(text[: EXCERPT * 5]).split())
    return short if len(short) <= EXCERPT else f"{short[: EXCERPT - 1]}…"


KIND = Kind(options=Options, check_permitted=check_permitted, run=run, timeout_s=LONGEST_S + 1)
