"""The outbox: effects are performed in order, again when they must be, and given up where people see it."""

import asyncio
import sqlite3
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import commands, effects, events
from bot.domain.incident.incident import Incident
from bot.engine import outbox as o
from bot.engine.background import background
from bot.engine.record import Recorder
from bot.store import Job
from tests.engine.conftest import DECLARE, OPENED, Clock, World

JOB = Job(
    id=1,
    incident=1,
    key="1:1:0",
    effect=effects.OpenChannel(),
    attempts=1,
    priority=1,
    first_claimed_at=None,
)


@pytest.fixture
def outbox(recorder: Recorder, world: World) -> o.Outbox:
    """An outbox at work on that world."""
    outbox = o.Outbox(recorder=recorder, performers=world.table())
    recorder.wake = outbox.wake
    return outbox


async def waiting(recorder: Recorder) -> list[str]:
    """Return what is not done yet, timers left out."""
    return [type(job.effect).__name__ for job in await recorder.store.jobs() if job.effect.not_before is None]


async def told(recorder: Recorder) -> list[events.AnyEvent]:
    """Return what stands in the log of INC-1."""
    return [row.event for row in await recorder.store.events(1)]


async def test_everything_is_performed_and_nothing_is_left(
    recorder: Recorder, outbox: o.Outbox, world: World
) -> None:
    """The channel is opened before anything is shown in it, and what that calls for is done as well."""
    await recorder.record(DECLARE)
    await outbox.idle()

    assert [] == await waiting(recorder)
    assert world.tries.index("OpenChannel") < world.tries.index("ShowCard")
    assert "SetTopic" in world.tries
    assert OPENED == (await recorder.load(1)).channel


async def test_a_lane_waits_for_what_is_put_back_and_others_do_not(
    recorder: Recorder, outbox: o.Outbox, world: World, clock: Clock
) -> None:
    """What people read in order stays in order; a probe or a document goes on meanwhile."""
    world.answers["OpenChannel"] = [o.TryLater(why="Slack is down", after_s=30, counts=False)]
    await recorder.record(DECLARE)
    await recorder.record(commands.Resolve(by="U1"), 1)
    await recorder.record(commands.Close(by="U1"), 1)
    await outbox.idle()

    assert "DraftPostmortem" in world.tries
    assert "ShowCard" not in world.tries
    (job, *_) = await recorder.store.jobs()
    assert ("OpenChannel", "Slack is down") == (type(job.effect).__name__, job.error)
    clock.forward(seconds=31)
    await outbox.idle()
    assert [] == await waiting(recorder)
    assert OPENED == (await recorder.load(1)).channel


async def test_a_second_try_knows_that_it_is_one(
    recorder: Recorder, outbox: o.Outbox, world: World, clock: Clock
) -> None:
    """The first may have succeeded without our knowing."""
    world.answers["OpenChannel"] = [o.TryLater(why="the answer was lost")]
    await recorder.record(DECLARE)
    await outbox.idle()
    clock.forward(seconds=1)
    await outbox.idle()

    tries = [again for name, again in zip(world.tries, world.again, strict=True) if name == "OpenChannel"]
    assert [False, True] == tries


async def test_a_mistake_of_ours_is_tried_again_and_then_told(
    recorder: Recorder, outbox: o.Outbox, world: World, clock: Clock
) -> None:
    """An exception in a performer stops no other effect, and ends as an event on the card."""
    world.answers["OpenChannel"] = [KeyError("blocks")] * o.MAX_TRIES
    await recorder.record(DECLARE)
    for _ in range(o.MAX_TRIES):
        await outbox.idle()
        clock.forward(minutes=1)

    assert o.MAX_TRIES == world.tries.count("OpenChannel")
    gave_up = [event for event in await told(recorder) if isinstance(event, events.EffectGaveUp)]
    assert [("OpenChannel", "an error of ours: 'blocks'")] == [(event.effect, event.why) for event in gave_up]
    assert [] == await waiting(recorder)


async def test_a_rate_limit_uses_up_no_try_but_a_day_does(
    recorder: Recorder, outbox: o.Outbox, world: World, clock: Clock
) -> None:
    """A Slack that is away for hours loses nothing; after a day nobody waits for it any more."""
    away = o.TryLater(why="Slack is away", after_s=3600, counts=False)
    world.answers["OpenChannel"] = [away] * 30
    await recorder.record(DECLARE)
    for _ in range(24):
        await outbox.idle()
        clock.forward(hours=1)
    assert "EffectGaveUp" not in {type(event).__name__ for event in await told(recorder)}
    clock.forward(hours=1)
    await outbox.idle()

    assert "EffectGaveUp" in {type(event).__name__ for event in await told(recorder)}


async def test_giving_up_says_why_and_moves_on(recorder: Recorder, outbox: o.Outbox, world: World) -> None:
    """A final refusal is not tried again, and holds up nothing behind it."""
    world.answers["ShowCard"] = [o.GiveUp(why="the bot may not write")]
    await recorder.record(DECLARE)
    await outbox.idle()

    gave_up = [event for event in await told(recorder) if isinstance(event, events.EffectGaveUp)]
    assert ["the bot may not write"] == [event.why for event in gave_up]
    assert [] == await waiting(recorder)


