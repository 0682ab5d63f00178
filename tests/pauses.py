"""How long the event loop was held up: that long nobody was answered, Slack neither."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def pauses() -> AsyncIterator[list[float]]:
    """Yield a list that fills with the seconds that a nap of a millisecond took."""
    found: list[float] = []

    async def watch() -> None:
        while True:
            began = time.monotonic()
            await asyncio.sleep(0.001)
            found.append(time.monotonic() - began)

    watching = asyncio.create_task(watch())
    await asyncio.sleep(0)
    try:
        yield found
    finally:
        watching.cancel()
