"""The link: says in a sentence what is wrong with Slack, comes back by itself, and then catches up."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest

from bot.slack.api.client import SlackClient
from bot.slack.connection import SlackConnection
from bot.store import StoreUnusable
from bot.workspace import Workspace


@asynccontextmanager
async def running(link: SlackConnection) -> AsyncIterator[None]:
    """Keep the link as long as the block lasts."""
    task = asyncio.create_task(link.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Return as soon as it holds."""
    async with asyncio.timeout(10):
        while not await holds():
            await asyncio.sleep(0.01)


async def test_it_catches_up_once_when_it_starts(slack: SlackClient) -> None:
    """What happened while we were not running is a gap too; /readyz hears that all is well."""
    caught: list[bool] = []

    async def catch_up() -> bool:
        caught.append(True)
        return True

    link = SlackConnection(slack, catch_up)

    async def there() -> bool:
        return bool(caught) and not await link.state()

    assert await link.state()
    async with running(link):
        await until(there)
        await asyncio.sleep(0.05)

    assert [True] == caught


async def test_it_looks_after_slack_while_it_catches_up(slack: SlackClient, workspace: Workspace) -> None:
    """That may take hours where Slack limits it; who was away meanwhile is caught up with again."""
    ends, caught = asyncio.Event(), list[bool]()

    async def catch_up() -> bool:
        caught.append(True)
        await ends.wait()
        return True

    link = SlackConnection(slack, catch_up, heartbeat_s=0.02)

    async def away() -> bool:
        return bool(caught) and "Slack will be updated later" in await link.state()

    async def back() -> bool:
        return "" == await link.state()

    async def again() -> bool:
        return len(caught) > 1

    async with running(link):
        await until(back)
        workspace.faults.down = True
        await until(away)
        workspace.faults.clear()
        await until(back)
        assert [True] == caught
        ends.set()
        await until(again)


async def test_slack_away_and_back(slack: SlackClient, workspace: Workspace) -> None:
    """It says so while it lasts, and catches up afterwards."""
    workspace.faults.down = True
    caught: list[bool] = []

    async def catch_up() -> bool:
        caught.append(True)
        return True

    link = SlackConnection(slack, catch_up, retry_s=0.05)

    async def away() -> bool:
        return "Slack will be updated later" in await link.state()

    async def back() -> bool:
        return bool(caught)

    async with running(link):
        await until(away)
        assert [] == caught
        workspace.faults.clear()
        await until(back)

    assert "" == await link.state()


@pytest.mark.parametrize(
    ("error", "said"), [("token_revoked", "SLACK_BOT_TOKEN"), ("internal_error", "Slack is busy")]
)
async def test_what_slack_refuses_is_said(
    slack: SlackClient, workspace: Workspace, error: str, said: str
) -> None:
    """The sentence names the error, and a token only where it is at fault."""
    workspace.faults.add("auth.test", "error", error=error)

    async def catch_up() -> bool:
        return True

    link = SlackConnection(slack, catch_up)

    async def refused() -> bool:
        return error in await link.state()

    async with running(link):
        await until(refused)

    assert said in await link.state()


@pytest.mark.parametrize("trouble", [StoreUnusable("disk full"), KeyError("text"), None], ids=str)
async def test_a_gap_that_could_not_be_filled_is_tried_again(
    slack: SlackClient, trouble: Exception | None
) -> None:
    """Whatever it was; the link lives on."""
    tries: list[bool] = []

    async def catch_up() -> bool:
        tries.append(True)
        if len(tries) == 1 and trouble:
            raise trouble
        return len(tries) > 1

    async def again() -> bool:
        return len(tries) > 1

    async with running(SlackConnection(slack, catch_up, retry_s=0.05)):
        await until(again)

    assert 2 == len(tries)
