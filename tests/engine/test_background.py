"""Background tasks: stopped with their block, without hiding an error or a cancellation."""

import asyncio

import pytest

from bot.engine.background import background


async def test_the_task_ends_with_the_block() -> None:
    """The task runs beside the block and has finished its cleanup when the block is left."""
    steps: list[str] = []

    async def work() -> None:
        steps.append("started")
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0)
            steps.append("cleaned up")

    async with background(work()):
        await asyncio.sleep(0)
        steps.append("block")

    assert ["started", "block", "cleaned up"] == steps


async def test_an_error_in_the_task_is_raised() -> None:
    """An error in the background task is raised when the block ends."""

    async def fail() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        async with background(fail()):
            await asyncio.sleep(0)


async def test_an_outer_cancellation_is_not_swallowed() -> None:
    """A cancellation of the caller while the background task is stopping is not swallowed."""
    stopping, release = asyncio.Event(), asyncio.Event()

    async def stop_slowly() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            stopping.set()
            await release.wait()

    async def caller() -> None:
        async with background(stop_slowly()):
            await asyncio.sleep(0)

    calling = asyncio.create_task(caller())
    await stopping.wait()
    calling.cancel()
    await asyncio.wait({calling})
    release.set()

    assert calling.cancelled()
