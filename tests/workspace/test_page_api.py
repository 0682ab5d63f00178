"""The JSON API of the workspace page."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.web.server import serve_app
from bot.workspace import Workspace

GENERAL = "C0GENERAL"


@pytest.fixture
async def browser(workspace: Workspace) -> AsyncIterator[httpx.AsyncClient]:
    """Return an HTTP client for the workspace's address."""
    async with httpx.AsyncClient(base_url=workspace.url) as browser:
        yield browser


async def post_as_alice(browser: httpx.AsyncClient, verb: str, **fields: Any) -> dict[str, Any]:
    """POST an action as Alice and return the response."""
    result: dict[str, Any] = (
        await browser.post(f"/workspace/{verb}", json={"as": "U0ALICE", **fields})
    ).json()
    return result


async def get_messages(
    browser: httpx.AsyncClient, channel: str = GENERAL, person: str = "U0ALICE"
) -> list[Any]:
    """Return the messages a person sees in a channel."""
    response = await browser.get("/workspace/messages", params={"channel": channel, "as": person})
    return list(response.json()["messages"])


async def test_page_is_served(browser: httpx.AsyncClient) -> None:
    """The root URL returns the HTML page."""
    response = await browser.get("/")

    assert (200, True) == (response.status_code, "<html" in response.text)


async def test_state_lists_people_and_visible_channels(
    browser: httpx.AsyncClient, client: AsyncWebClient
) -> None:
    """The state lists the people, the bot and the channels this person can see.

    Private channels and direct messages are visible to their members only.
    """
    await client.conversations_create(name="inc-1-leak", is_private=True)
    await client.chat_postMessage(channel="U0BOB", text="psst")
    alice, bob = [
        (await browser.get("/workspace/state", params={"as": person})).json()
        for person in ("U0ALICE", "U0BOB")
    ]

    assert ["general", "incidents"] == [channel["name"] for channel in alice["channels"]]
    assert [("general", "channel"), ("incidents", "channel"), ("firstcheck", "im")] == [
        (channel["name"], channel["kind"]) for channel in bob["channels"]
    ]
    assert ("U0FIRSTCHECK", ["/incident"], 5) == (alice["bot"]["id"], alice["commands"], len(alice["people"]))


async def test_page_actions_take_effect(browser: httpx.AsyncClient) -> None:
    """The API returns posted, edited and pinned messages, reactions and replies as they were made."""
    ts = (await post_as_alice(browser, "say", channel=GENERAL, text="frist"))["ts"]
    await post_as_alice(browser, "edit", channel=GENERAL, ts=ts, text="first")
    await post_as_alice(browser, "react", channel=GENERAL, ts=ts, name="eyes")
    await post_as_alice(browser, "pin", channel=GENERAL, ts=ts)
    await post_as_alice(browser, "say", channel=GENERAL, text="second", thread_ts=ts)
    root, reply = await get_messages(browser)

    assert ("first", "Alice Okafor", 1, True, [{"name": "eyes", "users": ["U0ALICE"]}]) == (
        root["text"],
        root["name"],
        root["reply_count"],
        root["pinned"],
        root["reactions"],
    )
    assert root["edited"] is not None
    assert (ts, "second") == (reply["thread_ts"], reply["text"])
    await post_as_alice(browser, "unpin", channel=GENERAL, ts=ts)
    await post_as_alice(browser, "unreact", channel=GENERAL, ts=ts, name="eyes")
    await post_as_alice(browser, "delete", channel=GENERAL, ts=ts)
    assert ["second"] == [message["text"] for message in await get_messages(browser)]


async def test_failures_return_an_error(browser: httpx.AsyncClient, client: AsyncWebClient) -> None:
    """Forbidden actions return Slack's error code, malformed requests return bad_request."""
    bot_ts = (await client.chat_postMessage(channel=GENERAL, text="card"))["ts"]
    forbidden = await post_as_alice(browser, "edit", channel=GENERAL, ts=bot_ts, text="mine")
    malformed = await post_as_alice(browser, "edit", channel=GENERAL)

    assert {"ok": False, "error": "cant_update_message"} == forbidden
    assert (False, True) == (malformed["ok"], malformed["error"].startswith("bad_request"))


async def test_ephemeral_messages_are_private(browser: httpx.AsyncClient, client: AsyncWebClient) -> None:
    """An ephemeral message is visible to its recipient only."""
    await client.chat_postEphemeral(channel=GENERAL, user="U0BOB", text="only you")

    assert [True] == [message["ephemeral"] for message in await get_messages(browser, person="U0BOB")]
    assert [] == await get_messages(browser)


