"""How long the outbox waits for a service that is away, and for a clock that jumps."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine import outbox as o
from bot.engine.record import Recorder
from tests.engine.conftest import DECLARE, JOB, OPENED, Clock, World, recorded

AWAY = o.TryLater(why="Slack is away", after_s=60, counts=False)


async def test_an_outage_of_slack_is_waited_out_for_a_day(
    recorder: Recorder, outbox: o.Outbox, world: World, clock: Clock
) -> None:
    """Waiting for a service does not use up attempts, but after a day of attempts the effect is given up."""
    world.answers["OpenChannel"] = [AWAY] * 2000
    await recorder.record(DECLARE)
    for _ in range(24 * 60):
        await outbox.idle()
        clock.forward(minutes=1)
    assert "EffectFailed" not in {type(event).__name__ for event in await recorded(recorder)}
    clock.forward(minutes=1)
    await outbox.idle()

    assert "EffectFailed" in {type(event).__name__ for event in await recorded(recorder)}


@pytest.mark.parametrize("counts", [True, False])
async def test_a_clock_that_is_set_ahead_gives_nothing_up(
    recorder: Recorder, outbox: o.Outbox, world: World, clock: Clock, counts: bool
) -> None:
    """Slack is busy, and the clock jumps ahead by a day, again and again. The channel opens all the same."""
    world.answers["OpenChannel"] = [replace(AWAY, counts=counts)] * (o.MAX_TRIES - 1)
    await recorder.record(DECLARE)
    for _ in range(o.MAX_TRIES):
        await outbox.idle()
        clock.forward(days=1)

    assert "EffectFailed" not in {type(event).__name__ for event in await recorded(recorder)}
    assert OPENED == (await recorder.load(1)).channel.id


def test_age_and_attempts_together_use_up_an_effect() -> None:
    """An effect whose attempts do not count is given up after a day, if it was really tried that long."""
    start = Clock().now
    day_old = replace(JOB, first_claimed_at=start - timedelta(hours=25), attempts=o.MAX_WAITS)
    fresh = replace(day_old, first_claimed_at=start - timedelta(hours=1))
    untried = replace(day_old, attempts=o.MAX_WAITS - 1)

    assert [True, False, False] == [o.used_up(job, AWAY, start) for job in (day_old, fresh, untried)]
