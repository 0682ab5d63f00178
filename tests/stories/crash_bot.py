"""The bot of the crash stories: a program that serves for real and dies at given steps.

Orders arrive as lines of JSON, one bot at a time. Each bot is a fork, so that no run waits for imports. The
answer to an order is the bot's process id, and later its exit code.
"""

import asyncio
import functools
import json
import os
import sys
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot import app
from bot.config import settings
from bot.slack.api import rate_limits
from bot.store.sqlite.journal import SqliteJournal
from bot.store.sqlite.log import SqliteLog
from bot.store.sqlite.outbox import SqliteOutbox
from bot.store.sqlite.transcript import SqliteTranscript

#: The exit code of a bot that died as planned.
DIED = 9
#: Every kind of commit in the story, by the name of its step. Reads change nothing and do not count.
WRITES = {
    "append": (SqliteLog, "append"),
    "settle": (SqliteOutbox, "settle"),
    "put_back": (SqliteOutbox, "put_back"),
    "claim": (SqliteOutbox, "claim"),
    "journal_append": (SqliteJournal, "append"),
    "journal_settle": (SqliteJournal, "settle"),
    "save_message": (SqliteTranscript, "save"),
}


@dataclass(kw_only=True)
class Fuse:
    """Counts the steps of all lives of a bot in a file, and kills the process at some of them."""

    trace: Path
    #: Steps by number (`17`) or by name (`before append 3`).
    die_at: frozenset[str]
    passed: list[str] = field(init=False)

    def __post_init__(self) -> None:
        """Continue the count of the previous life."""
        self.passed = self.trace.read_text().splitlines() if self.trace.exists() else []

    def step(self, what: str) -> None:
        """Count a step. Kill the process if it is planned to die there."""
        times = sum(name.rpartition(" ")[0] == what for name in self.passed)
        name = f"{what} {times + 1}"
        self.passed.append(name)
        with self.trace.open("a") as trace:
            trace.write(f"{name}\n")
        if self.die_at & {name, str(len(self.passed))}:
            os._exit(DIED)


def fused(fuse: Fuse, name: str, work: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Return the method `work` with a step before and a step after it."""

    @functools.wraps(work)
    async def stepping(self: object, *given: Any, **named: Any) -> Any:
        what = given[0] if name == "call" else name
        if name != "claim":
            fuse.step(f"before {what}")
        result = await work(self, *given, **named)
        if name != "claim" or result:  # a claim that found nothing is not a step
            fuse.step(f"after {what}")
        return result

    return stepping


def live(order: dict[str, Any]) -> None:
    """Serve as `firstcheck serve` does, with a step around every write and every call to Slack."""
    with Path(order["stderr"]).open("a") as stderr:
        os.dup2(stderr.fileno(), sys.stderr.fileno())
    fuse = Fuse(trace=Path(order["trace"]), die_at=frozenset(order["die_at"]))
    for name, (part, method) in WRITES.items():
        setattr(part, method, fused(fuse, name, getattr(part, method)))
    AsyncWebClient.api_call = fused(fuse, "call", AsyncWebClient.api_call)  # type: ignore[assignment]  # a method is replaced, which mypy forbids
    rate_limits.CHANNEL_EVERY_S = 0.001  # the story need not wait for Slack's limits
    asyncio.run(app.serve(settings.load(order["environment"])))


def main() -> None:
    """Carry out orders until there are no more."""
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            try:
                live(json.loads(line))
            finally:
                if is_broken := sys.exc_info()[0] is not None:
                    traceback.print_exc()
                os._exit(is_broken)
        print(pid, flush=True)  # noqa: T201 - the nursery reads it from the pipe
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)  # noqa: T201 - the nursery reads it from the pipe


if __name__ == "__main__":
    main()
