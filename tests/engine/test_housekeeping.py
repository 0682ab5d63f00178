"""What is old is forgotten at the start, however much it is, and what waits is not."""

import asyncio
from datetime import timedelta

from bot.engine.background import background
from bot.engine.housekeeping import KEPT, run_housekeeping
from bot.store import Store
from tests.engine.conftest import Clock


async def test_at_the_start_the_old_is_forgotten(store: Store, clock: Clock) -> None:
    """All of it, and what waits is kept, however old."""
    for _ in range(501):
        await store.journal_settle(await store.journal_append("generic", {}, "{}", clock()), "processed")
    waiting = await store.journal_append("generic", {}, "{}", clock())
    clock.now += KEPT + timedelta(seconds=1)
    await store.journal_settle(await store.journal_append("generic", {}, "{}", clock()), "processed")

    async with background(run_housekeeping(store, clock)), asyncio.timeout(5):
        while (await store.journal_counts())["processed"] > 1:
            await asyncio.sleep(0.01)

    assert [waiting] == [row.id for row in await store.journal_pending()]
