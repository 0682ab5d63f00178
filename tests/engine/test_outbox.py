"""The outbox performs effects in order, retries them, and records it when it gives up."""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain import commands, effects, events
from bot.domain.incident.incident import Incident
from bot.engine import outbox as o
from bot.engine.background import background
from bot.engine.record import Recorder
from bot.store import Job
from tests.engine.conftest import DECLARE, JOB, OPENED, Clock, World, recorded


async def waiting(recorder: Recorder) -> list[str]:
    """Return the names of the effects that wait, without timers."""
    effects = [job.effect for job in await recorder.store.outbox.jobs()]
    return [type(effect).__name__ for effect in effects if effect.not_before is None]


async def test_every_effect_is_performed(recorder: Recorder, outbox: o.Outbox, world: World) -> None:
    """The channel is opened before anything is posted in it, and follow-up effects are performed as well."""
    await recorder.record(DECLARE)
    await outbox.idle()

    assert [] == await waiting(recorder)
    assert world.tries.index("OpenChannel") < world.tries.index("ShowCard")
    assert "SetTopic" in world.tries
    assert OPENED == (await recorder.load(1)).channel.id


async def test_a_put_back_effect_blocks_only_its_lane(
    recorder: Recorder, outbox: o.Outbox, world: World, clock: Clock
) -> None:
    """While an effect waits for its next attempt, its lane waits and other lanes continue."""
    world.answers["OpenChannel"] = [o.TryLater(why="Slack is down", after_s=30, counts=False)]
    await recorder.record(DECLARE)
    await recorder.record(commands.Resolve(by="U1"), 1)
    await recorder.record(commands.Close(by="U1"), 1)
    await outbox.idle()

    assert "DraftPostmortem" in world.tries
    assert "ShowCard" not in world.tries
    (job, *_) = await recorder.store.outbox.jobs()
    assert ("OpenChannel", "Slack is down") == (type(job.effect).__name__, job.error)
    clock.forward(seconds=31)
    await outbox.idle()
    assert [] == await waiting(recorder)
    assert OPENED == (await recorder.load(1)).channel.id


async def test_a_second_attempt_is_marked(
    recorder: Recorder, outbox: o.Outbox, world: World, clock: Clock
) -> None:
    """The second attempt is marked as such, because the first may have succeeded unnoticed."""
    world.answers["OpenChannel"] = [o.TryLater(why="the answer was lost")]
    await recorder.record(DECLARE)
    await outbox.idle()
    clock.forward(seconds=1)
    await outbox.idle()

    tries = [again for name, again in zip(world.tries, world.again, strict=True) if name == "OpenChannel"]
    assert [False, True] == tries


async def test_an_exception_is_retried_and_then_recorded(
    recorder: Recorder, outbox: o.Outbox, world: World, clock: Clock
) -> None:
    """An exception in a performer stops no other effect, and ends as an EffectFailed event."""
    world.answers["OpenChannel"] = [KeyError("blocks")] * o.MAX_TRIES
    await recorder.record(DECLARE)
    for _ in range(o.MAX_TRIES):
        await outbox.idle()
        clock.forward(minutes=1)

    assert o.MAX_TRIES == world.tries.count("OpenChannel")
    gave_up = [event for event in await recorded(recorder) if isinstance(event, events.EffectFailed)]
    assert [("OpenChannel", "internal error: 'blocks'")] == [(event.effect, event.why) for event in gave_up]
    assert [] == await waiting(recorder)


async def test_giving_up_is_recorded_as_an_event(recorder: Recorder, outbox: o.Outbox, world: World) -> None:
    """A final refusal is recorded with its reason, and the next effect of the lane is performed."""
    world.answers["ShowCard"] = [o.GiveUp(why="the bot may not write")]
    await recorder.record(DECLARE)
    await outbox.idle()

    gave_up = [event for event in await recorded(recorder) if isinstance(event, events.EffectFailed)]
    assert ["the bot may not write"] == [event.why for event in gave_up]
    assert [] == await waiting(recorder)


