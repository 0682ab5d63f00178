"""The Web API client: every kind of answer from Slack becomes a result or a kind of SlackFailed."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.slack.api.client import SlackBusy, SlackClient, SlackSaidNo, SlackUnreachable
from bot.web.server import serve_app
from bot.workspace import Workspace
from bot.workspace.faults import Kind

Answer = Callable[[Request], Response]


@asynccontextmanager
async def _calls(url: str) -> AsyncIterator[SlackClient]:
    async with aiohttp.ClientSession() as session:
        yield SlackClient(
            AsyncWebClient(token="xoxb-local", base_url=f"{url}/api/", session=session, retry_handlers=[])
        )


@asynccontextmanager
async def _answering(answer: Answer) -> AsyncIterator[SlackClient]:
    """Yield a client for a Slack that gives the same answer to every call."""

    async def endpoint(request: Request) -> Response:
        return answer(request)

    app = Starlette(routes=[Route("/api/{method}", endpoint, methods=["POST"])])
    async with serve_app(app) as url, _calls(url) as calls:
        yield calls


async def test_a_call_returns_the_answer(workspace: Workspace) -> None:
    """A successful call returns Slack's answer."""
    async with _calls(workspace.url) as calls:
        answer = await calls.call("users.info", user="U0ALICE")

        assert "U0ALICE" == answer["user"]["id"]


async def test_a_refusal_has_its_details(workspace: Workspace) -> None:
    """SlackSaidNo has the method, the code and the details of the refusal."""
    async with _calls(workspace.url) as calls:
        with pytest.raises(SlackSaidNo) as no:
            await calls.call("conversations.invite", channel="C0GENERAL", users="U0GONE")

        assert ("conversations.invite", "user_not_found") == (no.value.method, no.value.error)
        assert "U0GONE" == no.value.details["errors"][0]["user"]


async def test_a_rate_limit_is_obeyed(workspace: Workspace) -> None:
    """After a 429, calls of the method fail without a request until Retry-After has passed."""
    workspace.faults.add("pins.add", "ratelimited", retry_after=7)
    async with _calls(workspace.url) as calls:
        with pytest.raises(SlackBusy) as busy:
            await calls.call("pins.add", channel="C0GENERAL", timestamp="1.0")
        assert 7 == busy.value.after_s

        with pytest.raises(SlackBusy) as busy:
            await calls.call("pins.add", channel="C0GENERAL", timestamp="1.0")
        assert 6 < busy.value.after_s <= 7
        assert 1 == len(workspace.calls)


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: Response("Bad Gateway", 502),
        lambda _: Response("<html>maintenance</html>", media_type="text/html"),
        lambda _: Response("{", media_type="application/json"),
        lambda _: JSONResponse(["a list"]),
        lambda _: JSONResponse({"ok": False}),
        lambda _: JSONResponse({"ok": False, "error": "internal_error"}, 500),
    ],
    ids=["502", "a page", "half an answer", "a list", "no reason", "500 with a reason"],
)
async def test_an_unusable_answer_means_unreachable(answer: Answer) -> None:
    """An answer that leaves open whether the call succeeded raises SlackUnreachable."""
    async with _answering(answer) as calls:
        with pytest.raises(SlackUnreachable):
            await calls.call("chat.postMessage", channel="C1", text="x")


@pytest.mark.parametrize("kind", ["http_500", "lost"])
async def test_a_missing_answer_means_unreachable(workspace: Workspace, kind: Kind) -> None:
    """A server error or a lost answer raises SlackUnreachable."""
    workspace.faults.add("auth.test", kind)
    async with _calls(workspace.url) as calls:
        with pytest.raises(SlackUnreachable):
            await calls.call("auth.test")


async def test_a_refused_connection_means_unreachable() -> None:
    """A call to an address without a server raises SlackUnreachable."""
    async with _calls("http://127.0.0.1:9") as calls:
        with pytest.raises(SlackUnreachable):
            await calls.call("auth.test")


@pytest.mark.parametrize("header", ["", "soon", "-3"])
async def test_a_rate_limit_without_a_usable_header(header: str) -> None:
    """A 429 without a usable Retry-After asks for a wait of at least a second."""
    async with _answering(lambda _: Response("{}", 429, {"retry-after": header})) as calls:
        with pytest.raises(SlackBusy) as busy:
            await calls.call("pins.add")
        assert busy.value.after_s >= 1


async def test_texts_are_sent_in_the_body() -> None:
    """Titles and topics are not part of any URL, because proxies log URLs."""
    urls: list[str] = []

    def answer(request: Request) -> Response:
        urls.append(str(request.url))
        return JSONResponse({"ok": True})

    async with _answering(answer) as calls:
        await calls.call("conversations.setTopic", channel="C1", topic="the secret of the house")
        await calls.call("conversations.create", name="the-secret")
        await calls.call("conversations.history", channel="C1", oldest="1")

    assert [] == [url for url in urls if "?" in url]


async def test_paginate_yields_every_item(workspace: Workspace) -> None:
    """All items of all pages are returned in order."""
    for number in range(5):
        await workspace.say("U0ALICE", "C0GENERAL", f"line {number}")
    async with _calls(workspace.url) as calls:
        found = [
            message["text"]
            async for message in calls.paginate("conversations.history", "messages", channel="C0GENERAL")
        ]

    assert [f"line {number}" for number in (4, 3, 2, 1, 0)] == found


async def test_every_call_is_watched(workspace: Workspace) -> None:
    """Watchers are called with the method and the outcome of each call."""
    seen: list[tuple[str, str]] = []
    workspace.faults.add("auth.test", "error", error="invalid_auth")
    async with _calls(workspace.url) as calls:
        calls.watchers.append(lambda method, outcome, _seconds: seen.append((method, outcome)))
        with pytest.raises(SlackSaidNo):
            await calls.call("auth.test")
        await calls.call("auth.test")

    assert [("auth.test", "invalid_auth"), ("auth.test", "ok")] == seen


async def test_the_identity_is_fetched_once(workspace: Workspace) -> None:
    """The bot's own IDs are fetched once."""
    async with _calls(workspace.url) as calls:
        first, second = await calls.identity(), await calls.identity()

    assert "U0FIRSTCHECK" == first["user_id"]
    assert first == second
    assert 1 == len(workspace.calls)
