"""Socket Mode: the same app, with no public address."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.workspace import Workspace

HERE = "C0GENERAL"


@pytest.fixture
async def connected(workspace: Workspace, bolt: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
    """The Bolt app on a socket."""
    handler = AsyncSocketModeHandler(bolt, "xapp-local")
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt gives it no types
    await workspace.dispatcher.sockets.wait_until_open()
    yield handler
    await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt gives it no types


@pytest.mark.usefixtures("connected")
async def test_events_come_over_the_socket(workspace: Workspace, bolt: AsyncApp) -> None:
    """A socket goes before the request URL, and the acknowledgement counts as 200."""
    heard: list[str] = []

    @bolt.event("message")
    async def on_message(event: dict[str, Any]) -> None:
        heard.append(event["text"])

    workspace.request_url = "http://127.0.0.1:9/nobody"
    await workspace.say("U0ALICE", HERE, "hi")

    assert (["hi"], [200]) == (heard, [one.status for one in workspace.deliveries])


@pytest.mark.usefixtures("connected")
async def test_commands_are_answered_in_the_acknowledgement(workspace: Workspace, bolt: AsyncApp) -> None:
    """What ack says rides back on the envelope."""

    @bolt.command("/incident")
    async def on_command(ack: AsyncAck, command: dict[str, Any]) -> None:
        await ack(f"{command['text']}: done")

    answer = await workspace.command("U0ALICE", HERE, "/incident", "close")

    assert (200, "close: done") == (answer.status, answer.text)


@pytest.mark.usefixtures("connected")
async def test_what_is_not_acknowledged_is_sent_again(workspace: Workspace) -> None:
    """Bolt acknowledges no event it has no listener for, so Slack tries again: at once, then later."""
    workspace.dispatcher.ack_timeout_s = 0.1
    await workspace.say("U0ALICE", HERE, "hi")
    await workspace.settled()
    first = workspace.deliveries[0]

    assert ("http_timeout", None, 0) == (first.failure, first.status, first.retry_num)
    assert [0, 1, 2, 3] == [delivery.retry_num for delivery in workspace.deliveries]


async def test_the_app_comes_back_after_a_disconnect(
    workspace: Workspace, bolt: AsyncApp, connected: AsyncSocketModeHandler
) -> None:
    """refresh_requested makes the SDK open a new socket, over which events go on."""
    heard: list[str] = []

    @bolt.event("message")
    async def on_message(event: dict[str, Any]) -> None:
        heard.append(event["text"])

    before = await connected.client.session_id()
    await workspace.dispatcher.sockets.disconnect()
    await asyncio.wait_for(workspace.dispatcher.sockets.wait_until_open(), 5)
    await workspace.say("U0ALICE", HERE, "still there?")

    assert ["still there?"] == heard
    assert before != await connected.client.session_id()


async def test_a_socket_needs_a_ticket(workspace: Workspace) -> None:
    """Nobody connects who did not ask apps.connections.open first."""
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(f"{workspace.url}/socket")

    assert not workspace.dispatcher.sockets.are_open
