"""The Events API: what the app hears, signed, again when it did not listen, and never what it may not see."""

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

HERE = "C0GENERAL"


@asynccontextmanager
async def answering(workspace: Workspace, *statuses: int, **headers: str) -> AsyncIterator[list[Request]]:
    """An app that answers with these statuses in turn (the last for ever) and keeps the requests."""
    taken: list[Request] = []

    async def endpoint(request: Request) -> Response:
        await request.body()
        taken.append(request)
        shown = {name.replace("_", "-"): value for name, value in headers.items()}
        return Response(status_code=statuses[min(len(taken), len(statuses)) - 1], headers=shown)

    async with serve_app(Starlette(routes=[Route("/", endpoint, methods=["POST"])])) as url:
        workspace.request_url = url
        yield taken


def events(workspace: Workspace) -> list[dict[str, Any]]:
    """Return the events delivered so far, retries left out."""
    return [one.payload["event"] for one in workspace.deliveries if one.retry_num == 0]


def kinds(workspace: Workspace) -> list[str]:
    """Return the type (and subtype) of the events delivered so far."""
    return [".".join(filter(None, (event["type"], event.get("subtype")))) for event in events(workspace)]


async def test_what_a_person_says_reaches_bolt(workspace: Workspace, app: AsyncApp) -> None:
    """Escaped as Slack escapes, with mentions, channels and links as tokens."""
    heard: list[dict[str, Any]] = []

    @app.event("message")
    async def on_message(event: dict[str, Any]) -> None:
        heard.append(event)

    ts = await workspace.say("U0ALICE", HERE, "5 < 6 & @bob, #incidents: https://x.example/a?b=1&c=2.")

    assert [
        (
            "U0ALICE",
            ts,
            "5 &lt; 6 &amp; <@U0BOB>, <#C0INCIDENTS|incidents>: <https://x.example/a?b=1&amp;c=2>.",
        )
    ] == [(event["user"], event["ts"], event["text"]) for event in heard]


async def test_every_event_is_signed_and_has_its_envelope(workspace: Workspace) -> None:
    """Slack's own verifier accepts it, and the envelope carries what apps look for."""
    async with answering(workspace, 200) as taken:
        await workspace.say("U0ALICE", HERE, "hi")
    envelope = await taken[0].json()

    assert SignatureVerifier("local-signing-secret").is_valid_request(
        await taken[0].body(), dict(taken[0].headers)
    )
    assert ("event_callback", "T0LOCAL", "A0FIRSTCHECK", "U0FIRSTCHECK") == (
        envelope["type"],
        envelope["team_id"],
        envelope["api_app_id"],
        envelope["authorizations"][0]["user_id"],
    )