async def test_command_opens_a_modal(browser: httpx.AsyncClient, workspace: Workspace, app: AsyncApp) -> None:
    """A slash command opens the modal, and the app's validation errors are returned by block id."""
    modal = {
        "type": "modal",
        "callback_id": "declare",
        "title": {"type": "plain_text", "text": "Declare"},
        "submit": {"type": "plain_text", "text": "Go"},
        "blocks": [
            {
                "type": "input",
                "block_id": "t",
                "label": {"type": "plain_text", "text": "Title"},
                "element": {"type": "plain_text_input", "action_id": "title"},
            }
        ],
    }

    @app.command("/incident")
    async def on_command(ack: AsyncAck, command: dict[str, Any], client: AsyncWebClient) -> None:
        await client.views_open(trigger_id=command["trigger_id"], view=modal)
        await ack(f"opened for {command['text']}")

    @app.view("declare")
    async def on_submit(ack: AsyncAck) -> None:
        await ack(response_action="errors", errors={"t": "There is one already."})

    result = await post_as_alice(browser, "command", channel=GENERAL, text="/incident declare")
    (view_id,) = workspace.views
    values = {"t": {"title": {"type": "plain_text_input", "value": "Checkout"}}}
    errors = await post_as_alice(browser, "submit", view_id=view_id, values=values)
    await post_as_alice(browser, "close_view", view_id=view_id)

    assert {"ok": True, "status": 200, "text": "opened for declare"} == result
    assert {"ok": True, "errors": {"t": "There is one already."}, "view": None} == errors
    assert {} == workspace.views


async def test_click_reaches_the_app(
    browser: httpx.AsyncClient, client: AsyncWebClient, app: AsyncApp
) -> None:
    """A click delivers the button's own value, whatever value the page sends."""
    clicked: list[str] = []

    @app.action("go")
    async def on_click(ack: AsyncAck, action: dict[str, Any]) -> None:
        clicked.append(action["value"])
        await ack()

    button = {
        "type": "button",
        "action_id": "go",
        "value": "INC-1",
        "text": {"type": "plain_text", "text": "Go"},
    }
    card = [{"type": "actions", "elements": [button]}]
    ts = (await client.chat_postMessage(channel=GENERAL, text="card", blocks=card))["ts"]
    result = await post_as_alice(
        browser, "click", channel=GENERAL, ts=ts, action_id="go", block_id="b0", value="x"
    )

    assert ({"ok": True, "status": 200}, ["INC-1"]) == (result, clicked)


async def test_stream_reports_visible_changes(browser: httpx.AsyncClient, workspace: Workspace) -> None:
    """The stream reports other people's changes, but not their ephemeral messages."""
    changes: list[dict[str, Any]] = []
    async with (
        asyncio.timeout(5),
        browser.stream("GET", "/workspace/stream", params={"as": "U0ALICE"}) as stream,
    ):
        lines = stream.aiter_lines()
        assert ": connected" == await anext(lines)
        await workspace.command("U0BOB", GENERAL, "/incident", "")
        ts = await workspace.say("U0BOB", GENERAL, "hi")
        await workspace.react("U0BOB", GENERAL, ts, "eyes")
        async for line in lines:
            if line.startswith("data: "):
                changes.append(json.loads(line.removeprefix("data: ")))
            if len(changes) == 2:
                break

    assert [
        {"type": "message", "channel": GENERAL, "ts": ts},
        {"type": "reaction", "channel": GENERAL, "ts": ts},
    ] == changes


async def test_open_stream_does_not_delay_shutdown() -> None:
    """The stream ends when the workspace shuts down."""
    workspace = Workspace()
    async with httpx.AsyncClient() as browser:
        async with serve_app(workspace.asgi) as url:
            request = browser.build_request("GET", f"{url}/workspace/stream", params={"as": "U0ALICE"})
            stream = await browser.send(request, stream=True)
            closing_at = time.monotonic()
        duration_s = time.monotonic() - closing_at
        content = await stream.aread()

    assert (b": connected\n\n", True) == (content, duration_s < 0.8)


@pytest.mark.parametrize("path", ["/workspace/say", "/api/chat.postMessage", "/response/x", "/socket", "/"])
@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"origin": "null"}, {"host": "evil.example"}],
)
async def test_foreign_origins_are_rejected(
    browser: httpx.AsyncClient, headers: dict[str, str], path: str
) -> None:
    """Requests from a foreign origin or to a foreign host name get 403 on every path."""
    response = await browser.post(path, json={}, headers=headers)

    assert (403, "foreign_origin") == (response.status_code, response.json()["error"])


async def test_form_posts_are_rejected(browser: httpx.AsyncClient, workspace: Workspace) -> None:
    """A body that is not JSON is rejected, because other websites can send forms without asking first."""
    body = json.dumps({"as": "U0ALICE", "channel": GENERAL, "text": "gotcha"})
    response = await browser.post("/workspace/say", content=body, headers={"content-type": "text/plain"})

    assert (415, []) == (response.status_code, workspace.messages(GENERAL))
