"""Messages the bot posts and reads back: texts, threads, metadata, pins and reactions."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import Workspace

GetErrorCode = Callable[[Awaitable[Any]], Awaitable[str]]
GENERAL = "C0GENERAL"


async def test_history_respects_its_bounds(client: AsyncWebClient) -> None:
    """History is sorted newest first; `oldest` and `latest` are exclusive unless `inclusive` is set."""
    first, second, third = [
        (await client.chat_postMessage(channel=GENERAL, text=text))["ts"] for text in ("one", "two", "three")
    ]
    between = await client.conversations_history(channel=GENERAL, oldest=first, latest=third)
    inclusive = await client.conversations_history(
        channel=GENERAL, oldest=first, latest=third, inclusive=True
    )

    assert [second] == [message["ts"] for message in between["messages"]]
    assert ["three", "two", "one"] == [message["text"] for message in inclusive["messages"]]


async def test_history_is_paginated(client: AsyncWebClient) -> None:
    """Every message is returned exactly once, even with small pages."""
    for number in range(5):
        await client.chat_postMessage(channel=GENERAL, text=str(number))
    pages = [
        [message["text"] for message in page["messages"]]
        async for page in await client.conversations_history(channel=GENERAL, limit=2)
    ]

    assert [["4", "3"], ["2", "1"], ["0"]] == pages


async def test_metadata_is_returned_on_request(client: AsyncWebClient) -> None:
    """History contains metadata only if include_all_metadata is set."""
    metadata = {"event_type": "effect", "event_payload": {"key": "INC-1:card"}}
    await client.chat_postMessage(channel=GENERAL, text="card", metadata=metadata)
    plain = (await client.conversations_history(channel=GENERAL))["messages"][0]
    full = (await client.conversations_history(channel=GENERAL, include_all_metadata=True))["messages"][0]

    assert (None, metadata) == (plain.get("metadata"), full["metadata"])


async def test_invalid_metadata_is_rejected(client: AsyncWebClient, get_error_code: GetErrorCode) -> None:
    """Metadata needs an event type and a payload, and its size is limited."""
    without_payload = client.chat_postMessage(channel=GENERAL, text="x", metadata={"event_type": "effect"})
    payload = {"event_type": "effect", "event_payload": {"key": "x" * 9000}}
    too_large = client.chat_postMessage(channel=GENERAL, text="x", metadata=payload)

    assert ["invalid_metadata_format", "metadata_too_large"] == [
        await get_error_code(without_payload),
        await get_error_code(too_large),
    ]


async def test_thread_contains_parent_and_replies(client: AsyncWebClient) -> None:
    """Replies are part of the thread; the history contains them only if they are broadcast."""
    root = (await client.chat_postMessage(channel=GENERAL, text="root"))["ts"]
    await client.chat_postMessage(channel=GENERAL, text="reply", thread_ts=root)
    await client.chat_postMessage(channel=GENERAL, text="for all", thread_ts=root, reply_broadcast=True)
    thread = await client.conversations_replies(channel=GENERAL, ts=root)
    history = await client.conversations_history(channel=GENERAL)

    assert ["root", "reply", "for all"] == [message["text"] for message in thread["messages"]]
    assert ["for all", "root"] == [message["text"] for message in history["messages"]]
    assert 2 == history["messages"][1]["reply_count"]


async def test_replies_need_an_existing_parent(client: AsyncWebClient, get_error_code: GetErrorCode) -> None:
    """Replying to a message that does not exist fails."""
    orphan = client.chat_postMessage(channel=GENERAL, text="reply", thread_ts="1.000001")

    assert "cannot_reply_to_message" == await get_error_code(orphan)
    assert "thread_not_found" == await get_error_code(
        client.conversations_replies(channel=GENERAL, ts="1.000001")
    )


async def test_long_texts_are_truncated_or_rejected(
    client: AsyncWebClient, get_error_code: GetErrorCode
) -> None:
    """A post is truncated at 40,000 characters, an update above 4,000 is rejected."""
    posted = await client.chat_postMessage(channel=GENERAL, text="x" * 40_001)
    too_long = client.chat_update(channel=GENERAL, ts=posted["ts"], text="x" * 4_001)

    assert 40_000 == len(posted["message"]["text"])
    assert "msg_too_long" == await get_error_code(too_long)


async def test_update_with_text_only_removes_blocks(workspace: Workspace, client: AsyncWebClient) -> None:
    """An update that sets a text without blocks removes the old blocks."""
    ts = (await client.chat_postMessage(channel=GENERAL, text="card", blocks=[{"type": "divider"}]))["ts"]
    await client.chat_update(channel=GENERAL, ts=ts, text="no card")
    message = workspace.messages(GENERAL)[-1]

    assert ("no card", []) == (message.text, message.blocks)


async def test_bot_changes_only_its_own_messages(
    workspace: Workspace, client: AsyncWebClient, get_error_code: GetErrorCode
) -> None:
    """The bot cannot update or delete other people's messages, nor update a deleted one."""
    user_ts = await workspace.say("U0ALICE", GENERAL, "mine")
    bot_ts = (await client.chat_postMessage(channel=GENERAL, text="x"))["ts"]
    await client.chat_delete(channel=GENERAL, ts=bot_ts)

    assert ["cant_update_message", "cant_delete_message", "message_not_found"] == [
        await get_error_code(client.chat_update(channel=GENERAL, ts=user_ts, text="no")),
        await get_error_code(client.chat_delete(channel=GENERAL, ts=user_ts)),
        await get_error_code(client.chat_update(channel=GENERAL, ts=bot_ts, text="no")),
    ]


