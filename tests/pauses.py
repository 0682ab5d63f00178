"""How long the event loop, or any other thread, was held up: that long nobody was answered, Slack neither."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from threading import Thread

from bot.engine.background import background


@asynccontextmanager
async def pauses() -> AsyncIterator[list[float]]:
    """Yield a list that fills with the seconds that a nap of a millisecond took."""
    found: list[float] = []

    async def watch() -> None:
        while True:
            began = time.monotonic()
            await asyncio.sleep(0.001)
            found.append(time.monotonic() - began)

    async with background(watch()):
        await asyncio.sleep(0)
        yield found


def longest_wait_beside(work: Callable[[], object]) -> float:
    """Return the share of a thread's work, from 0 to 1, for which nobody else had a turn at the longest."""
    working = Thread(target=work)
    turns = [time.monotonic()]
    working.start()
    while working.is_alive():
        time.sleep(0.001)
        turns.append(time.monotonic())
    return max(after - before for before, after in pairwise(turns)) / (turns[-1] - turns[0])
