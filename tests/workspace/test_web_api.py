"""Web API calls that fail before they are performed: scopes, rate limits and simulated failures."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.web.server import serve_app
from bot.workspace import Workspace

GetErrorCode = Callable[[Awaitable[Any]], Awaitable[str]]
GENERAL = "C0GENERAL"


def get_texts(workspace: Workspace) -> list[str]:
    """Return the texts of all messages in the general channel."""
    return [message.text for message in workspace.messages(GENERAL)]


@pytest.fixture
async def limited_client() -> AsyncIterator[AsyncWebClient]:
    """Return a client whose app may only post and manage public channels."""
    workspace = Workspace(scopes=frozenset({"chat:write", "channels:manage"}))
    async with serve_app(workspace.asgi) as url:
        yield AsyncWebClient(token="xoxb-local", base_url=f"{url}/api/")


async def test_error_lists_the_missing_scope(limited_client: AsyncWebClient) -> None:
    """The error contains the needed and the provided scopes, and the headers contain the granted ones."""
    with pytest.raises(SlackApiError) as error_info:
        await limited_client.pins_list(channel=GENERAL)
    response = error_info.value.response

    assert ("missing_scope", "pins:read", "channels:manage,chat:write") == (
        response["error"],
        response["needed"],
        response["provided"],
    )
    assert "channels:manage,chat:write" == response.headers["x-oauth-scopes"]


async def test_private_channels_need_their_own_scopes(
    limited_client: AsyncWebClient, get_error_code: GetErrorCode
) -> None:
    """The scope channels:manage does not allow creating private channels."""
    await limited_client.conversations_create(name="inc-1")
    private = limited_client.conversations_create(name="inc-2", is_private=True)

    assert "missing_scope" == await get_error_code(private)


async def test_rate_limits_are_off_by_default(workspace: Workspace, client: AsyncWebClient) -> None:
    """Thirty calls in a row succeed if rate limits are not enabled."""
    for number in range(30):
        await client.conversations_create(name=f"inc-{number}")

    assert 32 == len(workspace.channels)


async def test_rate_limit_follows_the_tier(workspace: Workspace, client: AsyncWebClient) -> None:
    """conversations.create is in Tier 2: after 20 calls a minute it returns 429 with Retry-After.

    Other methods are not affected.
    """
    workspace.limits.enabled = True
    for number in range(20):
        await client.conversations_create(name=f"inc-{number}")
    with pytest.raises(SlackApiError) as error_info:
        await client.conversations_create(name="inc-20")
    await client.conversations_info(channel=GENERAL)
    response = error_info.value.response

    assert (429, "ratelimited") == (response.status_code, response["error"])
    assert 50 < int(response.headers["retry-after"]) <= 60


async def test_rate_limit_window_can_be_shortened(workspace: Workspace, client: AsyncWebClient) -> None:
    """With a `window_s` of one second the SDK's retry succeeds a second later."""
    workspace.limits.enabled = True
    workspace.limits.window_s = 1.0
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
    for number in range(21):
        await client.conversations_create(name=f"inc-{number}")

    assert 1 == [call.error for call in workspace.calls].count("ratelimited")


async def test_posts_are_limited_per_channel(
    workspace: Workspace, client: AsyncWebClient, get_error_code: GetErrorCode
) -> None:
    """Four posts in a burst are allowed, the fifth is rate limited, and other channels are not affected."""
    workspace.limits.enabled = True
    for number in range(4):
        await client.chat_postMessage(channel=GENERAL, text=str(number))

    assert "ratelimited" == await get_error_code(client.chat_postMessage(channel=GENERAL, text="5"))
    await client.chat_postMessage(channel="C0INCIDENTS", text="elsewhere")


async def test_planned_error_affects_the_chosen_call(
    workspace: Workspace, client: AsyncWebClient, get_error_code: GetErrorCode
) -> None:
    """An error planned for the second call fails that call only, and its message is not posted."""
    workspace.faults.add("chat.postMessage", "error", nth=2, error="fatal_error")
    await client.chat_postMessage(channel=GENERAL, text="one")
    error = await get_error_code(client.chat_postMessage(channel=GENERAL, text="two"))
    await client.chat_postMessage(channel=GENERAL, text="three")

    assert ("fatal_error", ["one", "three"]) == (error, get_texts(workspace))


