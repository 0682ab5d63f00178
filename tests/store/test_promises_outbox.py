"""What every store promises of its outbox: order within a lane, leases, and one in place of ten."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from bot.domain import effects as f
from bot.store import Change, Job, LeaseLost, Store

Makes = Callable[..., Change]


def named(jobs: list[Job]) -> list[str]:
    """Return each job as its incident and the name of its effect."""
    return [f"{job.incident} {type(job.effect).__name__}" for job in jobs]


@pytest.fixture
def soon(now: datetime) -> datetime:
    """A minute later."""
    return now + timedelta(minutes=1)


async def test_a_lane_goes_one_at_a_time_and_oldest_first(store: Store, change: Makes, now: datetime) -> None:
    """The next of a lane waits until the one before it is done."""
    await store.log.append(change(effects=(f.OpenChannel(), f.ShowCard(), f.ShowStep(step="settings"))))

    seen = []
    while claimed := await store.outbox.claim(now, limit=10, lease_s=30):
        assert [] == await store.outbox.claim(now, limit=10, lease_s=30)
        seen += named(claimed)
        await store.outbox.settle(claimed[0], now=now)

    assert ["1 OpenChannel", "1 ShowCard", "1 ShowStep"] == seen


async def test_a_clock_that_is_set_back_holds_up_nothing(store: Store, change: Makes, now: datetime) -> None:
    """What is to be done at once is due whatever it says, and so is what stands behind it; a timer is not."""
    timer = f.RefreshCard(not_before=now + timedelta(minutes=5))
    await store.log.append(change(effects=(f.OpenChannel(), f.ShowCard(), timer)))
    hour_before = now - timedelta(hours=1)

    for expected in (["1 OpenChannel"], ["1 ShowCard"], []):
        assert (hour_before if expected else now + timedelta(minutes=5)) == await store.outbox.next_due(
            hour_before
        )
        claimed = await store.outbox.claim(hour_before, limit=10, lease_s=30)
        assert expected == named(claimed)
        for job in claimed:
            await store.outbox.settle(job, now=hour_before)


async def test_what_waits_to_be_tried_again_may_be_hurried(
    store: Store, change: Makes, now: datetime, soon: datetime
) -> None:
    """Nothing in hand is touched, and no timer."""
    await store.log.append(change(effects=(f.OpenChannel(), f.ShowDigest(), f.RefreshCard(not_before=soon))))
    digest, channel = sorted(await store.outbox.claim(now, limit=10, lease_s=30), key=lambda job: -job.id)
    await store.outbox.put_back(channel, until=soon, why="ratelimited")

    await store.outbox.retry_now()

    assert ["1 OpenChannel"] == named(await store.outbox.claim(now, limit=10, lease_s=30))
    await store.outbox.settle(digest, now=now)


async def test_lanes_and_incidents_do_not_wait_for_each_other(
    store: Store, change: Makes, now: datetime
) -> None:
    """A Slack that is slow with one channel delays neither a page nor another incident."""
    for number in (1, 2):
        await store.log.append(
            change(number, effects=(f.OpenChannel(), f.ShowCard(), f.TellPeople(version=1)))
        )

    claimed = await store.outbox.claim(now, limit=10, lease_s=30)

    assert ["1 OpenChannel", "1 TellPeople", "2 OpenChannel", "2 TellPeople"] == named(claimed)


async def test_the_urgent_go_first(store: Store, change: Makes, now: datetime) -> None:
    """By priority, then by age, and no more than asked for."""
    for number, priority in ((1, 5), (2, 1), (3, 5)):
        await store.log.append(change(number, effects=(f.OpenChannel(),), priority=priority))

    assert ["2 OpenChannel", "1 OpenChannel"] == named(await store.outbox.claim(now, limit=2, lease_s=30))


async def test_a_timer_holds_up_nothing(store: Store, change: Makes, now: datetime, soon: datetime) -> None:
    """What is not yet due is passed by, and is claimed when its time has come."""
    await store.log.append(change(effects=(f.ShowCard(not_before=soon), f.ShowStep(step="settings"))))

    claimed = await store.outbox.claim(now, limit=10, lease_s=30)
    assert ["1 ShowStep"] == named(claimed)
    await store.outbox.settle(claimed[0], now=now)
    assert [] == await store.outbox.claim(now, limit=10, lease_s=30)
    assert soon == await store.outbox.next_due(now)
    assert ["1 ShowCard"] == named(await store.outbox.claim(soon, limit=10, lease_s=30))


async def test_a_timer_that_falls_due_waits_for_its_lane(
    store: Store, change: Makes, now: datetime, soon: datetime
) -> None:
    """It is older than what is in hand, and still there are never two at once."""
    await store.log.append(change(effects=(f.ShowCard(not_before=soon), f.ShowStep(step="settings"))))
    await store.outbox.claim(now, limit=10, lease_s=300)

    assert [] == await store.outbox.claim(soon, limit=10, lease_s=30)
    assert now + timedelta(seconds=300) == await store.outbox.next_due(soon)


async def test_what_is_put_back_keeps_its_place(
    store: Store, change: Makes, now: datetime, soon: datetime
) -> None:
    """What people read in order stays in order: the lane waits, and the reason is kept."""
    await store.log.append(change(effects=(f.OpenChannel(), f.ShowCard())))
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
    """Who starts after a crash goes on where the dead one was, without waiting for its leases to run out."""
    await store.log.append(change(effects=(f.OpenChannel(),)))
    await store.outbox.claim(now, limit=10, lease_s=30)

    await store.outbox.release_leases()

    assert now == await store.outbox.next_due(now)
    (again,) = await store.outbox.claim(now, limit=10, lease_s=30)
    assert 2 == again.attempts


async def test_who_is_at_work_gets_the_same_job_never_twice(
    store: Store, change: Makes, now: datetime
) -> None:
    """Even if the clock stepped past the lease; its lane waits, and nothing is due because of it."""
    await store.log.append(change(effects=(f.OpenChannel(), f.ShowCard())))
    (job,) = await store.outbox.claim(now, limit=10, lease_s=30)
    later = now + timedelta(hours=1)

    assert [] == await store.outbox.claim(later, limit=10, lease_s=30, at_work=[job.id])
    assert await store.outbox.next_due(later, at_work=[job.id]) is None
    await store.outbox.settle(job, now=later)
    assert ["1 ShowCard"] == named(await store.outbox.claim(later, limit=10, lease_s=30))


async def test_a_lease_that_ran_out_is_given_again(store: Store, change: Makes, now: datetime) -> None:
    """A worker that died loses its job to the next, and cannot end it any more."""
    await store.log.append(change(effects=(f.OpenChannel(), f.ShowCard())))
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
    """However many claim at once, each job has one owner."""
    for number in range(1, 21):
        await store.log.append(change(number, effects=(f.OpenChannel(), f.ShowDigest())))

    rounds = await asyncio.gather(*(store.outbox.claim(now, limit=7, lease_s=30) for _ in range(10)))

    claimed = [job.id for jobs in rounds for job in jobs]
    assert 40 == len(claimed) == len(set(claimed))


async def test_ten_updates_make_one(store: Store, change: Makes) -> None:
    """While one waits another like it adds nothing but its urgency; other incidents have their own."""
    await store.log.append(change(effects=(f.ShowCard(), f.ShowCard())))
    await store.log.append(change(after=1, effects=(f.ShowCard(), f.PinCard()), priority=1))
    await store.log.append(change(2, effects=(f.ShowCard(),)))

    expected = [("1 ShowCard", 1), ("1 PinCard", 1), ("2 ShowCard", 5)]
    waiting = await store.outbox.jobs()
    assert expected == list(zip(named(waiting), [job.priority for job in waiting], strict=True))


async def test_an_update_in_hand_does_not_cover_a_later_change(
    store: Store, change: Makes, now: datetime, soon: datetime
) -> None:
    """It may already have looked at the incident; once put back it looks again."""
    await store.log.append(change(effects=(f.ShowCard(),)))
    (job,) = await store.outbox.claim(now, limit=10, lease_s=30)
    await store.log.append(change(after=1, effects=(f.ShowCard(),)))
    assert 2 == len(await store.outbox.jobs())

    await store.outbox.put_back(job, until=soon, why="ratelimited")
    await store.log.append(change(after=2, effects=(f.ShowCard(),)))
    assert 2 == len(await store.outbox.jobs())


async def test_a_timer_is_covered_only_by_one_that_is_not_later(
    store: Store, change: Makes, now: datetime, soon: datetime
) -> None:
    """Ten timers make one, and the earliest is kept."""
    await store.log.append(change(effects=(f.RefreshCard(not_before=soon),)))
    await store.log.append(change(after=1, effects=(f.RefreshCard(not_before=soon + timedelta(minutes=1)),)))
    assert [soon] == [job.effect.not_before for job in await store.outbox.jobs()]

    await store.log.append(change(after=2, effects=(f.RefreshCard(not_before=now),)))
    await store.log.append(change(after=3, effects=(f.RefreshCard(),)))
    assert [soon, now, None] == [job.effect.not_before for job in await store.outbox.jobs()]


async def test_a_job_ends_with_what_follows_from_it(store: Store, change: Makes, now: datetime) -> None:
    """The next round of a timer stands before the last is gone, and a long chain has short keys."""
    await store.log.append(change(effects=(f.RefreshCard(),), priority=3))

    for _ in range(50):
        (job,) = await store.outbox.claim(now, limit=10, lease_s=30)
        await store.outbox.settle(job, effects=(f.RefreshCard(),), now=now)

    (last,) = await store.outbox.jobs()
    assert (3, "1:1:0~") == (last.priority, last.key[:6])
    assert len(last.key) < 15


async def test_all_that_is_not_done_counts(
    store: Store, change: Makes, now: datetime, soon: datetime
) -> None:
    """What waits, what is in hand and timers, of every incident."""
    assert 0 == await store.outbox.count()

    await store.log.append(change(effects=(f.OpenChannel(), f.ShowCard())))
    await store.log.append(change(2, effects=(f.RefreshCard(not_before=soon),)))
    await store.outbox.claim(now, limit=1, lease_s=30)

    assert 3 == await store.outbox.count()


async def test_nothing_is_due_when_nothing_waits(store: Store, change: Makes, now: datetime) -> None:
    """An idle worker may sleep until it is woken."""
    assert await store.outbox.next_due(now) is None

    await store.log.append(change(effects=(f.OpenChannel(),)))

    assert now == await store.outbox.next_due(now)


async def test_failures_are_counted_apart_from_attempts(store: Store, change: Makes, now: datetime) -> None:
    """Waiting for a service that is away is an attempt and no failure."""
    await store.log.append(change(effects=(f.OpenChannel(),)))
    for failed in (False, True, True):
        (job,) = await store.outbox.claim(now, limit=1, lease_s=30)
        await store.outbox.put_back(job, until=now, why="no", failed=failed)

    (job,) = await store.outbox.jobs(1)
    assert (3, 2) == (job.attempts, job.failures)