async def test_incomplete_posts_are_rejected(client: AsyncWebClient, get_error_code: GetErrorCode) -> None:
    """A post needs an existing channel and a text, blocks or attachments."""
    assert ["no_text", "channel_not_found", "invalid_arguments", "markdown_text_conflict"] == [
        await get_error_code(client.api_call("chat.postMessage", json={"channel": GENERAL, "text": ""})),
        await get_error_code(client.chat_postMessage(channel="C0NOWHERE", text="hi")),
        await get_error_code(client.api_call("chat.postMessage", json={"text": "hi"})),
        await get_error_code(
            client.api_call("chat.postMessage", json={"channel": GENERAL, "text": "a", "markdown_text": "b"})
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
    workspace: Workspace, client: AsyncWebClient, get_error_code: GetErrorCode
) -> None:
    """An ephemeral message reaches one member of the channel and is not part of the history."""
    channel = (await client.conversations_create(name="inc-1"))["channel"]["id"]
    await client.chat_postEphemeral(channel=GENERAL, user="U0BOB", text="only you")
    to_outsider = client.chat_postEphemeral(channel=channel, user="U0BOB", text="x")

    assert [("U0BOB", "only you")] == [(ephemeral.user, ephemeral.text) for ephemeral in workspace.ephemerals]
    assert [] == (await client.conversations_history(channel=GENERAL))["messages"]
    assert "user_not_in_channel" == await get_error_code(to_outsider)


async def test_pins_are_added_listed_and_removed(
    client: AsyncWebClient, get_error_code: GetErrorCode
) -> None:
    """Pinning or unpinning a message twice fails, as do invalid timestamps."""
    ts = (await client.chat_postMessage(channel=GENERAL, text="card"))["ts"]
    await client.pins_add(channel=GENERAL, timestamp=ts)
    listed = await client.pins_list(channel=GENERAL)
    pinned_again = await get_error_code(client.pins_add(channel=GENERAL, timestamp=ts))
    await client.pins_remove(channel=GENERAL, timestamp=ts)

    assert [ts] == [item["message"]["ts"] for item in listed["items"]]
    assert ["already_pinned", "no_pin", "bad_timestamp", "no_item_specified", "message_not_found"] == [
        pinned_again,
        await get_error_code(client.pins_remove(channel=GENERAL, timestamp=ts)),
        await get_error_code(client.pins_add(channel=GENERAL, timestamp="yesterday")),
        await get_error_code(client.pins_add(channel=GENERAL)),
        await get_error_code(client.pins_add(channel=GENERAL, timestamp="1.000001")),
    ]


async def test_reactions_are_added_and_removed(client: AsyncWebClient, get_error_code: GetErrorCode) -> None:
    """The bot can add each emoji to a message once."""
    ts = (await client.chat_postMessage(channel=GENERAL, text="card"))["ts"]
    await client.reactions_add(channel=GENERAL, timestamp=ts, name="eyes")
    reactions = (await client.reactions_get(channel=GENERAL, timestamp=ts))["message"]["reactions"]
    added_again = await get_error_code(client.reactions_add(channel=GENERAL, timestamp=ts, name="eyes"))
    await client.reactions_remove(channel=GENERAL, timestamp=ts, name="eyes")

    assert [{"name": "eyes", "users": ["U0FIRSTCHECK"], "count": 1}] == reactions
    assert ["already_reacted", "no_reaction", "invalid_name"] == [
        added_again,
        await get_error_code(client.reactions_remove(channel=GENERAL, timestamp=ts, name="eyes")),
        await get_error_code(client.reactions_add(channel=GENERAL, timestamp=ts, name="no such")),
    ]


async def test_bookmarks_are_added_and_listed(client: AsyncWebClient, get_error_code: GetErrorCode) -> None:
    """A bookmark needs a valid link."""
    added = await client.bookmarks_add(
        channel_id=GENERAL, title="Runbook", type="link", link="https://x.example"
    )
    listed = await client.bookmarks_list(channel_id=GENERAL)
    broken = client.bookmarks_add(channel_id=GENERAL, title="Runbook", type="link", link="x")

    assert [added["bookmark"]] == listed["bookmarks"]
    assert "invalid_link" == await get_error_code(broken)


async def test_permalink_opens_the_local_page(workspace: Workspace, client: AsyncWebClient) -> None:
    """The permalink of a message opens the local page at that message."""
    ts = (await client.chat_postMessage(channel=GENERAL, text="card"))["ts"]
    link = (await client.chat_getPermalink(channel=GENERAL, message_ts=ts))["permalink"]

    assert f"{workspace.url}/#{GENERAL}/{ts}" == link


async def test_timestamps_increase_with_a_stopped_clock() -> None:
    """Messages posted at the same moment get increasing timestamps."""
    workspace = Workspace(clock=lambda: 1_760_000_000.0)
    timestamps = [await workspace.say("U0ALICE", GENERAL, "tick") for _ in range(3)]

    assert ["1760000000.000000", "1760000000.000001", "1760000000.000002"] == timestamps


@pytest.mark.parametrize("token", ["", "xoxb-other", "xapp-local"])
async def test_wrong_tokens_are_rejected(
    workspace: Workspace, get_error_code: GetErrorCode, token: str
) -> None:
    """A missing token, an unknown token and the app token each have their own error code."""
    other_client = AsyncWebClient(token=token, base_url=f"{workspace.url}/api/")
    expected = {"": "not_authed", "xoxb-other": "invalid_auth", "xapp-local": "not_allowed_token_type"}

    assert expected[token] == await get_error_code(other_client.auth_test())


async def test_people_can_be_looked_up(client: AsyncWebClient, get_error_code: GetErrorCode) -> None:
    """People are found by id, email and user group. Unknown ones and unknown methods fail."""
    found = (await client.users_lookupByEmail(email="bob@example.com"))["user"]
    info = (await client.users_info(user=found["id"]))["user"]
    group = (await client.usergroups_list())["usergroups"][0]
    on_call = (await client.usergroups_users_list(usergroup=group["id"]))["users"]

    assert ("U0BOB", "America/New_York") == (info["id"], info["tz"])
    assert ["U0ALICE", "U0BOB"] == on_call
    assert ["user_not_found", "users_not_found", "unknown_method"] == [
        await get_error_code(client.users_info(user="U0NOBODY")),
        await get_error_code(client.users_lookupByEmail(email="nobody@example.com")),
        await get_error_code(client.api_call("conversations.explode")),
    ]
