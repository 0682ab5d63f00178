"""What every store promises of its journal: what was accepted is never lost sight of."""

from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.store import Change, JournalRow, Store, open_store

Makes = Callable[..., Change]
MINUTE = timedelta(minutes=1)
verbs = st.sampled_from(["accept", "process", "quarantine", "retry"])


async def test_a_request_is_kept_as_it_came(store: Store, now: datetime) -> None:
    """Source, headers and body can be read again, to be parsed by a better parser."""
    row_id = await store.journal.append("grafana", {"X-Id": "ü"}, '{"a": "\x00 ü"}', now)

    expected = JournalRow(
        id=row_id, source="grafana", headers={"X-Id": "ü"}, body='{"a": "\x00 ü"}', received_at=now
    )
    assert [expected] == await store.journal.pending()


async def test_pending_rows_come_oldest_first(store: Store, now: datetime) -> None:
    """Alerts are taken in the order they arrived in, and in portions."""
    rows = [await store.journal.append("grafana", {}, str(place), now) for place in range(3)]

    assert rows[:2] == [row.id for row in await store.journal.pending(2)]
    await store.journal.settle(rows[0], "processed")
    assert rows[1:] == [row.id for row in await store.journal.pending()]
    assert rows[2:] == [row.id for row in await store.journal.pending(after=rows[1])]


async def test_long_bodies_come_a_few_at_a_time(store: Store, now: datetime) -> None:
    """A body may have 16 MB, and a thousand may wait; whatever its length, one comes."""
    rows = [await store.journal.append("grafana", {}, "a" * 10_000_000, now) for _ in range(2)]

    assert rows[:1] == [row.id for row in await store.journal.pending()]
    assert rows[1:] == [row.id for row in await store.journal.pending(after=rows[0])]


async def test_what_cannot_be_parsed_stays_and_says_why(store: Store, now: datetime) -> None:
    """A person can see it and have it tried again."""
    row_id = await store.journal.append("grafana", {}, "{", now)
    await store.journal.settle(row_id, "quarantined", "Line 1: the JSON ends too early.")

    (row,) = await store.journal.quarantined()
    assert (row_id, "Line 1: the JSON ends too early.") == (row.id, row.detail)
    assert [] == await store.journal.pending()
    assert await store.journal.retry(row_id)
    assert [row_id] == [row.id for row in await store.journal.pending()]
    assert [] == await store.journal.quarantined()


async def test_a_row_ends_once(store: Store, now: datetime) -> None:
    """Of two that took the same row the first says how it ended; only a quarantined one is tried again."""
    row_id = await store.journal.append("grafana", {}, "{}", now)
    await store.journal.settle(row_id, "processed")

    await store.journal.settle(row_id, "quarantined", "too late")

    assert not await store.journal.retry(row_id)
    assert not await store.journal.retry(row_id + 1)
    expected = {"accepted": 1, "processed": 1, "quarantined": 0, "pending": 0}
    assert expected == await store.journal.counts()


async def test_ends_are_kept(store: Store, now: datetime) -> None:
    """By the alert's key; the last word on it holds, and who asks says how old one may be."""
    await store.journal.keep_ends({"generic:a": now - MINUTE, "generic:ü": now}, now)
    await store.journal.keep_ends({"generic:a": now}, now + MINUTE)

    asked = ["generic:a", "generic:ü", "generic:unknown"]
    assert {"generic:a": now, "generic:ü": now} == await store.journal.ends(asked, now - MINUTE)
    assert {"generic:a": now} == await store.journal.ends(asked, now)
    assert {} == await store.journal.ends([], now - MINUTE)


async def test_an_empty_journal_counts_nothing(store: Store) -> None:
    """Every figure is there from the first minute, for the dashboards."""
    expected = {"accepted": 0, "processed": 0, "quarantined": 0, "pending": 0}

    assert expected == await store.journal.counts()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(history=st.lists(st.tuples(verbs, st.integers(1, 5)), max_size=25))
async def test_accepted_is_processed_and_quarantined_and_pending(
    history: list[tuple[str, int]], now: datetime
) -> None:
    """Whatever happens in whatever order, every accepted request is in one of three places."""
    store = await open_store("sqlite:///:memory:")
    try:
        for verb, row_id in history:
            match verb:
                case "accept":
                    await store.journal.append("grafana", {}, "{}", now)
                case "process":
                    await store.journal.settle(row_id, "processed")
                case "quarantine":
                    await store.journal.settle(row_id, "quarantined", "why")
                case _:
                    await store.journal.retry(row_id)

        counts = await store.journal.counts()
    finally:
        await store.close()
    assert sum(verb == "accept" for verb, _ in history) == counts["accepted"]
    assert counts["accepted"] == counts["processed"] + counts["quarantined"] + counts["pending"]
