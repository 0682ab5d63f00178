"""What the page in the browser is told and may do."""

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

HERE = "C0GENERAL"


@pytest.fixture
async def browser(workspace: Workspace) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at the workspace's address."""
    async with httpx.AsyncClient(base_url=workspace.url) as browser:
        yield browser


async def do(browser: httpx.AsyncClient, verb: str, **asked: Any) -> dict[str, Any]:
    """Do something as Alice and return the answer."""
    answer: dict[str, Any] = (
        await browser.post(f"/workspace/{verb}", json={"as": "U0ALICE", **asked})
    ).json()
    return answer


async def messages(browser: httpx.AsyncClient, channel: str = HERE, person: str = "U0ALICE") -> list[Any]:
    """Return what somebody sees in a channel."""
    shown = await browser.get("/workspace/messages", params={"channel": channel, "as": person})
    return list(shown.json()["messages"])


async def test_the_page_itself_is_served(browser: httpx.AsyncClient) -> None:
    """The start address shows the page."""
    answer = await browser.get("/")

    assert (200, True) == (answer.status_code, "<html" in answer.text)


async def test_the_state_shows_who_and_where(browser: httpx.AsyncClient, client: AsyncWebClient) -> None:
    """People, the bot, and the channels this person can see; private ones only for members."""
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


async def test_what_is_done_on_the_page_happens(browser: httpx.AsyncClient) -> None:
    """Say, edit, react, pin and reply, then read it back."""
    ts = (await do(browser, "say", channel=HERE, text="frist"))["ts"]
    await do(browser, "edit", channel=HERE, ts=ts, text="first")
    await do(browser, "react", channel=HERE, ts=ts, name="eyes")
    await do(browser, "pin", channel=HERE, ts=ts)
    await do(browser, "say", channel=HERE, text="second", thread_ts=ts)
    root, reply = await messages(browser)

    assert ("first", "Alice Okafor", 1, True, [{"name": "eyes", "users": ["U0ALICE"]}]) == (
        root["text"],
        root["name"],
        root["reply_count"],
        root["pinned"],
        root["reactions"],
    )
    assert root["edited"] is not None
    assert (ts, "second") == (reply["thread_ts"], reply["text"])
    await do(browser, "unpin", channel=HERE, ts=ts)
    await do(browser, "unreact", channel=HERE, ts=ts, name="eyes")
    await do(browser, "delete", channel=HERE, ts=ts)
    assert ["second"] == [message["text"] for message in await messages(browser)]


async def test_what_cannot_be_done_says_why(browser: httpx.AsyncClient, client: AsyncWebClient) -> None:
    """Refusals arrive as codes, nonsense as a bad request."""
    theirs = (await client.chat_postMessage(channel=HERE, text="card"))["ts"]
    refused = await do(browser, "edit", channel=HERE, ts=theirs, text="mine")
    nonsense = await do(browser, "edit", channel=HERE)

    assert {"ok": False, "error": "cant_update_message"} == refused
    assert (False, True) == (nonsense["ok"], nonsense["error"].startswith("bad_request"))


async def test_ephemeral_messages_are_for_one_pair_of_eyes(
    browser: httpx.AsyncClient, client: AsyncWebClient
) -> None:
    """Bob sees it and Alice does not."""
    await client.chat_postEphemeral(channel=HERE, user="U0BOB", text="only you")

    assert [True] == [message["ephemeral"] for message in await messages(browser, person="U0BOB")]
    assert [] == await messages(browser)


async def test_a_command_and_its_modal(
    browser: httpx.AsyncClient, workspace: Workspace, app: AsyncApp
) -> None:
    """A line beginning with a slash opens the modal, whose errors come back by block."""
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

    answer = await do(browser, "command", channel=HERE, text="/incident declare")
    (view_id,) = workspace.views
    values = {"t": {"title": {"type": "plain_text_input", "value": "Checkout"}}}
    refused = await do(browser, "submit", view_id=view_id, values=values)
    await do(browser, "close_view", view_id=view_id)

    assert {"ok": True, "status": 200, "text": "opened for declare"} == answer
    assert {"ok": True, "errors": {"t": "There is one already."}, "view": None} == refused
    assert {} == workspace.views


async def test_a_click_on_the_page_reaches_the_app(
    browser: httpx.AsyncClient, client: AsyncWebClient, app: AsyncApp
) -> None:
    """Buttons carry their own value, whatever the page sends along."""
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
    ts = (await client.chat_postMessage(channel=HERE, text="card", blocks=card))["ts"]
    answer = await do(browser, "click", channel=HERE, ts=ts, action_id="go", block_id="b0", value="x")

    assert ({"ok": True, "status": 200}, ["INC-1"]) == (answer, clicked)


async def test_changes_are_streamed(browser: httpx.AsyncClient, workspace: Workspace) -> None:
    """An open page hears of what others do, and not of what is whispered to others."""
    heard: list[dict[str, Any]] = []
    async with (
        asyncio.timeout(5),
        browser.stream("GET", "/workspace/stream", params={"as": "U0ALICE"}) as stream,
    ):
        lines = stream.aiter_lines()
        assert ": connected" == await anext(lines)
        await workspace.command("U0BOB", HERE, "/incident", "")
        ts = await workspace.say("U0BOB", HERE, "hi")
        await workspace.react("U0BOB", HERE, ts, "eyes")
        async for line in lines:
            if line.startswith("data: "):
                heard.append(json.loads(line.removeprefix("data: ")))
            if len(heard) == 2:
                break

    assert [
        {"type": "message", "channel": HERE, "ts": ts},
        {"type": "reaction", "channel": HERE, "ts": ts},
    ] == heard


async def test_an_open_page_does_not_hold_up_closing() -> None:
    """The stream ends with the workspace, as an answer ends."""
    workspace = Workspace()
    async with httpx.AsyncClient() as browser:
        async with serve_app(workspace.asgi) as url:
            request = browser.build_request("GET", f"{url}/workspace/stream", params={"as": "U0ALICE"})
            stream = await browser.send(request, stream=True)
            closing_at = time.monotonic()
        took_s = time.monotonic() - closing_at
        said = await stream.aread()

    assert (b": connected\n\n", True) == (said, took_s < 0.8)


@pytest.mark.parametrize("path", ["/workspace/say", "/api/chat.postMessage", "/response/x", "/socket", "/"])
@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"origin": "null"}, {"host": "evil.example"}],
)
async def test_another_website_cannot_drive_it(
    browser: httpx.AsyncClient, headers: dict[str, str], path: str
) -> None:
    """A foreign origin and a name rebound to this machine are turned away everywhere."""
    answer = await browser.post(path, json={}, headers=headers)

    assert (403, "foreign_origin") == (answer.status_code, answer.json()["error"])


async def test_a_form_is_turned_away(browser: httpx.AsyncClient, workspace: Workspace) -> None:
    """A browser sends forms anywhere without asking first; the page never sends one."""
    body = json.dumps({"as": "U0ALICE", "channel": HERE, "text": "gotcha"})
    answer = await browser.post("/workspace/say", content=body, headers={"content-type": "text/plain"})

    assert (415, []) == (answer.status_code, workspace.messages(HERE))
