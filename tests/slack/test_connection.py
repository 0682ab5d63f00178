"""The connection to Slack: reports what is wrong, reconnects by itself and catches up."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.engine.background import background
from bot.slack.api.client import SlackClient
from bot.slack.connection import SlackConnection
from bot.store import StoreUnusable
from bot.workspace import Workspace


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait until the condition is true."""
    async with asyncio.timeout(10):
        while not await holds():
            await asyncio.sleep(0.01)


async def test_one_catch_up_at_the_start(slack: SlackClient) -> None:
    """At the start the bot catches up once and reports that all is well."""
    caught: list[bool] = []

    async def catch_up() -> bool:
        caught.append(True)
        return True

    connection = SlackConnection(slack, catch_up)

    async def there() -> bool:
        return bool(caught) and not await connection.state()

    assert await connection.state()
    async with background(connection.run()):
        await until(there)
        await asyncio.sleep(0.05)

    assert [True] == caught


async def test_heartbeats_continue_while_catching_up(slack: SlackClient, workspace: Workspace) -> None:
    """An outage during a long catch-up is noticed, and causes another catch-up."""
    ends, caught = asyncio.Event(), list[bool]()

    async def catch_up() -> bool:
        caught.append(True)
        await ends.wait()
        return True

    connection = SlackConnection(slack, catch_up, heartbeat_s=0.02)

    async def away() -> bool:
        return bool(caught) and "Slack will be updated later" in await connection.state()

    async def back() -> bool:
        return "" == await connection.state()

    async def again() -> bool:
        return len(caught) > 1

    async with background(connection.run()):
        await until(back)
        workspace.faults.down = True
        await until(away)
        workspace.faults.clear()
        await until(back)
        assert [True] == caught
        ends.set()
        await until(again)


async def test_an_outage_is_reported_and_followed_by_a_catch_up(
    slack: SlackClient, workspace: Workspace
) -> None:
    """An outage of Slack is reported while it lasts, and followed by a catch-up."""
    workspace.faults.down = True
    caught: list[bool] = []

    async def catch_up() -> bool:
        caught.append(True)
        return True

    connection = SlackConnection(slack, catch_up, retry_s=0.05)

    async def away() -> bool:
        return "Slack will be updated later" in await connection.state()

    async def back() -> bool:
        return bool(caught)

    async with background(connection.run()):
        await until(away)
        assert [] == caught
        workspace.faults.clear()
        await until(back)

    assert "" == await connection.state()


@pytest.mark.parametrize(
    ("error", "message"), [("token_revoked", "SLACK_BOT_TOKEN"), ("internal_error", "Slack is busy")]
)
async def test_a_refusal_is_reported(
    slack: SlackClient, workspace: Workspace, error: str, message: str
) -> None:
    """The message names the error, and mentions a token only if the token is the problem."""
    workspace.faults.add("auth.test", "error", error=error)

    async def catch_up() -> bool:
        return True

    connection = SlackConnection(slack, catch_up)

    async def refused() -> bool:
        return error in await connection.state()

    async with background(connection.run()):
        await until(refused)

    assert message in await connection.state()


@pytest.mark.parametrize("trouble", [StoreUnusable("disk full"), KeyError("text"), None], ids=str)
async def test_a_failed_catch_up_is_tried_again(slack: SlackClient, trouble: Exception | None) -> None:
    """After any error in catching up, the connection continues and tries again."""
    tries: list[bool] = []

    async def catch_up() -> bool:
        tries.append(True)
        if len(tries) == 1 and trouble:
            raise trouble
        return len(tries) > 1

    async def again() -> bool:
        return len(tries) > 1

    async with background(SlackConnection(slack, catch_up, retry_s=0.05).run()):
        await until(again)

    assert 2 == len(tries)
