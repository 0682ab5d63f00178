"""What stops a call before it does anything: scopes, rate limits, and the failures that were ordered."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.listening import listening
from bot.workspace import Workspace

Refusal = Callable[[Awaitable[Any]], Awaitable[str]]
HERE = "C0GENERAL"


def texts(workspace: Workspace) -> list[str]:
    """Return what was written in the general channel."""
    return [message.text for message in workspace.messages(HERE)]


@pytest.fixture
async def modest() -> AsyncIterator[AsyncWebClient]:
    """A client of an app that may write and manage public channels, and nothing else."""
    workspace = Workspace(scopes=frozenset({"chat:write", "channels:manage"}))
    async with listening(workspace.asgi) as url:
        yield AsyncWebClient(token="xoxb-local", base_url=f"{url}/api/")


async def test_a_missing_scope_is_named(modest: AsyncWebClient) -> None:
    """The answer tells what to add, and the headers what is granted."""
    with pytest.raises(SlackApiError) as refused:
        await modest.pins_list(channel=HERE)
    response = refused.value.response

    assert ("missing_scope", "pins:read", "channels:manage,chat:write") == (
        response["error"],
        response["needed"],
        response["provided"],
    )
    assert "channels:manage,chat:write" == response.headers["x-oauth-scopes"]


async def test_private_channels_want_scopes_of_their_own(modest: AsyncWebClient, refusal: Refusal) -> None:
    """channels:manage creates public channels only."""
    await modest.conversations_create(name="inc-1")
    private = modest.conversations_create(name="inc-2", is_private=True)

    assert "missing_scope" == await refusal(private)


async def test_limits_are_off_until_wanted(workspace: Workspace, client: AsyncWebClient) -> None:
    """A test that does not care is not slowed down."""
    for number in range(30):
        await client.conversations_create(name=f"inc-{number}")

    assert 32 == len(workspace.channels)


async def test_a_method_has_its_tier(workspace: Workspace, client: AsyncWebClient) -> None:
    """conversations.create is Tier 2: 20 a minute, then 429 with Retry-After; other methods go on."""
    workspace.limits.enabled = True
    for number in range(20):
        await client.conversations_create(name=f"inc-{number}")
    with pytest.raises(SlackApiError) as refused:
        await client.conversations_create(name="inc-20")
    await client.conversations_info(channel=HERE)
    response = refused.value.response

    assert (429, "ratelimited") == (response.status_code, response["error"])
    assert 50 < int(response.headers["retry-after"]) <= 60


async def test_a_shorter_minute_lets_calls_in_again(workspace: Workspace, client: AsyncWebClient) -> None:
    """window_s shortens the wait, so that tests need not sit out a minute."""
    workspace.limits.enabled = True
    workspace.limits.window_s = 1.0
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
    for number in range(21):
        await client.conversations_create(name=f"inc-{number}")

    assert 1 == [call.error for call in workspace.calls].count("ratelimited")


async def test_one_message_a_second_and_channel_after_a_burst(
    workspace: Workspace, client: AsyncWebClient, refusal: Refusal
) -> None:
    """Four at once are fine, the fifth has to wait; another channel does not."""
    workspace.limits.enabled = True
    for number in range(4):
        await client.chat_postMessage(channel=HERE, text=str(number))

    assert "ratelimited" == await refusal(client.chat_postMessage(channel=HERE, text="5"))
    await client.chat_postMessage(channel="C0INCIDENTS", text="elsewhere")


async def test_an_ordered_error_comes_when_it_was_ordered(
    workspace: Workspace, client: AsyncWebClient, refusal: Refusal
) -> None:
    """The second call fails, with the code wanted, and nothing happens."""
    workspace.faults.add("chat.postMessage", "error", nth=2, error="fatal_error")
    await client.chat_postMessage(channel=HERE, text="one")
    error = await refusal(client.chat_postMessage(channel=HERE, text="two"))
    await client.chat_postMessage(channel=HERE, text="three")

    assert ("fatal_error", ["one", "three"]) == (error, texts(workspace))


async def test_an_ordered_rate_limit_says_how_long(workspace: Workspace, client: AsyncWebClient) -> None:
    """429 with the seconds that were asked for, as often as asked for."""
    workspace.faults.add("chat.postMessage", "ratelimited", times=2, retry_after=7)
    waits = []
    for _ in range(2):
        with pytest.raises(SlackApiError) as refused:
            await client.chat_postMessage(channel=HERE, text="x")
        waits.append(refused.value.response.headers["retry-after"])
    await client.chat_postMessage(channel=HERE, text="at last")

    assert (["7", "7"], ["at last"]) == (waits, texts(workspace))


async def test_a_server_error_happens_before_anything_else(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """http_500 performs nothing."""
    workspace.faults.add("*", "http_500")
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel=HERE, text="x")

    assert (500, []) == (refused.value.response.status_code, texts(workspace))


async def test_a_lost_answer_leaves_the_message_there(workspace: Workspace, client: AsyncWebClient) -> None:
    """The caller cannot know that it worked: the connection is cut after the deed."""
    workspace.faults.add("chat.postMessage", "lost")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=HERE, text="did it work?")

    assert ["did it work?"] == texts(workspace)
    assert ["lost"] == [call.error for call in workspace.calls]


async def test_slack_is_down_until_it_is_not(workspace: Workspace, client: AsyncWebClient) -> None:
    """While down every call gets 503."""
    workspace.faults.down = True
    with pytest.raises(SlackApiError) as refused:
        await client.auth_test()
    workspace.faults.down = False
    await client.auth_test()

    assert 503 == refused.value.response.status_code
    assert ["down", None] == [call.error for call in workspace.calls]


async def test_latency_is_slept_and_measured(workspace: Workspace, client: AsyncWebClient) -> None:
    """A slow Slack shows in the calls."""
    workspace.latency_s = 0.05
    await client.auth_test()
    (call,) = workspace.calls

    assert call.finished_at - call.started_at >= 0.05


async def test_calls_are_kept_with_their_arguments(
    workspace: Workspace, client: AsyncWebClient, refusal: Refusal
) -> None:
    """Whoever asks how the bot used Slack finds method, arguments and outcome, and no token."""
    await client.conversations_setTopic(channel=HERE, topic="calm")
    await refusal(client.pins_list(channel="C0NOWHERE"))

    assert [
        ("conversations.setTopic", {"channel": HERE, "topic": "calm"}, None),
        ("pins.list", {"channel": "C0NOWHERE"}, "channel_not_found"),
    ] == [(call.method, call.args, call.error) for call in workspace.calls]


async def test_a_call_is_quick(client: AsyncWebClient) -> None:
    """A call to a channel of a thousand messages takes less than ten milliseconds of processor time."""
    async with aiohttp.ClientSession() as session:
        client.session = session
        for number in range(1000):
            await client.chat_postMessage(channel=HERE, text=str(number))
        began_s = time.process_time()  # other tests that run beside this one do not count
        for number in range(100):
            await client.chat_postMessage(channel=HERE, text=str(number))
        took_s = time.process_time() - began_s

    assert took_s / 100 < 0.01


async def test_the_api_tests_itself(client: AsyncWebClient, refusal: Refusal) -> None:
    """api.test says back what it was given, as an error when asked for one."""
    echoed = await client.api_test(colour="red")

    assert {"colour": "red"} == echoed["args"]
    assert "my_error" == await refusal(client.api_test(error="my_error"))


@pytest.mark.parametrize(("body", "error"), [(b"{", "invalid_json"), (b"[]", "json_not_object")])
async def test_a_body_has_to_be_a_json_object(workspace: Workspace, body: bytes, error: str) -> None:
    """Anything else is refused before the method is looked at."""
    async with (
        aiohttp.ClientSession(headers={"content-type": "application/json"}) as session,
        session.post(f"{workspace.url}/api/chat.postMessage", data=body) as answer,
    ):
        refused = await answer.json()

    assert error == refused["error"]
