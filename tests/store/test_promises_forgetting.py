"""What every store promises of forgetting: what is done and old goes, and nothing else."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.store import Change, Store

Makes = Callable[..., Change]
DAY = timedelta(days=1)


async def test_what_was_processed_is_forgotten(store: Store, now: datetime) -> None:
    """Old requests go once they were worked on; the pending, the quarantined and the young ones stay."""
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


async def test_a_forgotten_number_is_not_given_again(store: Store, now: datetime) -> None:
    """Who holds the number of a row never means another row by it."""
    row = await store.journal.append("grafana", {}, "{}", now - DAY)
    await store.journal.settle(row, "processed")
    await store.purge(now)

    assert row < await store.journal.append("grafana", {}, "{}", now)


async def test_requests_are_told_apart_until_they_are_old(store: Store, change: Makes, now: datetime) -> None:
    """The name of a request goes; what points at an incident, and the incident, stay."""
    await store.log.append(change(1, once="command:old", claims={"channel:C1": None}, now=now - DAY))
    await store.log.append(change(2, once="command:young"))

    assert [1, 0] == [await store.purge(now), await store.purge(now)]
    keys = ("command:old", "command:young", "channel:C1")
    assert [None, 2, 1] == [await store.log.lookup(key) for key in keys]
    assert 1 == len(await store.log.events(1))


async def test_ends_are_forgotten(store: Store, now: datetime) -> None:
    """Those of alerts that never were heard of; the young ones stay."""
    await store.journal.keep_ends({"generic:old": now - DAY}, now - DAY)
    await store.journal.keep_ends({"generic:young": now - DAY}, now)

    assert [1, 0] == [await store.purge(now), await store.purge(now)]
    assert ["generic:young"] == list(
        await store.journal.ends(["generic:old", "generic:young"], now - 2 * DAY)
    )


async def test_much_is_forgotten_in_portions(store: Store, now: datetime) -> None:
    """Others may write in between; in the end nothing is left."""
    for _ in range(501):
        await store.journal.settle(await store.journal.append("grafana", {}, "{}", now - DAY), "processed")

    assert [500, 1, 0] == [await store.purge(now) for _ in range(3)]
