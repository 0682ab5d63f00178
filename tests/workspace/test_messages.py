"""Messages the bot posts and reads back: texts, threads, metadata, pins and reactions."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import Workspace

Refusal = Callable[[Awaitable[Any]], Awaitable[str]]
HERE = "C0GENERAL"


async def test_history_respects_its_bounds(client: AsyncWebClient) -> None:
    """History is sorted newest first; `oldest` and `latest` are exclusive unless `inclusive` is set."""
    first, second, third = [
        (await client.chat_postMessage(channel=HERE, text=text))["ts"] for text in ("one", "two", "three")
    ]
    between = await client.conversations_history(channel=HERE, oldest=first, latest=third)
    inclusive = await client.conversations_history(channel=HERE, oldest=first, latest=third, inclusive=True)

    assert [second] == [message["ts"] for message in between["messages"]]
    assert ["three", "two", "one"] == [message["text"] for message in inclusive["messages"]]


async def test_history_is_paginated(client: AsyncWebClient) -> None:
    """Every message is returned exactly once, even with small pages."""
    for number in range(5):
        await client.chat_postMessage(channel=HERE, text=str(number))
    pages = [
        [message["text"] for message in page["messages"]]
        async for page in await client.conversations_history(channel=HERE, limit=2)
    ]

    assert [["4", "3"], ["2", "1"], ["0"]] == pages


async def test_metadata_is_returned_on_request(client: AsyncWebClient) -> None:
    """History contains metadata only if include_all_metadata is set."""
    metadata = {"event_type": "effect", "event_payload": {"key": "INC-1:card"}}
    await client.chat_postMessage(channel=HERE, text="card", metadata=metadata)
    plain = (await client.conversations_history(channel=HERE))["messages"][0]
    full = (await client.conversations_history(channel=HERE, include_all_metadata=True))["messages"][0]

    assert (None, metadata) == (plain.get("metadata"), full["metadata"])


async def test_invalid_metadata_is_rejected(client: AsyncWebClient, refusal: Refusal) -> None:
    """Metadata needs an event type and a payload, and its size is limited."""
    without_payload = client.chat_postMessage(channel=HERE, text="x", metadata={"event_type": "effect"})
    payload = {"event_type": "effect", "event_payload": {"key": "x" * 9000}}
    too_large = client.chat_postMessage(channel=HERE, text="x", metadata=payload)

    assert ["invalid_metadata_format", "metadata_too_large"] == [
        await refusal(without_payload),
        await refusal(too_large),
    ]


async def test_thread_contains_parent_and_replies(client: AsyncWebClient) -> None:
    """Replies are part of the thread; the history contains them only if they are broadcast."""
    root = (await client.chat_postMessage(channel=HERE, text="root"))["ts"]
    await client.chat_postMessage(channel=HERE, text="reply", thread_ts=root)
    await client.chat_postMessage(channel=HERE, text="for all", thread_ts=root, reply_broadcast=True)
    thread = await client.conversations_replies(channel=HERE, ts=root)
    history = await client.conversations_history(channel=HERE)

    assert ["root", "reply", "for all"] == [message["text"] for message in thread["messages"]]
    assert ["for all", "root"] == [message["text"] for message in history["messages"]]
    assert 2 == history["messages"][1]["reply_count"]


async def test_replies_need_an_existing_parent(client: AsyncWebClient, refusal: Refusal) -> None:
    """Replying to a message that does not exist fails."""
    orphan = client.chat_postMessage(channel=HERE, text="reply", thread_ts="1.000001")

    assert "cannot_reply_to_message" == await refusal(orphan)
    assert "thread_not_found" == await refusal(client.conversations_replies(channel=HERE, ts="1.000001"))


async def test_long_texts_are_truncated_or_rejected(client: AsyncWebClient, refusal: Refusal) -> None:
    """A post is truncated at 40,000 characters, an update above 4,000 is rejected."""
    posted = await client.chat_postMessage(channel=HERE, text="x" * 40_001)
    too_long = client.chat_update(channel=HERE, ts=posted["ts"], text="x" * 4_001)

    assert 40_000 == len(posted["message"]["text"])
    assert "msg_too_long" == await refusal(too_long)


async def test_update_with_text_only_removes_blocks(workspace: Workspace, client: AsyncWebClient) -> None:
    """An update that sets a text without blocks removes the old blocks."""
    ts = (await client.chat_postMessage(channel=HERE, text="card", blocks=[{"type": "divider"}]))["ts"]
    await client.chat_update(channel=HERE, ts=ts, text="no card")
    message = workspace.messages(HERE)[-1]

    assert ("no card", []) == (message.text, message.blocks)


async def test_bot_changes_only_its_own_messages(
    workspace: Workspace, client: AsyncWebClient, refusal: Refusal
) -> None:
    """The bot cannot update or delete other people's messages, nor update a deleted one."""
    user_ts = await workspace.say("U0ALICE", HERE, "mine")
    bot_ts = (await client.chat_postMessage(channel=HERE, text="x"))["ts"]
    await client.chat_delete(channel=HERE, ts=bot_ts)

    assert ["cant_update_message", "cant_delete_message", "message_not_found"] == [
        await refusal(client.chat_update(channel=HERE, ts=user_ts, text="no")),
        await refusal(client.chat_delete(channel=HERE, ts=user_ts)),
        await refusal(client.chat_update(channel=HERE, ts=bot_ts, text="no")),
    ]


