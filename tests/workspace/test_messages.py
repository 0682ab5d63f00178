"""What the bot writes and reads back: texts, threads, metadata, pins, reactions."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import Workspace

Refusal = Callable[[Awaitable[Any]], Awaitable[str]]
HERE = "C0GENERAL"


async def test_history_is_newest_first_and_bounded(client: AsyncWebClient) -> None:
    """Both oldest and latest are exclusive unless inclusive is asked for."""
    first, second, third = [
        (await client.chat_postMessage(channel=HERE, text=text))["ts"] for text in ("one", "two", "three")
    ]
    between = await client.conversations_history(channel=HERE, oldest=first, latest=third)
    inclusive = await client.conversations_history(channel=HERE, oldest=first, latest=third, inclusive=True)

    assert [second] == [message["ts"] for message in between["messages"]]
    assert ["three", "two", "one"] == [message["text"] for message in inclusive["messages"]]


async def test_history_comes_in_pages(client: AsyncWebClient) -> None:
    """Every message comes once, however small the page."""
    for number in range(5):
        await client.chat_postMessage(channel=HERE, text=str(number))
    pages = [
        [message["text"] for message in page["messages"]]
        async for page in await client.conversations_history(channel=HERE, limit=2)
    ]

    assert [["4", "3"], ["2", "1"], ["0"]] == pages


async def test_metadata_is_shown_only_when_asked_for(client: AsyncWebClient) -> None:
    """include_all_metadata decides."""
    metadata = {"event_type": "effect", "event_payload": {"key": "INC-1:card"}}
    await client.chat_postMessage(channel=HERE, text="card", metadata=metadata)
    plain = (await client.conversations_history(channel=HERE))["messages"][0]
    full = (await client.conversations_history(channel=HERE, include_all_metadata=True))["messages"][0]

    assert (None, metadata) == (plain.get("metadata"), full["metadata"])


async def test_bad_metadata_is_refused(client: AsyncWebClient, refusal: Refusal) -> None:
    """It needs a type and a payload, and it has an end."""
    shapeless = client.chat_postMessage(channel=HERE, text="x", metadata={"event_type": "effect"})
    payload = {"event_type": "effect", "event_payload": {"key": "x" * 9000}}
    huge = client.chat_postMessage(channel=HERE, text="x", metadata=payload)

    assert ["invalid_metadata_format", "metadata_too_large"] == [
        await refusal(shapeless),
        await refusal(huge),
    ]


async def test_a_thread_is_its_root_and_its_replies(client: AsyncWebClient) -> None:
    """Replies stay out of the history, unless they are broadcast."""
    root = (await client.chat_postMessage(channel=HERE, text="root"))["ts"]
    await client.chat_postMessage(channel=HERE, text="reply", thread_ts=root)
    await client.chat_postMessage(channel=HERE, text="for all", thread_ts=root, reply_broadcast=True)
    thread = await client.conversations_replies(channel=HERE, ts=root)
    history = await client.conversations_history(channel=HERE)

    assert ["root", "reply", "for all"] == [message["text"] for message in thread["messages"]]
    assert ["for all", "root"] == [message["text"] for message in history["messages"]]
    assert 2 == history["messages"][1]["reply_count"]


async def test_threads_need_a_root(client: AsyncWebClient, refusal: Refusal) -> None:
    """Nobody replies to a message that never was."""
    lost = client.chat_postMessage(channel=HERE, text="reply", thread_ts="1.000001")

    assert "cannot_reply_to_message" == await refusal(lost)
    assert "thread_not_found" == await refusal(client.conversations_replies(channel=HERE, ts="1.000001"))


async def test_long_texts(client: AsyncWebClient, refusal: Refusal) -> None:
    """A post is cut at 40,000 characters, an update refused above 4,000."""
    posted = await client.chat_postMessage(channel=HERE, text="x" * 40_001)
    too_long = client.chat_update(channel=HERE, ts=posted["ts"], text="x" * 4_001)

    assert 40_000 == len(posted["message"]["text"])
    assert "msg_too_long" == await refusal(too_long)


async def test_an_update_without_blocks_drops_them_for_its_text(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """Slack keeps former blocks only when no text is given either."""
    ts = (await client.chat_postMessage(channel=HERE, text="card", blocks=[{"type": "divider"}]))["ts"]
    await client.chat_update(channel=HERE, ts=ts, text="no card")
    message = workspace.messages(HERE)[-1]

    assert ("no card", []) == (message.text, message.blocks)


async def test_the_bot_changes_only_its_own_messages(
    workspace: Workspace, client: AsyncWebClient, refusal: Refusal
) -> None:
    """Other people's words are theirs, and what is gone is gone."""
    theirs = await workspace.say("U0ALICE", HERE, "mine")
    own = (await client.chat_postMessage(channel=HERE, text="x"))["ts"]
    await client.chat_delete(channel=HERE, ts=own)

    assert ["cant_update_message", "cant_delete_message", "message_not_found"] == [
        await refusal(client.chat_update(channel=HERE, ts=theirs, text="no")),
        await refusal(client.chat_delete(channel=HERE, ts=theirs)),
        await refusal(client.chat_update(channel=HERE, ts=own, text="no")),
    ]


