"""Socket Mode: a whole incident without a public address, over a socket that may break."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.config.settings import Settings
from bot.domain.vocabulary import Status
from bot.slack.views import card
from bot.workspace import Workspace
from tests.stage import Stage, staged


@pytest.fixture
async def stage(workspace: Workspace, settings: Settings) -> AsyncIterator[Stage]:
    """Yield a bot with an app token instead of a signing secret, with its socket open."""
    by_socket = replace(settings, slack_app_token="xapp-local", slack_signing_secret="")
    async with staged(workspace, by_socket) as stage:
        workspace.request_url = None

        async def is_open() -> bool:
            return workspace.dispatcher.sockets.are_open

        await stage.until(is_open)
        yield stage


async def test_an_incident_over_a_socket(stage: Stage) -> None:
    """Over a socket, events, commands, clicks and marks lead to a postmortem."""
    await stage.alert()
    channel = await stage.channel()
    await stage.quiet()
    await stage.workspace.join("U0ALICE", channel.id)
    ts = (await stage.incident()).messages["card"][1]
    assert 200 == await stage.workspace.click("U0ALICE", channel.id, ts, card.TAKE_COMMAND)
    ts = await stage.workspace.say("U0ALICE", channel.id, "Rolling back 4711")
    await stage.workspace.react("U0ALICE", channel.id, ts, "pushpin")
    for text in ("resolve rolled back 4711", "close"):
        answer = await stage.workspace.command("U0ALICE", channel.id, "/incident", text)
        assert (200, "") == (answer.status, answer.text)
    await stage.quiet()

    incident = await stage.incident()
    assert ("U0ALICE", Status.CLOSED) == (incident.commander, incident.status)
    assert "Rolling back 4711" in Path(incident.follow_up.postmortem_path).read_text()


async def test_there_is_no_http_route(stage: Stage) -> None:
    """Without a signing secret there is no route for Slack's HTTP requests."""
    answer = await stage.client.post(f"{stage.url}/slack/events", content=b"{}")

    assert 404 == answer.status_code


async def test_messages_before_the_socket_opened_are_fetched(
    workspace: Workspace, settings: Settings
) -> None:
    """Messages from before the socket opened are fetched, because Socket Mode does not keep them."""
    async with staged(workspace, settings) as before:
        await before.alert()
        channel = await before.channel()
        await before.quiet()
        await workspace.join("U0ALICE", channel.id)
    workspace.request_url = None
    await workspace.say("U0ALICE", channel.id, "anybody?")
    by_socket = replace(settings, slack_app_token="xapp-local", slack_signing_secret="")
    async with staged(workspace, by_socket) as stage:
        workspace.request_url = None

        async def is_stored() -> bool:
            return bool(await stage.bot.store.transcript.messages(1))

        await stage.until(is_stored)
        async with asyncio.timeout(5):
            while not workspace.dispatcher.sockets.are_open:
                await asyncio.sleep(0.01)
        await workspace.say("U0ALICE", channel.id, "hello")
        await stage.quiet()
        texts = [message.text for message in await stage.bot.store.transcript.messages(1)]

    assert ["anybody?", "hello"] == texts


async def test_a_broken_socket_is_reopened(stage: Stage) -> None:
    """A socket that Slack closes or that breaks is reopened, and later messages are received."""
    await stage.alert()
    channel = await stage.channel()
    await stage.quiet()
    await stage.workspace.join("U0ALICE", channel.id)
    sockets = stage.workspace.dispatcher.sockets
    for socket in list(sockets._open):
        await socket.close()
    async with asyncio.timeout(30):
        while not sockets.are_open:
            await asyncio.sleep(0.05)
    await stage.workspace.say("U0ALICE", channel.id, "still there?")
    await stage.quiet()

    assert ["still there?"] == [message.text for message in await stage.bot.store.transcript.messages(1)]


async def test_an_invalid_app_token_is_reported(workspace: Workspace, settings: Settings) -> None:
    """/readyz reports an invalid app token and what to check, and alerts are still accepted."""
    by_socket = replace(settings, slack_app_token="xapp-wrong", slack_signing_secret="")
    async with staged(workspace, by_socket) as stage:

        async def is_reported() -> bool:
            return "SLACK_APP_TOKEN" in (await stage.client.get(f"{stage.url}/readyz")).json()["slack"]

        await stage.until(is_reported)
        assert 202 == (await stage.alert()).status_code
        await stage.channel()


async def test_a_socket_that_dies_on_slacks_side_only(stage: Stage) -> None:
    """After each new session, also one that the SDK opened by itself, what was said in between is fetched."""
    await stage.alert()
    channel = await stage.channel()
    await stage.quiet()
    await stage.workspace.join("U0ALICE", channel.id)
    await stage.quiet()
    sockets = stage.workspace.dispatcher.sockets
    lost, sockets._open[:] = list(sockets._open), []
    texts = [f"message {number}" for number in range(30)]
    for text in texts:
        await stage.workspace.say("U0ALICE", channel.id, text)
    handler = stage.bot._link._socket
    assert handler
    await handler.client.connect_to_new_endpoint(force=True)  # as the SDK does when its pings stay unanswered

    async def fetched() -> bool:
        stored = {message.text for message in await stage.bot.store.transcript.messages(1)}
        return stored >= set(texts)

    await stage.until(fetched)
    assert lost
