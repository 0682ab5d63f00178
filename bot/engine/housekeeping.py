"""Deletes old rows that are no longer needed, so that the database does not grow forever."""

import asyncio
import logging
from datetime import datetime, timedelta

from bot.engine.record import Clock
from bot.store import Store, StoreError

log = logging.getLogger("firstcheck.housekeeping")

#: Slack delivers an event up to a day late (docs.slack.dev/apis/events-api, delayed events). The rest is for
#: people who read the journal.
RETENTION = timedelta(days=30)
INTERVAL_S = 24 * 60 * 60


async def run_housekeeping(store: Store, clock: Clock) -> None:
    """Purge at once and then daily, until cancelled."""
    while True:
        try:
            deleted = await purge(store, clock())
        except StoreError as error:
            log.warning("old rows could not be deleted; trying again tomorrow: %s", error)
        else:
            log.info("deleted %s rows older than %s days", deleted, RETENTION.days)
        await asyncio.sleep(INTERVAL_S)


async def purge(store: Store, now: datetime) -> int:
    """Delete all rows past their retention, in portions so that other writes get a turn; return how many."""
    deleted = 0
    while portion := await store.purge(now - RETENTION):
        deleted += portion
    return deleted
