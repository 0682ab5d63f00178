"""The Events API: events are signed, retried after failures, and limited to what the app may receive."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web.server import serve_app
from bot.workspace import Workspace

GENERAL = "C0GENERAL"


@asynccontextmanager
async def serve_statuses(
    workspace: Workspace, *statuses: int, **headers: str
) -> AsyncIterator[list[Request]]:
    """Serve an app that returns these statuses in turn and repeats the last. Yield its requests."""
    requests: list[Request] = []

    async def endpoint(request: Request) -> Response:
        await request.body()
        requests.append(request)
        response_headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return Response(status_code=statuses[min(len(requests), len(statuses)) - 1], headers=response_headers)

    async with serve_app(Starlette(routes=[Route("/", endpoint, methods=["POST"])])) as url:
        workspace.request_url = url
        yield requests


def get_events(workspace: Workspace) -> list[dict[str, Any]]:
    """Return the events delivered so far, without retries."""
    return [delivery.payload["event"] for delivery in workspace.deliveries if delivery.retry_num == 0]


def get_event_types(workspace: Workspace) -> list[str]:
    """Return the type and subtype of the events delivered so far."""
    return [".".join(filter(None, (event["type"], event.get("subtype")))) for event in get_events(workspace)]


async def test_messages_reach_bolt(workspace: Workspace, app: AsyncApp) -> None:
    """A message is escaped like Slack's, with mentions, channels and links as tokens."""
    received: list[dict[str, Any]] = []

    @app.event("message")
    async def on_message(event: dict[str, Any]) -> None:
        received.append(event)

    ts = await workspace.say("U0ALICE", GENERAL, "5 < 6 & @bob, #incidents: https://x.example/a?b=1&c=2.")

    assert [
        (
            "U0ALICE",
            ts,
            "5 &lt; 6 &amp; <@U0BOB>, <#C0INCIDENTS|incidents>: <https://x.example/a?b=1&amp;c=2>.",
        )
    ] == [(event["user"], event["ts"], event["text"]) for event in received]


async def test_events_are_signed_and_enveloped(workspace: Workspace) -> None:
    """Slack's own verifier accepts the signature, and the envelope contains the fields apps rely on."""
    async with serve_statuses(workspace, 200) as requests:
        await workspace.say("U0ALICE", GENERAL, "hi")
    envelope = await requests[0].json()

    assert SignatureVerifier("local-signing-secret").is_valid_request(
        await requests[0].body(), dict(requests[0].headers)
    )
    assert ("event_callback", "T0LOCAL", "A0FIRSTCHECK", "U0FIRSTCHECK") == (
        envelope["type"],
        envelope["team_id"],
        envelope["api_app_id"],
        envelope["authorizations"][0]["user_id"],
    )


