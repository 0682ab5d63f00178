"""Channels: names, topics, invitations and archiving are as strict as Slack's."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import Workspace

Refusal = Callable[[Awaitable[Any]], Awaitable[str]]


async def test_a_channel_is_created_described_and_found(client: AsyncWebClient) -> None:
    """What the bot sets is what it reads back, and it is member and creator."""
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
async def test_bad_names_are_refused(client: AsyncWebClient, refusal: Refusal, name: str, error: str) -> None:
    """Each way a name can be wrong has Slack's own code."""
    assert error == await refusal(client.conversations_create(name=name))


async def test_the_name_of_an_archived_channel_stays_taken(client: AsyncWebClient, refusal: Refusal) -> None:
    """Archiving frees no name."""
    channel = (await client.conversations_create(name="inc-1"))["channel"]["id"]
    await client.conversations_archive(channel=channel)

    assert "name_taken" == await refusal(client.conversations_create(name="inc-1"))
    assert "already_archived" == await refusal(client.conversations_archive(channel=channel))


async def test_an_archived_channel_refuses_everything(client: AsyncWebClient, refusal: Refusal) -> None:
    """Nothing is written to an archived channel, and the bot, which had to leave, cannot bring it back."""
    channel = (await client.conversations_create(name="inc-1"))["channel"]["id"]
    ts = (await client.chat_postMessage(channel=channel, text="before"))["ts"]
    await client.conversations_archive(channel=channel)

    assert ["is_archived"] * 5 + ["not_in_channel"] * 2 == [
        await refusal(client.chat_postMessage(channel=channel, text="after")),
        await refusal(client.chat_update(channel=channel, ts=ts, text="after")),
        await refusal(client.conversations_setTopic(channel=channel, topic="after")),
        await refusal(client.conversations_join(channel=channel)),
        await refusal(client.pins_add(channel=channel, timestamp=ts)),
        await refusal(client.conversations_unarchive(channel=channel)),
        await refusal(client.conversations_history(channel=channel)),
    ]


async def test_topics_end_at_250_characters(client: AsyncWebClient, refusal: Refusal) -> None:
    """250 characters fit, 251 are too long."""
    await client.conversations_setTopic(channel="C0GENERAL", topic="x" * 250)

    assert "too_long" == await refusal(client.conversations_setTopic(channel="C0GENERAL", topic="x" * 251))


async def test_an_invitation_is_all_or_nothing(workspace: Workspace, client: AsyncWebClient) -> None:
    """One wrong id keeps everybody out, and the errors name each."""
    channel = (await client.conversations_create(name="inc-1"))["channel"]["id"]
    with pytest.raises(SlackApiError) as refused:
        await client.conversations_invite(channel=channel, users=["U0ALICE", "U0NOBODY", "U0FIRSTCHECK"])

    assert [
        {"user": "U0NOBODY", "ok": False, "error": "user_not_found"},
        {"user": "U0FIRSTCHECK", "ok": False, "error": "cant_invite_self"},
    ] == refused.value.response["errors"]
    assert ["U0FIRSTCHECK"] == workspace.channels[channel].members


async def test_a_forced_invitation_takes_whom_it_can(workspace: Workspace, client: AsyncWebClient) -> None:
    """With force the others come in, and the errors are still told."""
    channel = (await client.conversations_create(name="inc-1"))["channel"]["id"]
    answer = await client.conversations_invite(channel=channel, users=["U0ALICE", "U0NOBODY"], force=True)

    assert ["user_not_found"] == [error["error"] for error in answer["errors"]]
    assert ["U0FIRSTCHECK", "U0ALICE"] == workspace.channels[channel].members


async def test_inviting_a_member_again_is_refused(client: AsyncWebClient, refusal: Refusal) -> None:
    """already_in_channel, which a bot has to take as done."""
    invitation = client.conversations_invite(channel="C0GENERAL", users=["U0ALICE"])

    assert "already_in_channel" == await refusal(invitation)


async def test_a_channel_the_bot_is_not_in(
    workspace: Workspace, client: AsyncWebClient, refusal: Refusal
) -> None:
    """It can be seen and joined, but not written to or read."""
    await workspace.remove("U0ALICE", "C0GENERAL", "U0FIRSTCHECK")

    assert ["not_in_channel", "not_in_channel"] == [
        await refusal(client.chat_postMessage(channel="C0GENERAL", text="hi")),
        await refusal(client.conversations_history(channel="C0GENERAL")),
    ]
    await client.conversations_join(channel="C0GENERAL")
    await client.chat_postMessage(channel="C0GENERAL", text="hi")


