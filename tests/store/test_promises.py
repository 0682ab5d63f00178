"""Guarantees of every store's log: atomic changes, one history, unique keys."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from bot.domain import effects
from bot.domain.events import IncidentClosed, SeverityChanged
from bot.domain.vocabulary import Severity, Status
from bot.store import AlreadyDone, Change, Conflict, IncidentRow, LeaseLost, Store
from bot.store.values import Recorded

Makes = Callable[..., Change]


async def test_events_come_back_in_order(store: Store, change: Makes, now: datetime) -> None:
    """Appended events are read back unchanged, in order, numbered from 1."""
    changes = [change(), change(after=1), change(after=2)]
    for each in changes:
        await store.log.append(each)

    expected = [
        Recorded(version=version, event=each.events[0], recorded_at=now)
        for version, each in enumerate(changes, start=1)
    ]
    assert expected == await store.log.events(1)
    assert expected[2:] == await store.log.events(1, after=2)
    assert [] == await store.log.events(2)


async def test_all_of_many_incidents_are_listed(store: Store, change: Makes) -> None:
    """With `limit=None`, `incidents` returns all incidents, not only the default 100."""
    for number in range(1, 121):
        await store.log.append(change(number))

    assert 100 == len(await store.log.incidents())
    assert 120 == len(await store.log.incidents(open_only=True, limit=None))


async def test_numbers_count_up(store: Store, change: Makes) -> None:
    """`next_number` returns the highest incident number + 1."""
    assert 1 == await store.log.next_number()

    await store.log.append(change(6))

    assert 7 == await store.log.next_number()


async def test_the_index_follows_the_incident(store: Store, change: Makes, now: datetime) -> None:
    """The index row of an incident shows its current state."""
    await store.log.append(change())
    await store.log.append(change(1, SeverityChanged(at=now, severity=Severity.SEV1), after=1))

    expected = IncidentRow(
        number=1,
        title="Incident 1",
        severity=Severity.SEV1,
        status=Status.INVESTIGATING,
        channel="",
        declared_at=now,
        drill=False,
    )
    assert [expected] == await store.log.incidents()


async def test_the_index_can_leave_out_closed_incidents(store: Store, change: Makes, now: datetime) -> None:
    """`incidents` lists the newest first, and with `open_only` no closed ones."""
    for number in (1, 2, 3):
        await store.log.append(change(number))
    await store.log.append(change(2, IncidentClosed(at=now), after=1))

    assert [3, 2, 1] == [row.number for row in await store.log.incidents()]
    assert [3, 1] == [row.number for row in await store.log.incidents(open_only=True)]
    assert 2 == await store.log.open_count()
    assert [3] == [row.number for row in await store.log.incidents(limit=1)]


async def test_one_of_several_concurrent_changes_wins(store: Store, change: Makes) -> None:
    """Of changes made from the same version one is written; the others raise Conflict."""
    await store.log.append(change())

    results = await asyncio.gather(
        *(store.log.append(change(after=1)) for _ in range(5)), return_exceptions=True
    )

    assert [None] == [result for result in results if not isinstance(result, Conflict)]
    assert 2 == len(await store.log.events(1))


async def test_a_number_is_given_once(store: Store, change: Makes) -> None:
    """Declaring a second incident under a number already used raises Conflict."""
    await store.log.append(change(7))

    with pytest.raises(Conflict, match="INC-7 is at version 1, not 0"):
        await store.log.append(change(7))


async def test_history_has_no_gaps(store: Store, change: Makes) -> None:
    """A change based on a version that does not exist raises Conflict."""
    await store.log.append(change())

    with pytest.raises(Conflict, match="INC-1 is at version 1, not 3"):
        await store.log.append(change(after=3))


async def test_a_refused_change_leaves_nothing_behind(store: Store, change: Makes, now: datetime) -> None:
    """If a change raises Conflict, none of its events, effects, keys and settled jobs are written."""
    await store.log.append(change(effects=(effects.OpenChannel(),), claims={"taken": None}))
    (job,) = await store.outbox.claim(now, limit=1, lease_s=30)
    doomed = change(2, effects=(effects.ShowCard(),), once="once", claims={"free": None, "taken": None})

    with pytest.raises(Conflict, match="'taken' points at 1, not at None"):
        await store.log.append(replace(doomed, settles=job))

    assert [] == await store.log.events(2)
    assert [1] == [line.number for line in await store.log.incidents()]
    assert [None, None] == [await store.log.lookup("once"), await store.log.lookup("free")]
    assert [job.key] == [each.key for each in await store.outbox.jobs()]


async def test_a_change_is_written_whole(store: Store, change: Makes, now: datetime) -> None:
    """A change writes its events, effects and keys and settles its job in one transaction."""
    await store.log.append(change(effects=(effects.OpenChannel(),)))
    (job,) = await store.outbox.claim(now, limit=1, lease_s=30)

    both = change(
        after=1,
        effects=(effects.ShowCard(), effects.PinCard()),
        once="once",
        claims={"free": None},
        priority=2,
    )
    await store.log.append(replace(both, settles=job))

    assert [1, 2] == [each.version for each in await store.log.events(1)]
    assert [1, 1] == [await store.log.lookup("once"), await store.log.lookup("free")]
    expected = [("1:2:0", effects.ShowCard(), 2), ("1:2:1", effects.PinCard(), 2)]
    assert expected == [(each.key, each.effect, each.priority) for each in await store.outbox.jobs(1)]


async def test_a_once_key_is_written_only_once(store: Store, change: Makes) -> None:
    """Repeating a `once` key raises AlreadyDone with the number of the incident it was written for."""
    await store.log.append(change(4, once="slack:Ev1"))

    with pytest.raises(AlreadyDone) as caught:
        await store.log.append(change(5, once="slack:Ev1"))

    assert 4 == caught.value.incident
    assert [4] == [line.number for line in await store.log.incidents()]


async def test_two_alerts_race_for_one_incident(store: Store, change: Makes) -> None:
    """Of two incidents that claim the same key one is written; the other raises Conflict and can join it."""
    racers = [store.log.append(change(number, claims={"key": None})) for number in (1, 2)]
    results = await asyncio.gather(*racers, return_exceptions=True)

    assert 1 == sum(isinstance(result, Conflict) for result in results)
    winner = await store.log.lookup("key")
    assert [winner] == [line.number for line in await store.log.incidents()]


async def test_a_key_passes_from_a_closed_incident_to_its_successor(store: Store, change: Makes) -> None:
    """A lookup key moves to another incident only if the change states whose it was."""
    await store.log.append(change(1, claims={"key": None}))

    with pytest.raises(Conflict):
        await store.log.append(change(2, claims={"key": 9}))
    await store.log.append(change(2, claims={"key": 1}))

    assert 2 == await store.log.lookup("key")


async def test_a_lost_lease_writes_nothing(store: Store, change: Makes, now: datetime) -> None:
    """A worker whose lease was taken over cannot write events; the new holder can."""
    await store.log.append(change(effects=(effects.OpenChannel(),)))
    (slow,) = await store.outbox.claim(now, limit=1, lease_s=0)
    (quick,) = await store.outbox.claim(now, limit=1, lease_s=30)

    with pytest.raises(LeaseLost):
        await store.log.append(change(after=1, settles=slow))
    await store.log.append(change(after=1, settles=quick))

    assert 2 == len(await store.log.events(1))


async def test_a_job_may_end_with_follow_ups_and_no_event(store: Store, change: Makes, now: datetime) -> None:
    """The keys of follow-up jobs derive from the finished job, so that they are unique without an event."""
    await store.log.append(change(effects=(effects.OpenChannel(),)))
    (job,) = await store.outbox.claim(now, limit=1, lease_s=30)
    same = change().incident

    await store.log.append(
        Change(incident=same, after=1, events=(), effects=(effects.PinCard(),), now=now, settles=job)
    )

    assert [f"1:1:0~{job.id}:0"] == [each.key for each in await store.outbox.jobs()]


async def test_one_failure_in_a_group_is_its_own(store: Store, change: Makes) -> None:
    """Of a hundred changes in one commit, those without a conflict are written."""
    changes = [change(number % 90 + 1) for number in range(100)]

    results = await asyncio.gather(*(store.log.append(each) for each in changes), return_exceptions=True)

    assert [None] * 90 + [Conflict] * 10 == [result and type(result) for result in results]
    assert 90 == len(await store.log.incidents())


async def test_a_read_sees_every_earlier_write(store: Store, change: Makes) -> None:
    """A read that starts after a write has returned sees that write."""
    for number in range(1, 30):
        await store.log.append(change(number))

        assert number + 1 == await store.log.next_number()


async def test_half_a_surrogate_pair_can_be_stored(store: Store, change: Makes) -> None:
    """Text with half a surrogate pair, which JSON may contain, is stored and found again."""
    await store.log.append(change(claims={"key \ud83d": None}))

    assert 1 == await store.log.lookup("key \ud83d")


async def test_an_inconsistent_change_raises(change: Makes, now: datetime) -> None:
    """A change whose incident lacks its events, or with effects of no event or job, raises ValueError."""
    incident = change().incident

    with pytest.raises(ValueError, match="must already be folded into its incident"):
        Change(incident=incident, after=1, events=change().events, now=now)
    with pytest.raises(ValueError, match="need an event or a job"):
        Change(incident=incident, after=1, events=(), effects=(effects.ShowCard(),), now=now)