async def test_failed_events_are_retried_three_times(workspace: Workspace) -> None:
    """The retries are numbered, contain the reason, and have the same body."""
    async with serve_statuses(workspace, 500) as requests:
        await workspace.say("U0ALICE", GENERAL, "hi")
        await workspace.settled()
    bodies = {await request.body() for request in requests}

    assert [(None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")] == [
        (request.headers.get("x-slack-retry-num"), request.headers.get("x-slack-retry-reason"))
        for request in requests
    ]
    assert 1 == len(bodies)


async def test_app_can_decline_retries(workspace: Workspace) -> None:
    """The header x-slack-no-retry ends the retries."""
    async with serve_statuses(workspace, 500, x_slack_no_retry="1") as requests:
        await workspace.say("U0ALICE", GENERAL, "hi")
        await workspace.settled()

    assert 1 == len(requests)


async def test_retries_end_after_success(workspace: Workspace) -> None:
    """An event is not delivered again after the app has accepted it."""
    async with serve_statuses(workspace, 500, 200):
        await workspace.say("U0ALICE", GENERAL, "hi")
        await workspace.settled()

    assert [500, 200] == [delivery.status for delivery in workspace.deliveries]


async def test_refused_connections_are_retried(workspace: Workspace) -> None:
    """A refused connection is retried like an error status."""
    async with serve_app(Starlette()) as closed_url:
        pass
    workspace.request_url = closed_url
    await workspace.say("U0ALICE", GENERAL, "hi")
    await workspace.settled()

    assert [("connection_failed", None)] * 4 == [
        (delivery.failure, delivery.status) for delivery in workspace.deliveries
    ]


async def test_delivery_can_be_repeated(workspace: Workspace) -> None:
    """redeliver() sends the same body with a new signature, like a duplicate from Slack."""
    async with serve_statuses(workspace, 200) as requests:
        await workspace.say("U0ALICE", GENERAL, "hi")
        await workspace.redeliver()

    assert await requests[0].body() == await requests[1].body()
    assert [None, "1"] == [request.headers.get("x-slack-retry-num") for request in requests]


async def test_message_changes_send_events(workspace: Workspace) -> None:
    """Edits, deletions, reactions and pins send events that refer to the message."""
    async with serve_statuses(workspace, 200):
        ts = await workspace.say("U0ALICE", GENERAL, "frist")
        await workspace.edit("U0ALICE", GENERAL, ts, "first")
        await workspace.react("U0BOB", GENERAL, ts, "eyes")
        await workspace.unreact("U0BOB", GENERAL, ts, "eyes")
        await workspace.pin("U0BOB", GENERAL, ts)
        await workspace.unpin("U0BOB", GENERAL, ts)
        await workspace.delete("U0ALICE", GENERAL, ts)
    published = get_events(workspace)

    assert [
        "message",
        "message.message_changed",
        "reaction_added",
        "reaction_removed",
        "pin_added",
        "pin_removed",
        "message.message_deleted",
    ] == get_event_types(workspace)
    assert ("first", "frist") == (published[1]["message"]["text"], published[1]["previous_message"]["text"])
    assert {"type": "message", "channel": GENERAL, "ts": ts} == published[2]["item"]
    assert ts == published[6]["deleted_ts"]


async def test_bot_receives_its_own_messages(workspace: Workspace, client: AsyncWebClient) -> None:
    """The bot's own posts and updates are events with its bot id."""
    async with serve_statuses(workspace, 200):
        ts = (await client.chat_postMessage(channel=GENERAL, text="card"))["ts"]
        await client.chat_update(channel=GENERAL, ts=ts, text="newer card")
        await workspace.settled()
    published = get_events(workspace)

    assert ["message", "message.message_changed"] == get_event_types(workspace)
    assert ("B0FIRSTCHECK", "B0FIRSTCHECK") == (published[0]["bot_id"], published[1]["message"]["bot_id"])


async def test_bolt_ignores_the_bots_own_messages(
    workspace: Workspace, app: AsyncApp, client: AsyncWebClient
) -> None:
    """Bolt's IgnoringSelfEvents recognizes our bot, so that it does not answer itself."""
    texts: list[str] = []

    @app.event("message")
    async def on_message(event: dict[str, Any]) -> None:
        texts.append(event["text"])

    await client.chat_postMessage(channel=GENERAL, text="card")
    await workspace.settled()

    assert ([], [200]) == (texts, [delivery.status for delivery in workspace.deliveries])


async def test_channel_changes_send_events(workspace: Workspace, client: AsyncWebClient) -> None:
    """Creating, joining, describing, renaming and archiving send events and system messages."""
    async with serve_statuses(workspace, 200):
        channel = (await client.conversations_create(name="inc-1"))["channel"]["id"]
        await client.conversations_invite(channel=channel, users=["U0ALICE"])
        await client.conversations_setTopic(channel=channel, topic="SEV1")
        await workspace.rename("U0ALICE", channel, "inc-1-database")
        await workspace.archive("U0ALICE", channel)
        await workspace.settled()

    assert [
        "channel_archive",
        "channel_created",
        "channel_rename",
        "member_joined_channel",
        "member_joined_channel",
        "message.channel_archive",
        "message.channel_join",
        "message.channel_join",
        "message.channel_name",
        "message.channel_topic",
    ] == sorted(get_event_types(workspace))


async def test_removed_bot_receives_no_more_events(workspace: Workspace) -> None:
    """A removed bot receives channel_left and no events of that channel after it."""
    async with serve_statuses(workspace, 200):
        await workspace.remove("U0ALICE", GENERAL, "U0FIRSTCHECK")
        await workspace.say("U0ALICE", GENERAL, "alone at last")

    assert ["message.channel_leave", "channel_left"] == get_event_types(workspace)


async def test_only_subscribed_events_are_sent() -> None:
    """An app receives only the events it subscribed to."""
    workspace = Workspace(events=frozenset({"reaction_added"}))
    async with serve_app(workspace.asgi), serve_statuses(workspace, 200):
        ts = await workspace.say("U0ALICE", GENERAL, "hi")
        await workspace.react("U0ALICE", GENERAL, ts, "eyes")

    assert ["reaction_added"] == get_event_types(workspace)


async def test_mention_sends_app_mention(workspace: Workspace) -> None:
    """A mention of the bot sends both message and app_mention."""
    async with serve_statuses(workspace, 200):
        await workspace.say("U0ALICE", GENERAL, "@firstcheck help")

    assert ["app_mention", "message"] == sorted(get_event_types(workspace))


@pytest.mark.usefixtures("app")
async def test_bolt_answers_the_url_verification(workspace: Workspace) -> None:
    """Bolt returns the challenge that Slack sends when a request URL is saved."""
    assert await workspace.dispatcher.verify_url()