async def test_incomplete_posts_are_rejected(client: AsyncWebClient, refusal: Refusal) -> None:
    """A post needs an existing channel and a text, blocks or attachments."""
    assert ["no_text", "channel_not_found", "invalid_arguments", "markdown_text_conflict"] == [
        await refusal(client.api_call("chat.postMessage", json={"channel": HERE, "text": ""})),
        await refusal(client.chat_postMessage(channel="C0NOWHERE", text="hi")),
        await refusal(client.api_call("chat.postMessage", json={"text": "hi"})),
        await refusal(
            client.api_call("chat.postMessage", json={"channel": HERE, "text": "a", "markdown_text": "b"})
        ),
    ]


async def test_posting_to_a_user_id_sends_a_direct_message(
    workspace: Workspace, client: AsyncWebClient
) -> None:
    """Posting to a user id uses the same channel as conversations.open."""
    posted = await client.chat_postMessage(channel="U0ALICE", text="psst")
    opened = await client.conversations_open(users=["U0ALICE"])

    assert posted["channel"] == opened["channel"]["id"]
    assert ["psst"] == [message.text for message in workspace.messages(posted["channel"])]


async def test_ephemeral_messages_are_not_in_the_history(
    workspace: Workspace, client: AsyncWebClient, refusal: Refusal
) -> None:
    """An ephemeral message reaches one member of the channel and is not part of the history."""
    channel = (await client.conversations_create(name="inc-1"))["channel"]["id"]
    await client.chat_postEphemeral(channel=HERE, user="U0BOB", text="only you")
    to_outsider = client.chat_postEphemeral(channel=channel, user="U0BOB", text="x")

    assert [("U0BOB", "only you")] == [(ephemeral.user, ephemeral.text) for ephemeral in workspace.ephemerals]
    assert [] == (await client.conversations_history(channel=HERE))["messages"]
    assert "user_not_in_channel" == await refusal(to_outsider)


async def test_pins_are_added_listed_and_removed(client: AsyncWebClient, refusal: Refusal) -> None:
    """Pinning or unpinning a message twice fails, as do invalid timestamps."""
    ts = (await client.chat_postMessage(channel=HERE, text="card"))["ts"]
    await client.pins_add(channel=HERE, timestamp=ts)
    listed = await client.pins_list(channel=HERE)
    pinned_again = await refusal(client.pins_add(channel=HERE, timestamp=ts))
    await client.pins_remove(channel=HERE, timestamp=ts)

    assert [ts] == [item["message"]["ts"] for item in listed["items"]]
    assert ["already_pinned", "no_pin", "bad_timestamp", "no_item_specified", "message_not_found"] == [
        pinned_again,
        await refusal(client.pins_remove(channel=HERE, timestamp=ts)),
        await refusal(client.pins_add(channel=HERE, timestamp="yesterday")),
        await refusal(client.pins_add(channel=HERE)),
        await refusal(client.pins_add(channel=HERE, timestamp="1.000001")),
    ]


async def test_reactions_are_added_and_removed(client: AsyncWebClient, refusal: Refusal) -> None:
    """The bot can add each emoji to a message once."""
    ts = (await client.chat_postMessage(channel=HERE, text="card"))["ts"]
    await client.reactions_add(channel=HERE, timestamp=ts, name="eyes")
    reactions = (await client.reactions_get(channel=HERE, timestamp=ts))["message"]["reactions"]
    added_again = await refusal(client.reactions_add(channel=HERE, timestamp=ts, name="eyes"))
    await client.reactions_remove(channel=HERE, timestamp=ts, name="eyes")

    assert [{"name": "eyes", "users": ["U0FIRSTCHECK"], "count": 1}] == reactions
    assert ["already_reacted", "no_reaction", "invalid_name"] == [
        added_again,
        await refusal(client.reactions_remove(channel=HERE, timestamp=ts, name="eyes")),
        await refusal(client.reactions_add(channel=HERE, timestamp=ts, name="no such")),
    ]


async def test_bookmarks_are_added_and_listed(client: AsyncWebClient, refusal: Refusal) -> None:
    """A bookmark needs a valid link."""
    added = await client.bookmarks_add(
        channel_id=HERE, title="Runbook", type="link", link="https://x.example"
    )
    listed = await client.bookmarks_list(channel_id=HERE)
    broken = client.bookmarks_add(channel_id=HERE, title="Runbook", type="link", link="x")

    assert [added["bookmark"]] == listed["bookmarks"]
    assert "invalid_link" == await refusal(broken)


async def test_permalink_opens_the_local_page(workspace: Workspace, client: AsyncWebClient) -> None:
    """The permalink of a message opens the local page at that message."""
    ts = (await client.chat_postMessage(channel=HERE, text="card"))["ts"]
    link = (await client.chat_getPermalink(channel=HERE, message_ts=ts))["permalink"]

    assert f"{workspace.url}/#{HERE}/{ts}" == link


async def test_timestamps_increase_with_a_stopped_clock() -> None:
    """Messages posted at the same moment get increasing timestamps."""
    workspace = Workspace(clock=lambda: 1_760_000_000.0)
    timestamps = [await workspace.say("U0ALICE", HERE, "tick") for _ in range(3)]

    assert ["1760000000.000000", "1760000000.000001", "1760000000.000002"] == timestamps


@pytest.mark.parametrize("token", ["", "xoxb-other", "xapp-local"])
async def test_wrong_tokens_are_rejected(workspace: Workspace, refusal: Refusal, token: str) -> None:
    """A missing token, an unknown token and the app token each have their own error code."""
    other_client = AsyncWebClient(token=token, base_url=f"{workspace.url}/api/")
    expected = {"": "not_authed", "xoxb-other": "invalid_auth", "xapp-local": "not_allowed_token_type"}

    assert expected[token] == await refusal(other_client.auth_test())


async def test_people_can_be_looked_up(client: AsyncWebClient, refusal: Refusal) -> None:
    """People are found by id, email and user group. Unknown ones and unknown methods fail."""
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
