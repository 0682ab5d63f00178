"""Guarantees of every store's outbox: order within a lane, leases, and merged updates."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from bot.domain import effects
from bot.store import Change, Job, LeaseLost, Store

Makes = Callable[..., Change]


def named(jobs: list[Job]) -> list[str]:
    """Return each job as the number of its incident and the name of its effect."""
    return [f"{job.incident} {type(job.effect).__name__}" for job in jobs]


@pytest.fixture
def soon(now: datetime) -> datetime:
    """A minute after `now`."""
    return now + timedelta(minutes=1)


async def test_a_lane_goes_one_at_a_time_and_oldest_first(store: Store, change: Makes, now: datetime) -> None:
    """The next job of a lane can be claimed only once the one before it is settled."""
    await store.log.append(
        change(effects=(effects.OpenChannel(), effects.ShowCard(), effects.ShowStep(step="settings")))
    )

    seen = []
    while claimed := await store.outbox.claim(now, limit=10, lease_s=30):
        assert [] == await store.outbox.claim(now, limit=10, lease_s=30)
        seen += named(claimed)
        await store.outbox.settle(claimed[0], now=now)

    assert ["1 OpenChannel", "1 ShowCard", "1 ShowStep"] == seen


async def test_setting_the_clock_back_delays_no_job(store: Store, change: Makes, now: datetime) -> None:
    """Jobs without a time of their own are due whatever the clock says; timers are not."""
    timer = effects.RefreshCard(not_before=now + timedelta(minutes=5))
    await store.log.append(change(effects=(effects.OpenChannel(), effects.ShowCard(), timer)))
    hour_before = now - timedelta(hours=1)

    for expected in (["1 OpenChannel"], ["1 ShowCard"], []):
        assert (hour_before if expected else now + timedelta(minutes=5)) == await store.outbox.next_due(
            hour_before
        )
        claimed = await store.outbox.claim(hour_before, limit=10, lease_s=30)
        assert expected == named(claimed)
        for job in claimed:
            await store.outbox.settle(job, now=hour_before)


async def test_retry_now_makes_put_back_jobs_due(
    store: Store, change: Makes, now: datetime, soon: datetime
) -> None:
    """`retry_now` makes jobs due that were put back. It changes no leased job and no timer."""
    await store.log.append(
        change(effects=(effects.OpenChannel(), effects.ShowDigest(), effects.RefreshCard(not_before=soon)))
    )
    digest, channel = sorted(await store.outbox.claim(now, limit=10, lease_s=30), key=lambda job: -job.id)
    await store.outbox.put_back(channel, until=soon, why="ratelimited")

    await store.outbox.retry_now()

    assert ["1 OpenChannel"] == named(await store.outbox.claim(now, limit=10, lease_s=30))
    await store.outbox.settle(digest, now=now)


async def test_lanes_and_incidents_do_not_wait_for_each_other(
    store: Store, change: Makes, now: datetime
) -> None:
    """A blocked lane delays no other lane and no other incident."""
    for number in (1, 2):
        await store.log.append(
            change(
                number, effects=(effects.OpenChannel(), effects.ShowCard(), effects.NotifyPeople(version=1))
            )
        )

    claimed = await store.outbox.claim(now, limit=10, lease_s=30)

    assert ["1 OpenChannel", "1 NotifyPeople", "2 OpenChannel", "2 NotifyPeople"] == named(claimed)


async def test_urgent_jobs_are_claimed_first(store: Store, change: Makes, now: datetime) -> None:
    """Jobs are claimed by priority, then by age, and no more than `limit`."""
    for number, priority in ((1, 5), (2, 1), (3, 5)):
        await store.log.append(change(number, effects=(effects.OpenChannel(),), priority=priority))

    assert ["2 OpenChannel", "1 OpenChannel"] == named(await store.outbox.claim(now, limit=2, lease_s=30))


async def test_a_timer_blocks_no_other_job(
    store: Store, change: Makes, now: datetime, soon: datetime
) -> None:
    """A timer that is not due yet is skipped, and claimed once it is due."""
    await store.log.append(
        change(effects=(effects.ShowCard(not_before=soon), effects.ShowStep(step="settings")))
    )

    claimed = await store.outbox.claim(now, limit=10, lease_s=30)
    assert ["1 ShowStep"] == named(claimed)
    await store.outbox.settle(claimed[0], now=now)
    assert [] == await store.outbox.claim(now, limit=10, lease_s=30)
    assert soon == await store.outbox.next_due(now)
    assert ["1 ShowCard"] == named(await store.outbox.claim(soon, limit=10, lease_s=30))


async def test_a_timer_that_falls_due_waits_for_its_lane(
    store: Store, change: Makes, now: datetime, soon: datetime
) -> None:
    """A timer that becomes due while its lane has a leased job waits, although it is older."""
    await store.log.append(
        change(effects=(effects.ShowCard(not_before=soon), effects.ShowStep(step="settings")))
    )
    await store.outbox.claim(now, limit=10, lease_s=300)

    assert [] == await store.outbox.claim(soon, limit=10, lease_s=30)
    assert now + timedelta(seconds=300) == await store.outbox.next_due(soon)


async def test_a_put_back_job_keeps_its_place(
    store: Store, change: Makes, now: datetime, soon: datetime
) -> None:
    """While a job that was put back waits, its lane waits too, and the job keeps the reason."""
    await store.log.append(change(effects=(effects.OpenChannel(), effects.ShowCard())))
    (job,) = await store.outbox.claim(now, limit=10, lease_s=30)

    await store.outbox.put_back(job, until=soon, why="ratelimited")

    assert [] == await store.outbox.claim(now, limit=10, lease_s=30)
    assert soon == await store.outbox.next_due(now)
    waiting = await store.outbox.jobs(1)
    assert [("ratelimited", soon, 1), ("", None, 0)] == [
        (each.error, each.put_back_until, each.attempts) for each in waiting
    ]
    (again,) = await store.outbox.claim(soon, limit=10, lease_s=30)
    assert (job.key, 2, now) == (again.key, again.attempts, again.first_claimed_at)
    assert ("ratelimited", None) == (again.error, again.put_back_until)


async def test_released_leases_leave_their_jobs_due_at_once(
    store: Store, change: Makes, now: datetime
) -> None:
    """After `release_leases` the leased jobs can be claimed at once, as a second attempt."""
    await store.log.append(change(effects=(effects.OpenChannel(),)))
    await store.outbox.claim(now, limit=10, lease_s=30)

    await store.outbox.release_leases()

    assert now == await store.outbox.next_due(now)
    (again,) = await store.outbox.claim(now, limit=10, lease_s=30)
    assert 2 == again.attempts


async def test_a_job_at_work_is_not_claimed_again(store: Store, change: Makes, now: datetime) -> None:
    """A job named in `at_work` is not returned although its lease has expired, and its lane waits."""
    await store.log.append(change(effects=(effects.OpenChannel(), effects.ShowCard())))
    (job,) = await store.outbox.claim(now, limit=10, lease_s=30)
    later = now + timedelta(hours=1)

    assert [] == await store.outbox.claim(later, limit=10, lease_s=30, at_work=[job.id])
    assert await store.outbox.next_due(later, at_work=[job.id]) is None
    await store.outbox.settle(job, now=later)
    assert ["1 ShowCard"] == named(await store.outbox.claim(later, limit=10, lease_s=30))


async def test_an_expired_lease_passes_to_another_worker(store: Store, change: Makes, now: datetime) -> None:
    """A job whose lease has expired is claimed again, and the first worker can no longer settle it."""
    await store.log.append(change(effects=(effects.OpenChannel(), effects.ShowCard())))
    (dead,) = await store.outbox.claim(now, limit=10, lease_s=30)
    later = now + timedelta(seconds=31)
    assert now + timedelta(seconds=30) == await store.outbox.next_due(now)

    (heir,) = await store.outbox.claim(later, limit=10, lease_s=30)

    assert (dead.key, 1, 2) == (heir.key, dead.attempts, heir.attempts)
    with pytest.raises(LeaseLost):
        await store.outbox.settle(dead, now=later)
    with pytest.raises(LeaseLost):
        await store.outbox.put_back(dead, until=later, why="slow")
    await store.outbox.settle(heir, now=later)
    with pytest.raises(LeaseLost):
        await store.outbox.settle(heir, now=later)


async def test_no_job_is_claimed_twice(store: Store, change: Makes, now: datetime) -> None:
    """However many workers claim at the same time, each job is leased to one of them."""
    for number in range(1, 21):
        await store.log.append(change(number, effects=(effects.OpenChannel(), effects.ShowDigest())))

    rounds = await asyncio.gather(*(store.outbox.claim(now, limit=7, lease_s=30) for _ in range(10)))

    claimed = [job.id for jobs in rounds for job in jobs]
    assert 40 == len(claimed) == len(set(claimed))


async def test_equal_updates_are_merged(store: Store, change: Makes) -> None:
    """While an update waits, an equal one of its incident only raises its priority."""
    await store.log.append(change(effects=(effects.ShowCard(), effects.ShowCard())))
    await store.log.append(change(after=1, effects=(effects.ShowCard(), effects.PinCard()), priority=1))
    await store.log.append(change(2, effects=(effects.ShowCard(),)))

    expected = [("1 ShowCard", 1), ("1 PinCard", 1), ("2 ShowCard", 5)]
    waiting = await store.outbox.jobs()
    assert expected == list(zip(named(waiting), [job.priority for job in waiting], strict=True))


async def test_a_leased_update_does_not_cover_a_later_change(
    store: Store, change: Makes, now: datetime, soon: datetime
) -> None:
    """A leased update may have read the incident already, so a later change adds an update of its own."""
    await store.log.append(change(effects=(effects.ShowCard(),)))
    (job,) = await store.outbox.claim(now, limit=10, lease_s=30)
    await store.log.append(change(after=1, effects=(effects.ShowCard(),)))
    assert 2 == len(await store.outbox.jobs())

    await store.outbox.put_back(job, until=soon, why="ratelimited")
    await store.log.append(change(after=2, effects=(effects.ShowCard(),)))
    assert 2 == len(await store.outbox.jobs())


async def test_a_timer_is_covered_only_by_one_that_is_not_later(
    store: Store, change: Makes, now: datetime, soon: datetime
) -> None:
    """Equal timers are merged into one only if the waiting timer is due no later."""
    await store.log.append(change(effects=(effects.RefreshCard(not_before=soon),)))
    await store.log.append(
        change(after=1, effects=(effects.RefreshCard(not_before=soon + timedelta(minutes=1)),))
    )
    assert [soon] == [job.effect.not_before for job in await store.outbox.jobs()]

    await store.log.append(change(after=2, effects=(effects.RefreshCard(not_before=now),)))
    await store.log.append(change(after=3, effects=(effects.RefreshCard(),)))
    assert [soon, now, None] == [job.effect.not_before for job in await store.outbox.jobs()]


async def test_settling_a_job_enqueues_its_follow_ups(store: Store, change: Makes, now: datetime) -> None:
    """Follow-up jobs keep the priority, and their keys stay short in a long chain of timers."""
    await store.log.append(change(effects=(effects.RefreshCard(),), priority=3))

    for _ in range(50):
        (job,) = await store.outbox.claim(now, limit=10, lease_s=30)
        await store.outbox.settle(job, effects=(effects.RefreshCard(),), now=now)

    (last,) = await store.outbox.jobs()
    assert (3, "1:1:0~") == (last.priority, last.key[:6])
    assert len(last.key) < 15


async def test_count_includes_every_job(store: Store, change: Makes, now: datetime, soon: datetime) -> None:
    """`count` includes waiting jobs, leased jobs and timers of every incident."""
    assert 0 == await store.outbox.count()

    await store.log.append(change(effects=(effects.OpenChannel(), effects.ShowCard())))
    await store.log.append(change(2, effects=(effects.RefreshCard(not_before=soon),)))
    await store.outbox.claim(now, limit=1, lease_s=30)

    assert 3 == await store.outbox.count()


async def test_next_due_is_none_without_jobs(store: Store, change: Makes, now: datetime) -> None:
    """`next_due` returns None for an empty outbox, so that an idle worker can sleep."""
    assert await store.outbox.next_due(now) is None

    await store.log.append(change(effects=(effects.OpenChannel(),)))

    assert now == await store.outbox.next_due(now)


async def test_failures_are_counted_apart_from_attempts(store: Store, change: Makes, now: datetime) -> None:
    """Putting a job back because a service is down counts an attempt but no failure."""
    await store.log.append(change(effects=(effects.OpenChannel(),)))
    for failed in (False, True, True):
        (job,) = await store.outbox.claim(now, limit=1, lease_s=30)
        await store.outbox.put_back(job, until=now, why="no", failed=failed)

    (job,) = await store.outbox.jobs(1)
    assert (3, 2) == (job.attempts, job.failures)
