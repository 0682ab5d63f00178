"""What is old is forgotten at the start, however much it is, and what waits is not."""

import asyncio
import contextlib
from datetime import timedelta

from bot.engine.housekeeping import RETENTION, run_housekeeping
from bot.store import Store
from tests.engine.conftest import Clock


async def test_at_the_start_the_old_is_forgotten(store: Store, clock: Clock) -> None:
    """All of it, and what waits is kept, however old."""
    for _ in range(501):
        await store.journal.settle(await store.journal.append("generic", {}, "{}", clock()), "processed")
    waiting = await store.journal.append("generic", {}, "{}", clock())
    clock.now += RETENTION + timedelta(seconds=1)
    await store.journal.settle(await store.journal.append("generic", {}, "{}", clock()), "processed")

    housekeeping = asyncio.create_task(run_housekeeping(store, clock))
    async with asyncio.timeout(5):
        while (await store.journal.counts())["processed"] > 1:
            await asyncio.sleep(0.01)
    housekeeping.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await housekeeping

    assert [waiting] == [row.id for row in await store.journal.pending()]
