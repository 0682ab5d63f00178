"""Channels: names, topics, invitations and archiving follow Slack's rules."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import Workspace

GetErrorCode = Callable[[Awaitable[Any]], Awaitable[str]]


async def test_created_channel_can_be_read_back(client: AsyncWebClient) -> None:
    """The bot reads back the name, topic and purpose it set, and it is creator and member."""
    created = (await client.conversations_create(name="inc-1-checkout"))["channel"]
    await client.conversations_setTopic(channel=created["id"], topic="SEV1 checkout")
    await client.conversations_setPurpose(channel=created["id"], purpose="Find the cause")
    channel = (await client.conversations_info(channel=created["id"]))["channel"]

    assert ("inc-1-checkout", "SEV1 checkout", "Find the cause", True, "U0FIRSTCHECK") == (
        channel["name"],
        channel["topic"]["value"],
        channel["purpose"]["value"],
        channel["is_member"],
        channel["creator"],
    )


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "invalid_name_required"),
        ("x" * 81, "invalid_name_maxlength"),
        ("---", "invalid_name_punctuation"),
        ("Upper", "invalid_name_specials"),
        ("blank space", "invalid_name_specials"),
        ("straße", "invalid_name_specials"),
        ("general", "name_taken"),
    ],
)
async def test_invalid_names_are_rejected(
    client: AsyncWebClient, get_error_code: GetErrorCode, name: str, error: str
) -> None:
    """Each kind of invalid channel name has Slack's own error code."""
    assert error == await get_error_code(client.conversations_create(name=name))


async def test_archived_channel_keeps_its_name(client: AsyncWebClient, get_error_code: GetErrorCode) -> None:
    """The name of an archived channel cannot be used again."""
    channel = (await client.conversations_create(name="inc-1"))["channel"]["id"]
    await client.conversations_archive(channel=channel)

    assert "name_taken" == await get_error_code(client.conversations_create(name="inc-1"))
    assert "already_archived" == await get_error_code(client.conversations_archive(channel=channel))


async def test_archived_channel_rejects_changes(client: AsyncWebClient, get_error_code: GetErrorCode) -> None:
    """Nothing can be posted in an archived channel, and the bot can neither read nor unarchive it."""
    channel = (await client.conversations_create(name="inc-1"))["channel"]["id"]
    ts = (await client.chat_postMessage(channel=channel, text="before"))["ts"]
    await client.conversations_archive(channel=channel)

    assert ["is_archived"] * 5 + ["not_in_channel"] * 2 == [
        await get_error_code(client.chat_postMessage(channel=channel, text="after")),
        await get_error_code(client.chat_update(channel=channel, ts=ts, text="after")),
        await get_error_code(client.conversations_setTopic(channel=channel, topic="after")),
        await get_error_code(client.conversations_join(channel=channel)),
        await get_error_code(client.pins_add(channel=channel, timestamp=ts)),
        await get_error_code(client.conversations_unarchive(channel=channel)),
        await get_error_code(client.conversations_history(channel=channel)),
    ]


async def test_topics_have_at_most_250_characters(
    client: AsyncWebClient, get_error_code: GetErrorCode
) -> None:
    """A topic of 250 characters is accepted, one of 251 is too long."""
    await client.conversations_setTopic(channel="C0GENERAL", topic="x" * 250)

    assert "too_long" == await get_error_code(
        client.conversations_setTopic(channel="C0GENERAL", topic="x" * 251)
    )


async def test_invitation_fails_for_everybody(workspace: Workspace, client: AsyncWebClient) -> None:
    """One invalid user id fails the whole invitation, and the errors list every invalid id."""
    channel = (await client.conversations_create(name="inc-1"))["channel"]["id"]
    with pytest.raises(SlackApiError) as error_info:
        await client.conversations_invite(channel=channel, users=["U0ALICE", "U0NOBODY", "U0FIRSTCHECK"])

    assert [
        {"user": "U0NOBODY", "ok": False, "error": "user_not_found"},
        {"user": "U0FIRSTCHECK", "ok": False, "error": "cant_invite_self"},
    ] == error_info.value.response["errors"]
    assert ["U0FIRSTCHECK"] == workspace.channels[channel].members


async def test_forced_invitation_adds_valid_users(workspace: Workspace, client: AsyncWebClient) -> None:
    """With `force` the valid users are added and the errors are still returned."""
    channel = (await client.conversations_create(name="inc-1"))["channel"]["id"]
    response = await client.conversations_invite(channel=channel, users=["U0ALICE", "U0NOBODY"], force=True)

    assert ["user_not_found"] == [error["error"] for error in response["errors"]]
    assert ["U0FIRSTCHECK", "U0ALICE"] == workspace.channels[channel].members


async def test_inviting_a_member_again_fails(client: AsyncWebClient, get_error_code: GetErrorCode) -> None:
    """Inviting a member again fails with already_in_channel."""
    invitation = client.conversations_invite(channel="C0GENERAL", users=["U0ALICE"])

    assert "already_in_channel" == await get_error_code(invitation)


