"""Socket Mode: the same app without a public address."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp

from bot.workspace import Workspace

GENERAL = "C0GENERAL"


@pytest.fixture
async def connected(workspace: Workspace, bolt: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
    """Connect the Bolt app over a socket."""
    handler = AsyncSocketModeHandler(bolt, "xapp-local")
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt gives it no types
    await workspace.dispatcher.sockets.wait_until_open()
    yield handler
    await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt gives it no types


@pytest.mark.usefixtures("connected")
async def test_events_use_the_socket(workspace: Workspace, bolt: AsyncApp) -> None:
    """An open socket takes precedence over the request URL, and an acknowledgement counts as status 200."""
    texts: list[str] = []

    @bolt.event("message")
    async def on_message(event: dict[str, Any]) -> None:
        texts.append(event["text"])

    workspace.request_url = "http://127.0.0.1:9/nobody"
    await workspace.say("U0ALICE", GENERAL, "hi")

    assert (["hi"], [200]) == (texts, [delivery.status for delivery in workspace.deliveries])


@pytest.mark.usefixtures("connected")
async def test_acknowledgement_contains_the_response(workspace: Workspace, bolt: AsyncApp) -> None:
    """The text of ack is returned in the acknowledgement of a command."""

    @bolt.command("/incident")
    async def on_command(ack: AsyncAck, command: dict[str, Any]) -> None:
        await ack(f"{command['text']}: done")

    answer = await workspace.command("U0ALICE", GENERAL, "/incident", "close")

    assert (200, "close: done") == (answer.status, answer.text)


@pytest.mark.usefixtures("connected")
async def test_unacknowledged_events_are_retried(workspace: Workspace) -> None:
    """Bolt does not acknowledge events without a listener, so they are retried three times."""
    workspace.dispatcher.ack_timeout_s = 0.1
    await workspace.say("U0ALICE", GENERAL, "hi")
    await workspace.settled()
    first = workspace.deliveries[0]

    assert ("http_timeout", None, 0) == (first.failure, first.status, first.retry_num)
    assert [0, 1, 2, 3] == [delivery.retry_num for delivery in workspace.deliveries]


async def test_app_reconnects_after_a_disconnect(
    workspace: Workspace, bolt: AsyncApp, connected: AsyncSocketModeHandler
) -> None:
    """After refresh_requested the SDK opens a new socket, and events are delivered over it."""
    texts: list[str] = []

    @bolt.event("message")
    async def on_message(event: dict[str, Any]) -> None:
        texts.append(event["text"])

    session_before = await connected.client.session_id()
    await workspace.dispatcher.sockets.disconnect()
    await asyncio.wait_for(workspace.dispatcher.sockets.wait_until_open(), 5)
    await workspace.say("U0ALICE", GENERAL, "still there?")

    assert ["still there?"] == texts
    assert session_before != await connected.client.session_id()


async def test_socket_needs_a_ticket(workspace: Workspace) -> None:
    """A connection without a ticket from apps.connections.open is rejected."""
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(f"{workspace.url}/socket")

    assert not workspace.dispatcher.sockets.are_open
