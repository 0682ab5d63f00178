"""Guarantees of every store's `purge`: it deletes old rows that are done, and nothing else."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.store import Change, Store

Makes = Callable[..., Change]
DAY = timedelta(days=1)


async def test_old_processed_requests_are_deleted(store: Store, now: datetime) -> None:
    """Old processed requests are deleted; pending, quarantined and recent ones stay."""
    old = [await store.journal.append("grafana", {}, str(place), now - DAY) for place in range(3)]
    young = await store.journal.append("grafana", {}, "young", now)
    for row in (old[0], young):
        await store.journal.settle(row, "processed")
    await store.journal.settle(old[1], "quarantined", "why")

    assert [1, 0] == [await store.purge(now), await store.purge(now)]
    assert [old[2]] == [row.id for row in await store.journal.pending()]
    assert [old[1]] == [row.id for row in await store.journal.quarantined()]
    expected = {"accepted": 3, "processed": 1, "quarantined": 1, "pending": 1}
    assert expected == await store.journal.counts()


async def test_the_id_of_a_deleted_request_is_not_reused(store: Store, now: datetime) -> None:
    """A new request never gets the row id of a deleted one."""
    row = await store.journal.append("grafana", {}, "{}", now - DAY)
    await store.journal.settle(row, "processed")
    await store.purge(now)

    assert row < await store.journal.append("grafana", {}, "{}", now)


async def test_old_once_keys_are_deleted(store: Store, change: Makes, now: datetime) -> None:
    """Old `once` keys are deleted; other lookup keys and the incidents themselves stay."""
    await store.log.append(change(1, once="command:old", claims={"channel:C1": None}, now=now - DAY))
    await store.log.append(change(2, once="command:young"))

    assert [1, 0] == [await store.purge(now), await store.purge(now)]
    keys = ("command:old", "command:young", "channel:C1")
    assert [None, 2, 1] == [await store.log.lookup(key) for key in keys]
    assert 1 == len(await store.log.events(1))


async def test_old_resolutions_are_deleted(store: Store, now: datetime) -> None:
    """Old resolutions of alerts that were never seen are deleted; recent ones stay."""
    await store.journal.keep_ends({"generic:old": now - DAY}, now - DAY)
    await store.journal.keep_ends({"generic:young": now - DAY}, now)

    assert [1, 0] == [await store.purge(now), await store.purge(now)]
    assert ["generic:young"] == list(
        await store.journal.ends(["generic:old", "generic:young"], now - 2 * DAY)
    )


async def test_rows_are_deleted_in_portions(store: Store, now: datetime) -> None:
    """Each call deletes a limited number of rows, so that other writes get a turn, and the last returns 0."""
    for _ in range(501):
        await store.journal.settle(await store.journal.append("grafana", {}, "{}", now - DAY), "processed")

    assert [500, 1, 0] == [await store.purge(now) for _ in range(3)]