async def test_planned_rate_limit_sets_retry_after(workspace: Workspace, client: AsyncWebClient) -> None:
    """A planned rate limit returns 429 with the chosen Retry-After, for the chosen number of calls."""
    workspace.faults.add("chat.postMessage", "ratelimited", times=2, retry_after=7)
    waits = []
    for _ in range(2):
        with pytest.raises(SlackApiError) as error_info:
            await client.chat_postMessage(channel=GENERAL, text="x")
        waits.append(error_info.value.response.headers["retry-after"])
    await client.chat_postMessage(channel=GENERAL, text="at last")

    assert (["7", "7"], ["at last"]) == (waits, get_texts(workspace))


async def test_planned_server_error_posts_nothing(workspace: Workspace, client: AsyncWebClient) -> None:
    """A call with a planned http_500 does nothing."""
    workspace.faults.add("*", "http_500")
    with pytest.raises(SlackApiError) as error_info:
        await client.chat_postMessage(channel=GENERAL, text="x")

    assert (500, []) == (error_info.value.response.status_code, get_texts(workspace))


async def test_lost_response_still_posts_the_message(workspace: Workspace, client: AsyncWebClient) -> None:
    """With a planned "lost" fault the message is posted, but the client gets no response."""
    workspace.faults.add("chat.postMessage", "lost")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=GENERAL, text="did it work?")

    assert ["did it work?"] == get_texts(workspace)
    assert ["lost"] == [call.error for call in workspace.calls]


async def test_calls_fail_while_slack_is_down(workspace: Workspace, client: AsyncWebClient) -> None:
    """Every call returns 503 during an outage and succeeds afterwards."""
    workspace.faults.down = True
    with pytest.raises(SlackApiError) as error_info:
        await client.auth_test()
    workspace.faults.down = False
    await client.auth_test()

    assert 503 == error_info.value.response.status_code
    assert ["down", None] == [call.error for call in workspace.calls]


async def test_latency_delays_calls(workspace: Workspace, client: AsyncWebClient) -> None:
    """The configured latency shows up in the recorded duration of a call."""
    workspace.latency_s = 0.05
    await client.auth_test()
    (call,) = workspace.calls

    assert call.finished_at - call.started_at >= 0.05


async def test_calls_are_recorded(
    workspace: Workspace, client: AsyncWebClient, get_error_code: GetErrorCode
) -> None:
    """Calls are recorded with method, arguments and error, but without the token."""
    await client.conversations_setTopic(channel=GENERAL, topic="calm")
    await get_error_code(client.pins_list(channel="C0NOWHERE"))

    assert [
        ("conversations.setTopic", {"channel": GENERAL, "topic": "calm"}, None),
        ("pins.list", {"channel": "C0NOWHERE"}, "channel_not_found"),
    ] == [(call.method, call.args, call.error) for call in workspace.calls]


async def test_calls_stay_fast_in_long_channels(client: AsyncWebClient) -> None:
    """With a thousand messages in a channel a call takes less than ten milliseconds of processor time."""
    async with aiohttp.ClientSession() as session:
        client.session = session
        for number in range(1000):
            await client.chat_postMessage(channel=GENERAL, text=str(number))
        started_at = time.process_time()  # other tests running at the same time do not count
        for number in range(100):
            await client.chat_postMessage(channel=GENERAL, text=str(number))
        duration_s = time.process_time() - started_at

    assert duration_s / 100 < 0.01


async def test_api_test_echoes_its_arguments(client: AsyncWebClient, get_error_code: GetErrorCode) -> None:
    """api.test returns its arguments, or the error it is asked for."""
    echoed = await client.api_test(colour="red")

    assert {"colour": "red"} == echoed["args"]
    assert "my_error" == await get_error_code(client.api_test(error="my_error"))


@pytest.mark.parametrize(("body", "error"), [(b"{", "invalid_json"), (b"[]", "json_not_object")])
async def test_invalid_json_bodies_are_rejected(workspace: Workspace, body: bytes, error: str) -> None:
    """A JSON body that is malformed or not an object is rejected before the method runs."""
    async with (
        aiohttp.ClientSession(headers={"content-type": "application/json"}) as session,
        session.post(f"{workspace.url}/api/chat.postMessage", data=body) as response,
    ):
        error_info = await response.json()

    assert error == error_info["error"]