async def test_a_performer_that_hangs_is_cut_off(
    recorder: Recorder, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """It is tried again like anything that failed."""
    world.hangs.add("OpenChannel")
    outbox = o.Outbox(recorder=recorder, performers=world.table(), perform_s=0.01)
    await recorder.record(DECLARE)
    await outbox.idle()

    (job, *_) = await recorder.store.jobs()
    assert "no answer within 0.01 s" == job.error
    assert [] == [record for record in caplog.records if record.exc_info]


async def test_a_timer_is_left_until_its_time(
    recorder: Recorder, outbox: o.Outbox, world: World, clock: Clock
) -> None:
    """And is there after a restart: it is a row, not a task."""
    await recorder.record(DECLARE)
    await outbox.idle()
    assert "Remind" not in world.tries
    clock.forward(minutes=59)
    await outbox.idle()
    assert "Remind" not in world.tries

    restarted = o.Outbox(recorder=Recorder(recorder.store, clock), performers=world.table())
    clock.forward(minutes=1)
    await restarted.idle()

    assert 1 == world.tries.count("Remind")


async def test_a_lease_that_ran_out_brings_the_job_back(
    recorder: Recorder, outbox: o.Outbox, world: World, clock: Clock
) -> None:
    """A worker that died with a job in hand loses no effect."""
    await recorder.record(DECLARE)
    (dead,) = await recorder.store.claim(clock.now, limit=1, lease_s=o.LEASE_S)
    await outbox.idle()
    assert "OpenChannel" not in world.tries
    clock.forward(seconds=o.LEASE_S + 1)
    await outbox.idle()

    assert "OpenChannel" == type(dead.effect).__name__
    assert 1 == world.tries.count("OpenChannel")
    assert [] == await waiting(recorder)


async def test_a_clock_that_steps_forward_makes_nothing_twice(
    recorder: Recorder, outbox: o.Outbox, world: World, clock: Clock
) -> None:
    """The time is corrected by minutes while a call is under way: it is not made again."""
    world.hangs.add("OpenChannel")
    await recorder.record(DECLARE)
    async with background(outbox.run()):
        while "OpenChannel" not in world.tries:
            await asyncio.sleep(0)
        clock.forward(seconds=2 * o.LEASE_S)
        outbox.wake()
        await asyncio.sleep(0.1)
        world.hang.set()
        while await waiting(recorder):
            await asyncio.sleep(0.01)

    assert (1, OPENED) == (world.tries.count("OpenChannel"), (await recorder.load(1)).channel)


async def test_who_was_too_slow_settles_nothing(recorder: Recorder, world: World, clock: Clock) -> None:
    """Another has the job by now; the slow one's answer is dropped and its loop goes on."""
    world.hangs.add("OpenChannel")
    slow = o.Outbox(recorder=recorder, performers=world.table())
    await recorder.record(DECLARE)
    working = asyncio.create_task(slow.idle())
    while "OpenChannel" not in world.tries:
        await asyncio.sleep(0)
    clock.forward(seconds=o.LEASE_S + 1)
    taken: list[Job] = await recorder.store.claim(clock.now, limit=1, lease_s=o.LEASE_S)
    world.hang.set()
    await working

    assert ["OpenChannel"] == [type(job.effect).__name__ for job in taken]
    assert "" == (await recorder.load(1)).channel
    await recorder.store.settle(taken[0], now=clock.now)


async def test_ending_finishes_what_runs(recorder: Recorder, outbox: o.Outbox, world: World) -> None:
    """What was begun is settled before the loop ends, and nothing new is begun."""
    world.hangs.add("OpenChannel")
    await recorder.record(DECLARE)
    running = asyncio.create_task(outbox.run())
    while "OpenChannel" not in world.tries:
        await asyncio.sleep(0)
    running.cancel()
    await asyncio.sleep(0)
    assert not running.done()
    world.hang.set()
    with suppress(asyncio.CancelledError):
        await running

    assert OPENED == (await recorder.load(1)).channel
    assert "ShowCard" not in world.tries


async def test_work_is_taken_up_when_it_comes_and_another_process_is_noticed(
    recorder: Recorder, other: Recorder, outbox: o.Outbox, world: World
) -> None:
    """Our own commands wake the loop at once; what the command line left is found by looking."""
    async with background(outbox.run()):
        await asyncio.sleep(0.05)
        async with asyncio.timeout(o.POLL_S / 2):
            await recorder.record(DECLARE)
            while "OpenChannel" not in world.tries:
                await asyncio.sleep(0.005)
        async with asyncio.timeout(o.POLL_S * 3):
            await other.record(DECLARE)
            while world.tries.count("OpenChannel") < 2:
                await asyncio.sleep(0.005)


async def test_a_database_that_is_away_for_a_while_ends_nothing(
    recorder: Recorder, outbox: o.Outbox, world: World, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The loop says so, in a line a second, and goes on as soon as it is back."""
    await recorder.record(DECLARE)
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as database:
        database.execute("ALTER TABLE jobs RENAME TO away")
        async with background(outbox.run()) as running:
            await asyncio.sleep(0.1)
            assert not running.done()
            database.execute("ALTER TABLE away RENAME TO jobs")
            async with asyncio.timeout(o.POLL_S * 3):
                while "OpenChannel" not in world.tries:
                    await asyncio.sleep(0.01)
    assert {None} == {entry.exc_info for entry in caplog.records}


def test_waiting_grows_and_ends() -> None:
    """From half a second to half a minute, or as long as we were told."""
    later = o.TryLater(why="down")
    waits = [o.backoff(replace(JOB, attempts=tries), later) for tries in (1, 2, 3, 8, 50)]

    assert [0.5, 1, 2, 30, 30] == [wait.total_seconds() for wait in waits]
    assert timedelta(seconds=7) == o.backoff(JOB, o.TryLater(why="429", after_s=7))


def test_a_performer_gets_its_own_effect() -> None:
    """A performer in another's row of the table fails aloud instead of doing something else."""
    task = o.Task(job=JOB, effect=JOB.effect, incident=Incident(number=1), now=Clock().now)

    assert JOB.effect == o.effect_of(task, effects.OpenChannel)
    with pytest.raises(TypeError, match="OpenChannel is no ShowCard"):
        o.effect_of(task, effects.ShowCard)
