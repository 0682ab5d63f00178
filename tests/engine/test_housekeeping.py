"""Housekeeping deletes old rows as soon as it starts."""

import asyncio
from datetime import timedelta

from bot.engine.background import background
from bot.engine.housekeeping import RETENTION, run_housekeeping
from bot.store import Store
from tests.engine.conftest import Clock


async def test_old_rows_are_deleted_at_start(store: Store, clock: Clock) -> None:
    """All old processed requests are deleted at start; pending ones stay, however old."""
    for _ in range(501):
        await store.journal.settle(await store.journal.append("generic", {}, "{}", clock()), "processed")
    waiting = await store.journal.append("generic", {}, "{}", clock())
    clock.now += RETENTION + timedelta(seconds=1)
    await store.journal.settle(await store.journal.append("generic", {}, "{}", clock()), "processed")

    async with background(run_housekeeping(store, clock)), asyncio.timeout(5):
        while (await store.journal.counts())["processed"] > 1:
            await asyncio.sleep(0.01)

    assert [waiting] == [row.id for row in await store.journal.pending()]