async def test_nothing_to_say_is_refused(client: AsyncWebClient, refusal: Refusal) -> None:
    """A message has a text, blocks or attachments, and a channel that exists."""
    assert ["no_text", "channel_not_found", "invalid_arguments", "markdown_text_conflict"] == [
        await refusal(client.api_call("chat.postMessage", json={"channel": HERE, "text": ""})),
        await refusal(client.chat_postMessage(channel="C0NOWHERE", text="hi")),
        await refusal(client.api_call("chat.postMessage", json={"text": "hi"})),
        await refusal(
            client.api_call("chat.postMessage", json={"channel": HERE, "text": "a", "markdown_text": "b"})
        ),
    ]


async def test_a_user_id_means_direct_messages(workspace: Workspace, client: AsyncWebClient) -> None:
    """Posting to a person opens the same channel as conversations.open."""
    posted = await client.chat_postMessage(channel="U0ALICE", text="psst")
    opened = await client.conversations_open(users=["U0ALICE"])

    assert posted["channel"] == opened["channel"]["id"]
    assert ["psst"] == [message.text for message in workspace.messages(posted["channel"])]


async def test_ephemeral_messages_are_seen_by_one(
    workspace: Workspace, client: AsyncWebClient, refusal: Refusal
) -> None:
    """They are in nobody's history, and only members can be told."""
    channel = (await client.conversations_create(name="inc-1"))["channel"]["id"]
    await client.chat_postEphemeral(channel=HERE, user="U0BOB", text="only you")
    outsider = client.chat_postEphemeral(channel=channel, user="U0BOB", text="x")

    assert [("U0BOB", "only you")] == [(one.user, one.text) for one in workspace.ephemerals]
    assert [] == (await client.conversations_history(channel=HERE))["messages"]
    assert "user_not_in_channel" == await refusal(outsider)


async def test_pins(client: AsyncWebClient, refusal: Refusal) -> None:
    """Pinning twice and unpinning twice are errors of their own."""
    ts = (await client.chat_postMessage(channel=HERE, text="card"))["ts"]
    await client.pins_add(channel=HERE, timestamp=ts)
    listed = await client.pins_list(channel=HERE)
    twice = await refusal(client.pins_add(channel=HERE, timestamp=ts))
    await client.pins_remove(channel=HERE, timestamp=ts)

    assert [ts] == [item["message"]["ts"] for item in listed["items"]]
    assert ["already_pinned", "no_pin", "bad_timestamp", "no_item_specified", "message_not_found"] == [
        twice,
        await refusal(client.pins_remove(channel=HERE, timestamp=ts)),
        await refusal(client.pins_add(channel=HERE, timestamp="yesterday")),
        await refusal(client.pins_add(channel=HERE)),
        await refusal(client.pins_add(channel=HERE, timestamp="1.000001")),
    ]