async def test_a_hanging_performer_times_out(
    recorder: Recorder, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """A performer that takes too long is cancelled, and its effect is tried again."""
    world.hangs.add("OpenChannel")
    outbox = o.Outbox(recorder=recorder, performers=world.table(), perform_s=0.01)
    await recorder.record(DECLARE)
    await outbox.idle()

    (job, *_) = await recorder.store.outbox.jobs()
    assert "no answer within 0.01 s" == job.error
    assert [] == [record for record in caplog.records if record.exc_info]


async def test_a_timer_runs_when_it_is_due(
    recorder: Recorder, outbox: o.Outbox, world: World, clock: Clock
) -> None:
    """A timer runs when it is due, even if the process was restarted meanwhile."""
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


async def test_a_job_of_a_dead_worker_is_performed(
    recorder: Recorder, outbox: o.Outbox, world: World, clock: Clock
) -> None:
    """If a worker dies with a job, another performs it once the lease has expired."""
    await recorder.record(DECLARE)
    (dead,) = await recorder.store.outbox.claim(clock.now, limit=1, lease_s=o.LEASE_S)
    await outbox.idle()
    assert "OpenChannel" not in world.tries
    clock.forward(seconds=o.LEASE_S + 1)
    await outbox.idle()

    assert "OpenChannel" == type(dead.effect).__name__
    assert 1 == world.tries.count("OpenChannel")
    assert [] == await waiting(recorder)


async def test_setting_the_clock_ahead_repeats_no_effect(
    recorder: Recorder, outbox: o.Outbox, world: World, clock: Clock
) -> None:
    """If the clock jumps past the lease during a call, the call is not made a second time."""
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

    assert (1, OPENED) == (world.tries.count("OpenChannel"), (await recorder.load(1)).channel.id)


async def test_a_worker_that_lost_its_lease_settles_nothing(
    recorder: Recorder, world: World, clock: Clock
) -> None:
    """The result of a worker whose lease was taken over is dropped, and its loop continues."""
    world.hangs.add("OpenChannel")
    slow = o.Outbox(recorder=recorder, performers=world.table())
    await recorder.record(DECLARE)
    working = asyncio.create_task(slow.idle())
    while "OpenChannel" not in world.tries:
        await asyncio.sleep(0)
    clock.forward(seconds=o.LEASE_S + 1)
    taken: list[Job] = await recorder.store.outbox.claim(clock.now, limit=1, lease_s=o.LEASE_S)
    world.hang.set()
    await working

    assert ["OpenChannel"] == [type(job.effect).__name__ for job in taken]
    assert "" == (await recorder.load(1)).channel.id
    await recorder.store.outbox.settle(taken[0], now=clock.now)


@pytest.mark.parametrize("work", [o.Outbox.run, o.Outbox.idle])
async def test_cancelling_finishes_effects(
    recorder: Recorder,
    outbox: o.Outbox,
    world: World,
    work: Callable[[o.Outbox], Coroutine[Any, Any, None]],
) -> None:
    """When the loop is cancelled, running effects are settled and no new ones are started."""
    world.hangs.add("OpenChannel")
    await recorder.record(DECLARE)
    running = asyncio.create_task(work(outbox))
    while "OpenChannel" not in world.tries:
        await asyncio.sleep(0)
    running.cancel()
    await asyncio.sleep(0)
    assert not running.done()
    world.hang.set()
    with suppress(asyncio.CancelledError):
        await running

    assert OPENED == (await recorder.load(1)).channel.id
    assert "ShowCard" not in world.tries


async def test_new_work_is_found_at_once_and_other_processes_by_polling(
    recorder: Recorder, other: Recorder, outbox: o.Outbox, world: World
) -> None:
    """Commands of this process wake the loop at once; those of other processes are found by polling."""
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


async def test_the_loop_survives_database_errors(
    recorder: Recorder, outbox: o.Outbox, world: World, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """While the database fails, the loop logs a line a second, and it continues afterwards."""
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


def test_backoff_doubles_up_to_a_limit() -> None:
    """The wait doubles from half a second up to half a minute, or is what the service asked for."""
    later = o.TryLater(why="down")
    waits = [o.backoff(replace(JOB, attempts=tries), later) for tries in (1, 2, 3, 8, 50)]

    assert [0.5, 1, 2, 30, 30] == [wait.total_seconds() for wait in waits]
    assert timedelta(seconds=7) == o.backoff(JOB, o.TryLater(why="429", after_s=7))


def test_a_performer_gets_its_own_effect() -> None:
    """A performer raises TypeError for an effect of another performer."""
    task = o.Task(job=JOB, effect=JOB.effect, incident=Incident(number=1), now=Clock().now)

    assert JOB.effect == o.effect_of(task, effects.OpenChannel)
    with pytest.raises(TypeError, match="OpenChannel is not of type ShowCard"):
        o.effect_of(task, effects.ShowCard)