async def test_what_fails_is_sent_again_three_times(workspace: Workspace) -> None:
    """The retries are numbered, say why, and carry the same event id."""
    async with answering(workspace, 500) as taken:
        await workspace.say("U0ALICE", HERE, "hi")
        await workspace.settled()
    bodies = {await request.body() for request in taken}

    assert [(None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")] == [
        (request.headers.get("x-slack-retry-num"), request.headers.get("x-slack-retry-reason"))
        for request in taken
    ]
    assert 1 == len(bodies)


async def test_an_app_may_refuse_retries(workspace: Workspace) -> None:
    """x-slack-no-retry ends it."""
    async with answering(workspace, 500, x_slack_no_retry="1") as taken:
        await workspace.say("U0ALICE", HERE, "hi")
        await workspace.settled()

    assert 1 == len(taken)


async def test_retries_end_with_success(workspace: Workspace) -> None:
    """Once the app has taken an event, it is not told again."""
    async with answering(workspace, 500, 200):
        await workspace.say("U0ALICE", HERE, "hi")
        await workspace.settled()

    assert [500, 200] == [delivery.status for delivery in workspace.deliveries]


async def test_an_app_that_is_not_there_hears_of_it_when_it_is_back(workspace: Workspace) -> None:
    """A refused connection is retried like a bad answer."""
    async with serve_app(Starlette()) as gone:
        pass
    workspace.request_url = gone
    await workspace.say("U0ALICE", HERE, "hi")
    await workspace.settled()

    assert [("connection_failed", None)] * 4 == [(one.failure, one.status) for one in workspace.deliveries]


async def test_a_delivery_can_be_repeated_byte_for_byte(workspace: Workspace) -> None:
    """As a duplicate that Slack sends although all was well; the signature is fresh."""
    async with answering(workspace, 200) as taken:
        await workspace.say("U0ALICE", HERE, "hi")
        await workspace.redeliver()

    assert await taken[0].body() == await taken[1].body()
    assert [None, "1"] == [request.headers.get("x-slack-retry-num") for request in taken]


async def test_what_happens_to_messages_is_told(workspace: Workspace) -> None:
    """Edits, deletions, reactions and pins, each with what it is about."""
    async with answering(workspace, 200):
        ts = await workspace.say("U0ALICE", HERE, "frist")
        await workspace.edit("U0ALICE", HERE, ts, "first")
        await workspace.react("U0BOB", HERE, ts, "eyes")
        await workspace.unreact("U0BOB", HERE, ts, "eyes")
        await workspace.pin("U0BOB", HERE, ts)
        await workspace.unpin("U0BOB", HERE, ts)
        await workspace.delete("U0ALICE", HERE, ts)
    told = events(workspace)

    assert [
        "message",
        "message.message_changed",
        "reaction_added",
        "reaction_removed",
        "pin_added",
        "pin_removed",
        "message.message_deleted",
    ] == kinds(workspace)
    assert ("first", "frist") == (told[1]["message"]["text"], told[1]["previous_message"]["text"])
    assert {"type": "message", "channel": HERE, "ts": ts} == told[2]["item"]
    assert ts == told[6]["deleted_ts"]


async def test_the_bot_hears_itself(workspace: Workspace, client: AsyncWebClient) -> None:
    """Own posts and updates are events too, marked with the bot's id."""
    async with answering(workspace, 200):
        ts = (await client.chat_postMessage(channel=HERE, text="card"))["ts"]
        await client.chat_update(channel=HERE, ts=ts, text="newer card")
        await workspace.settled()
    told = events(workspace)

    assert ["message", "message.message_changed"] == kinds(workspace)
    assert ("B0FIRSTCHECK", "B0FIRSTCHECK") == (told[0]["bot_id"], told[1]["message"]["bot_id"])


async def test_bolt_drops_what_the_bot_says_itself(
    workspace: Workspace, app: AsyncApp, client: AsyncWebClient
) -> None:
    """IgnoringSelfEvents recognises our bot, so that it does not answer itself for ever."""
    heard: list[str] = []

    @app.event("message")
    async def on_message(event: dict[str, Any]) -> None:
        heard.append(event["text"])

    await client.chat_postMessage(channel=HERE, text="card")
    await workspace.settled()

    assert ([], [200]) == (heard, [one.status for one in workspace.deliveries])


async def test_what_happens_to_a_channel_is_told(workspace: Workspace, client: AsyncWebClient) -> None:
    """Creation, joining, topic, name and archiving, with the noise Slack writes into the channel."""
    async with answering(workspace, 200):
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
    ] == sorted(kinds(workspace))


async def test_a_channel_the_bot_is_not_in_is_silent(workspace: Workspace) -> None:
    """Taken out of a channel it hears that, and nothing after it."""
    async with answering(workspace, 200):
        await workspace.remove("U0ALICE", HERE, "U0FIRSTCHECK")
        await workspace.say("U0ALICE", HERE, "alone at last")

    assert ["message.channel_leave", "channel_left"] == kinds(workspace)


async def test_only_subscribed_events_come() -> None:
    """An app that forgot to subscribe in its manifest hears nothing."""
    workspace = Workspace(events=frozenset({"reaction_added"}))
    async with serve_app(workspace.asgi), answering(workspace, 200):
        ts = await workspace.say("U0ALICE", HERE, "hi")
        await workspace.react("U0ALICE", HERE, ts, "eyes")

    assert ["reaction_added"] == kinds(workspace)


async def test_a_mention_is_an_event_of_its_own(workspace: Workspace) -> None:
    """@firstcheck in a channel comes as message and as app_mention."""
    async with answering(workspace, 200):
        await workspace.say("U0ALICE", HERE, "@firstcheck help")

    assert ["app_mention", "message"] == sorted(kinds(workspace))


@pytest.mark.usefixtures("app")
async def test_the_request_url_proves_itself(workspace: Workspace) -> None:
    """Bolt returns the challenge, as it must before Slack saves the URL."""
    assert await workspace.courier.verify_url()