async def test_bot_outside_a_channel_can_only_join(
    workspace: Workspace, client: AsyncWebClient, get_error_code: GetErrorCode
) -> None:
    """A bot outside a public channel cannot read or post there until it joins."""
    await workspace.remove("U0ALICE", "C0GENERAL", "U0FIRSTCHECK")

    assert ["not_in_channel", "not_in_channel"] == [
        await get_error_code(client.chat_postMessage(channel="C0GENERAL", text="hi")),
        await get_error_code(client.conversations_history(channel="C0GENERAL")),
    ]
    await client.conversations_join(channel="C0GENERAL")
    await client.chat_postMessage(channel="C0GENERAL", text="hi")


async def test_private_channels_are_listed_separately(client: AsyncWebClient) -> None:
    """conversations.list returns private channels only if `types` asks for them."""
    await client.conversations_create(name="inc-1-leak", is_private=True)
    public = await client.conversations_list()
    private = await client.conversations_list(types="private_channel")

    assert ["general", "incidents"] == [channel["name"] for channel in public["channels"]]
    assert ["inc-1-leak"] == [channel["name"] for channel in private["channels"]]


async def test_users_conversations_lists_joined_channels(
    client: AsyncWebClient, workspace: Workspace
) -> None:
    """users.conversations lists only the channels that the bot is in."""
    await client.conversations_create(name="inc-1")
    await workspace.remove("U0ALICE", "C0GENERAL", "U0FIRSTCHECK")

    found = await client.users_conversations(types="public_channel")

    assert ["incidents", "inc-1"] == [channel["name"] for channel in found["channels"]]


async def test_channel_lists_are_paginated(client: AsyncWebClient) -> None:
    """The SDK's pagination returns every channel exactly once."""
    for number in range(5):
        await client.conversations_create(name=f"inc-{number}")
    pages = [
        [channel["name"] for channel in page["channels"]]
        async for page in await client.conversations_list(limit=3)
    ]

    assert [["general", "incidents", "inc-0"], ["inc-1", "inc-2", "inc-3"], ["inc-4"]] == pages


async def test_renaming_frees_the_old_name(client: AsyncWebClient) -> None:
    """After a rename the old name can be used again, and the channel keeps its id."""
    channel = (await client.conversations_create(name="inc-1"))["channel"]["id"]
    await client.conversations_rename(channel=channel, name="inc-1-database")
    other = (await client.conversations_create(name="inc-1"))["channel"]["id"]
    renamed = (await client.conversations_info(channel=channel))["channel"]["name"]

    assert "inc-1-database" == renamed
    assert channel != other


async def test_synchronous_client_is_supported(workspace: Workspace) -> None:
    """The synchronous client sends its arguments in the body, the asynchronous one in the query."""
    client = WebClient(token="xoxb-local", base_url=f"{workspace.url}/api/")
    response = await asyncio.to_thread(client.conversations_create, name="inc-1")

    assert "inc-1" == response["channel"]["name"]


async def test_members_can_be_removed_and_leave(
    workspace: Workspace, client: AsyncWebClient, get_error_code: GetErrorCode
) -> None:
    """The bot can remove others but not itself, can leave, and leaving twice is not an error."""
    channel = (await client.conversations_create(name="inc-1"))["channel"]["id"]
    await client.conversations_invite(channel=channel, users=["U0ALICE"])
    own_removal = await get_error_code(client.conversations_kick(channel=channel, user="U0FIRSTCHECK"))
    await client.conversations_kick(channel=channel, user="U0ALICE")
    await client.conversations_leave(channel=channel)
    second_leave = await client.conversations_leave(channel=channel)

    assert ("cant_kick_self", True, []) == (
        own_removal,
        second_leave["not_in_channel"],
        workspace.channels[channel].members,
    )
    assert "cant_leave_general" == await get_error_code(client.conversations_leave(channel="C0GENERAL"))


async def test_bot_has_to_rejoin_an_unarchived_channel(
    workspace: Workspace, client: AsyncWebClient, get_error_code: GetErrorCode
) -> None:
    """After a person unarchives a channel, the bot must join again before it can post."""
    await workspace.archive("U0ALICE", "C0INCIDENTS")
    await workspace.unarchive("U0ALICE", "C0INCIDENTS")
    error_before_joining = await get_error_code(client.chat_postMessage(channel="C0INCIDENTS", text="hi"))
    await client.conversations_join(channel="C0INCIDENTS")
    await client.chat_postMessage(channel="C0INCIDENTS", text="back")

    assert "not_in_channel" == error_before_joining


async def test_private_channel_is_hidden_from_the_bot(
    workspace: Workspace, client: AsyncWebClient, get_error_code: GetErrorCode
) -> None:
    """A private channel that the bot is not in returns channel_not_found."""
    channel = (await client.conversations_create(name="inc-1", is_private=True))["channel"]["id"]
    await client.conversations_invite(channel=channel, users=["U0ALICE"])
    await workspace.remove("U0ALICE", channel, "U0FIRSTCHECK")

    assert "channel_not_found" == await get_error_code(client.conversations_info(channel=channel))