async def test_reactions(client: AsyncWebClient, refusal: Refusal) -> None:
    """One of each emoji per person."""
    ts = (await client.chat_postMessage(channel=HERE, text="card"))["ts"]
    await client.reactions_add(channel=HERE, timestamp=ts, name="eyes")
    read = (await client.reactions_get(channel=HERE, timestamp=ts))["message"]["reactions"]
    twice = await refusal(client.reactions_add(channel=HERE, timestamp=ts, name="eyes"))
    await client.reactions_remove(channel=HERE, timestamp=ts, name="eyes")

    assert [{"name": "eyes", "users": ["U0FIRSTCHECK"], "count": 1}] == read
    assert ["already_reacted", "no_reaction", "invalid_name"] == [
        twice,
        await refusal(client.reactions_remove(channel=HERE, timestamp=ts, name="eyes")),
        await refusal(client.reactions_add(channel=HERE, timestamp=ts, name="no such")),
    ]


async def test_bookmarks(client: AsyncWebClient, refusal: Refusal) -> None:
    """Links with a title, and nothing that is no link."""
    added = await client.bookmarks_add(
        channel_id=HERE, title="Runbook", type="link", link="https://x.example"
    )
    listed = await client.bookmarks_list(channel_id=HERE)
    broken = client.bookmarks_add(channel_id=HERE, title="Runbook", type="link", link="x")

    assert [added["bookmark"]] == listed["bookmarks"]
    assert "invalid_link" == await refusal(broken)


async def test_permalinks_open_the_local_page(workspace: Workspace, client: AsyncWebClient) -> None:
    """The link leads to the message on this machine."""
    ts = (await client.chat_postMessage(channel=HERE, text="card"))["ts"]
    link = (await client.chat_getPermalink(channel=HERE, message_ts=ts))["permalink"]

    assert f"{workspace.url}/#{HERE}/{ts}" == link


async def test_timestamps_rise_even_when_the_clock_stands_still() -> None:
    """Order never depends on the clock's resolution."""
    workspace = Workspace(clock=lambda: 1_760_000_000.0)
    stamps = [await workspace.say("U0ALICE", HERE, "tick") for _ in range(3)]

    assert ["1760000000.000000", "1760000000.000001", "1760000000.000002"] == stamps


@pytest.mark.parametrize("token", ["", "xoxb-other", "xapp-local"])
async def test_only_the_bot_gets_in(workspace: Workspace, refusal: Refusal, token: str) -> None:
    """No token, a wrong one and the app's own are told apart."""
    stranger = AsyncWebClient(token=token, base_url=f"{workspace.url}/api/")
    expected = {"": "not_authed", "xoxb-other": "invalid_auth", "xapp-local": "not_allowed_token_type"}

    assert expected[token] == await refusal(stranger.auth_test())


async def test_who_is_here(client: AsyncWebClient, refusal: Refusal) -> None:
    """People are found by id, e-mail and group, and nobody else is."""
    found = (await client.users_lookupByEmail(email="bob@example.com"))["user"]
    info = (await client.users_info(user=found["id"]))["user"]
    group = (await client.usergroups_list())["usergroups"][0]
    on_call = (await client.usergroups_users_list(usergroup=group["id"]))["users"]

    assert ("U0BOB", "America/New_York") == (info["id"], info["tz"])
    assert ["U0ALICE", "U0BOB"] == on_call
    assert ["user_not_found", "users_not_found", "unknown_method"] == [
        await refusal(client.users_info(user="U0NOBODY")),
        await refusal(client.users_lookupByEmail(email="nobody@example.com")),
        await refusal(client.api_call("conversations.explode")),
    ]
