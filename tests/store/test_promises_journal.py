"""Guarantees of every store's journal: an accepted request is never lost."""

from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.store import Change, JournalRow, Store, open_store

Makes = Callable[..., Change]
MINUTE = timedelta(minutes=1)
verbs = st.sampled_from(["accept", "process", "quarantine", "retry"])


async def test_a_request_is_saved_unchanged(store: Store, now: datetime) -> None:
    """Source, headers and body are read back unchanged, so that a fixed parser can read them later."""
    row_id = await store.journal.append("grafana", {"X-Id": "ü"}, '{"a": "\x00 ü"}', now)

    expected = JournalRow(
        id=row_id, source="grafana", headers={"X-Id": "ü"}, body='{"a": "\x00 ü"}', received_at=now
    )
    assert [expected] == await store.journal.pending()


async def test_pending_rows_come_oldest_first(store: Store, now: datetime) -> None:
    """Pending requests are returned in order of arrival, in portions, from any row on."""
    rows = [await store.journal.append("grafana", {}, str(place), now) for place in range(3)]

    assert rows[:2] == [row.id for row in await store.journal.pending(2)]
    await store.journal.settle(rows[0], "processed")
    assert rows[1:] == [row.id for row in await store.journal.pending()]
    assert rows[2:] == [row.id for row in await store.journal.pending(after=rows[1])]


async def test_long_bodies_come_a_few_at_a_time(store: Store, now: datetime) -> None:
    """If bodies are long, fewer rows are returned than asked for, but always at least one."""
    rows = [await store.journal.append("grafana", {}, "a" * 10_000_000, now) for _ in range(2)]

    assert rows[:1] == [row.id for row in await store.journal.pending()]
    assert rows[1:] == [row.id for row in await store.journal.pending(after=rows[0])]


async def test_a_quarantined_request_can_be_retried(store: Store, now: datetime) -> None:
    """A quarantined request keeps the reason, and is pending again after `retry`."""
    row_id = await store.journal.append("grafana", {}, "{", now)
    await store.journal.settle(row_id, "quarantined", "Line 1: the JSON ends too early.")

    (row,) = await store.journal.quarantined()
    assert (row_id, "Line 1: the JSON ends too early.") == (row.id, row.detail)
    assert [] == await store.journal.pending()
    assert await store.journal.retry(row_id)
    assert [row_id] == [row.id for row in await store.journal.pending()]
    assert [] == await store.journal.quarantined()


async def test_the_first_outcome_of_a_row_wins(store: Store, now: datetime) -> None:
    """A settled row keeps its first outcome, and only a quarantined one can be retried."""
    row_id = await store.journal.append("grafana", {}, "{}", now)
    await store.journal.settle(row_id, "processed")

    await store.journal.settle(row_id, "quarantined", "too late")

    assert not await store.journal.retry(row_id)
    assert not await store.journal.retry(row_id + 1)
    expected = {"accepted": 1, "processed": 1, "quarantined": 0, "pending": 0}
    assert expected == await store.journal.counts()


async def test_resolutions_are_saved(store: Store, now: datetime) -> None:
    """A resolution is found by alert key if it was saved after `since`; a later one overwrites it."""
    await store.journal.keep_ends({"generic:a": now - MINUTE, "generic:ü": now}, now)
    await store.journal.keep_ends({"generic:a": now}, now + MINUTE)

    asked = ["generic:a", "generic:ü", "generic:unknown"]
    assert {"generic:a": now, "generic:ü": now} == await store.journal.ends(asked, now - MINUTE)
    assert {"generic:a": now} == await store.journal.ends(asked, now)
    assert {} == await store.journal.ends([], now - MINUTE)


async def test_an_empty_journal_has_all_counts(store: Store) -> None:
    """An empty journal returns every count as 0, so that dashboards have values from the start."""
    expected = {"accepted": 0, "processed": 0, "quarantined": 0, "pending": 0}

    assert expected == await store.journal.counts()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(history=st.lists(st.tuples(verbs, st.integers(1, 5)), max_size=25))
async def test_accepted_is_processed_and_quarantined_and_pending(
    history: list[tuple[str, int]], now: datetime
) -> None:
    """In any history, `accepted` is the sum of `processed`, `quarantined` and `pending`."""
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