async def test_a_private_channel_is_not_listed_with_the_public_ones(client: AsyncWebClient) -> None:
    """The argument types decides what conversations.list shows."""
    await client.conversations_create(name="inc-1-leak", is_private=True)
    public = await client.conversations_list()
    private = await client.conversations_list(types="private_channel")

    assert ["general", "incidents"] == [channel["name"] for channel in public["channels"]]
    assert ["inc-1-leak"] == [channel["name"] for channel in private["channels"]]


async def test_the_channels_the_bot_is_in(client: AsyncWebClient, workspace: Workspace) -> None:
    """users.conversations shows what conversations.list does, where the bot is a member."""
    await client.conversations_create(name="inc-1")
    await workspace.remove("U0ALICE", "C0GENERAL", "U0FIRSTCHECK")

    found = await client.users_conversations(types="public_channel")

    assert ["incidents", "inc-1"] == [channel["name"] for channel in found["channels"]]


async def test_long_lists_come_in_pages(client: AsyncWebClient) -> None:
    """The SDK's paging walks through everything once."""
    for number in range(5):
        await client.conversations_create(name=f"inc-{number}")
    pages = [
        [channel["name"] for channel in page["channels"]]
        async for page in await client.conversations_list(limit=3)
    ]

    assert [["general", "incidents", "inc-0"], ["inc-1", "inc-2", "inc-3"], ["inc-4"]] == pages


async def test_a_renamed_channel_gives_its_name_back(client: AsyncWebClient) -> None:
    """The old name is free again, the id stays."""
    channel = (await client.conversations_create(name="inc-1"))["channel"]["id"]
    await client.conversations_rename(channel=channel, name="inc-1-database")
    other = (await client.conversations_create(name="inc-1"))["channel"]["id"]
    renamed = (await client.conversations_info(channel=channel))["channel"]["name"]

    assert "inc-1-database" == renamed
    assert channel != other


async def test_the_synchronous_client_works_too(workspace: Workspace) -> None:
    """It sends its arguments in the body, where the asynchronous one uses the query."""
    client = WebClient(token="xoxb-local", base_url=f"{workspace.url}/api/")
    answer = await asyncio.to_thread(client.conversations_create, name="inc-1")

    assert "inc-1" == answer["channel"]["name"]


async def test_people_come_and_go(workspace: Workspace, client: AsyncWebClient, refusal: Refusal) -> None:
    """The bot may take others out but not itself, may leave, and leaving twice is no error."""
    channel = (await client.conversations_create(name="inc-1"))["channel"]["id"]
    await client.conversations_invite(channel=channel, users=["U0ALICE"])
    itself = await refusal(client.conversations_kick(channel=channel, user="U0FIRSTCHECK"))
    await client.conversations_kick(channel=channel, user="U0ALICE")
    await client.conversations_leave(channel=channel)
    again = await client.conversations_leave(channel=channel)

    assert ("cant_kick_self", True, []) == (
        itself,
        again["not_in_channel"],
        workspace.channels[channel].members,
    )
    assert "cant_leave_general" == await refusal(client.conversations_leave(channel="C0GENERAL"))


async def test_an_unarchived_channel_is_without_the_bot(
    workspace: Workspace, client: AsyncWebClient, refusal: Refusal
) -> None:
    """A person can bring it back; the bot has to join again."""
    await workspace.archive("U0ALICE", "C0INCIDENTS")
    await workspace.unarchive("U0ALICE", "C0INCIDENTS")
    outside = await refusal(client.chat_postMessage(channel="C0INCIDENTS", text="hi"))
    await client.conversations_join(channel="C0INCIDENTS")
    await client.chat_postMessage(channel="C0INCIDENTS", text="back")

    assert "not_in_channel" == outside


async def test_a_private_channel_hides_from_a_bot_outside(
    workspace: Workspace, client: AsyncWebClient, refusal: Refusal
) -> None:
    """For an app that is not in it, it does not exist."""
    channel = (await client.conversations_create(name="inc-1", is_private=True))["channel"]["id"]
    await client.conversations_invite(channel=channel, users=["U0ALICE"])
    await workspace.remove("U0ALICE", channel, "U0FIRSTCHECK")

    assert "channel_not_found" == await refusal(client.conversations_info(channel=channel))
