"""Forgets what nobody asks for any more, so that the database does not grow for ever."""

import asyncio
import logging
from datetime import datetime, timedelta

from bot.engine.record import Clock
from bot.store import Store, StoreError

log = logging.getLogger("firstcheck.housekeeping")

#: Slack delivers an event up to a day late (docs.slack.dev/apis/events-api, delayed events); the rest is for
#: people who look into the journal.
KEPT = timedelta(days=30)
EVERY_S = 24 * 60 * 60


async def run_housekeeping(store: Store, clock: Clock) -> None:
    """Tidy up now and once a day, until cancelled."""
    while True:
        try:
            forgotten = await purge(store, clock())
        except StoreError as why:
            log.warning("what is old could not be forgotten; trying again tomorrow: %s", why)
        else:
            log.info("%s rows older than %s days are forgotten", forgotten, KEPT.days)
        await asyncio.sleep(EVERY_S)


async def purge(store: Store, now: datetime) -> int:
    """Forget all that was done long before `now`, in portions, as others write too; return how much."""
    forgotten = 0
    while some := await store.forget(now - KEPT):
        forgotten += some
    return forgotten
