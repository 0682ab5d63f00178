"""Asks a service over HTTP whether it answers as it should, with the right words, and soon enough."""

import asyncio
import time
from dataclasses import dataclass

from bot.domain.text.redaction import redact
from bot.domain.vocabulary import ProbeVerdict
from bot.probes import fetch
from bot.probes.interface import Finding, Kind, Permissions, Unreachable

#: How much of a wrong answer is shown.
EXCERPT = 200
#: What a person still waits for, and more than any answer may be given.
LONGEST_S = 10.0


@dataclass(frozen=True, kw_only=True)
class Options:
    """What is asked and what must come back; a redirect is not followed, its status counts."""

    url: str
    status: int = 200
    #: What must stand in the body.
    body: str = ""
    within_s: float = 2.0

    def __post_init__(self) -> None:
        """Refuse what could never hold."""
        if not 0 < self.within_s <= LONGEST_S:
            raise ValueError(f"within_s is more than 0 and at most {LONGEST_S:g} seconds")


def check_permitted(options: Options, permissions: Permissions) -> None:
    """Refuse an address that may not be asked."""
    fetch.check_permitted(options.url, permissions)


async def run(options: Options, permissions: Permissions) -> Finding:
    """GET `url` and hold status, body and time against what is expected."""
    began = time.monotonic()
    try:
        async with asyncio.timeout(options.within_s):
            answer = await fetch.ask(options.url, permissions)
    except Unreachable as error:
        return Finding(verdict=ProbeVerdict.WRONG, evidence=str(error))
    except TimeoutError:
        return Finding(
            verdict=ProbeVerdict.WRONG,
            evidence=f"There was no whole answer within {options.within_s:g} seconds.",
        )
    took = f"in {round((time.monotonic() - began) * 1000)} ms"
    text = answer.body.decode(errors="replace")
    if answer.status != options.status:
        said = f": {_excerpt(text)}" if text.strip() else ""
        return Finding(
            verdict=ProbeVerdict.WRONG,
            evidence=f"{answer.place} answered {answer.status} {took}, expected {options.status}{said}",
        )
    said = f"{answer.place} answered {answer.status} {took}"
    if options.body not in text:
        return Finding(
            verdict=ProbeVerdict.WRONG, evidence=f"{said} without {options.body!r}: {_excerpt(text)}"
        )
    return Finding(verdict=ProbeVerdict.CLEAR, evidence=f"{said}.")


def _excerpt(text: str) -> str:
    """The beginning of the answer, in one line; secrets go first, as half a one is not known as such."""
    short = " ".join(redact(text[: EXCERPT * 5]).split())
    return short if len(short) <= EXCERPT else f"{short[: EXCERPT - 1]}…"


KIND = Kind(options=Options, check_permitted=check_permitted, run=run, timeout_s=LONGEST_S + 1)
