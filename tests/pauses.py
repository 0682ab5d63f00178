"""Measures how long this process's own work kept the event loop or another thread from running.

All times are processor seconds of this process, so that other programs on a busy machine do not count.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from threading import Thread

from bot.engine.background import background


@asynccontextmanager
async def pauses() -> AsyncIterator[list[float]]:
    """Yield a list that fills with the processor seconds used during each sleep of a millisecond."""
    found: list[float] = []

    async def watch() -> None:
        while True:
            began = time.process_time()
            await asyncio.sleep(0.001)
            found.append(time.process_time() - began)

    async with background(watch()):
        await asyncio.sleep(0)
        yield found


def longest_wait_beside(work: Callable[[], object]) -> float:
    """Return the longest time another thread waited for its turn, as a share (0 to 1) of the work."""
    working = Thread(target=work)
    turns = [time.process_time()]
    working.start()
    while working.is_alive():
        time.sleep(0.001)
        turns.append(time.process_time())
    return max(after - before for before, after in pairwise(turns)) / (turns[-1] - turns[0])
