"""People archive the channel, remove the bot or delete the card while the bot is writing there."""

from bot.config.settings import Settings
from bot.workspace import Channel, Workspace, changes
from tests.stage import Stage, staged
from tests.stories.openings import accept, direct_messages

BOT = "U0FIRSTCHECK"


async def _open(stage: Stage) -> Channel:
    await accept(stage, "Logins fail")
    channel = await stage.channel()
    await stage.quiet()
    return channel


async def test_an_archived_channel_is_reported(stage: Stage) -> None:
    """If the channel is archived, its people get one direct message with what to do."""
    channel = await _open(stage)
    await stage.workspace.archive("U0ALICE", channel.id)
    await stage.quiet()

    await stage.workspace.command("U0ALICE", "C0GENERAL", "/incident", "INC-1 note still broken")
    await stage.quiet()

    (message,) = direct_messages(stage.workspace)
    assert "channel is unavailable" in message
    assert "archived" in message
    assert "(no channel)" in str(stage.workspace.messages("C0INCIDENTS")[-1].blocks)


async def test_a_removed_bot_comes_back(stage: Stage) -> None:
    """A removed bot sends direct messages. Once it is invited again, it updates the card."""
    channel = await _open(stage)
    await stage.workspace.remove("U0ALICE", channel.id, BOT)
    await stage.quiet()
    assert 1 == len(direct_messages(stage.workspace))

    await stage.workspace.command("U0ALICE", "C0GENERAL", "/incident", "INC-1 severity sev1")
    await stage.quiet()
    assert "sev2" in str(stage.posts(channel)[0].blocks)

    await stage.workspace.join(BOT, channel.id)
    await stage.quiet()

    assert "" == (await stage.incident()).channel.lost_reason
    assert "sev1" in str(stage.posts(channel)[0].blocks)


async def test_an_unarchived_channel_is_used_again(stage: Stage) -> None:
    """After somebody unarchives the channel, the bot joins it and updates the card."""
    channel = await _open(stage)
    await stage.workspace.archive("U0ALICE", channel.id)
    await stage.quiet()
    await stage.workspace.command("U0ALICE", "C0GENERAL", "/incident", "INC-1 severity sev1")
    await stage.quiet()

    await stage.workspace.unarchive("U0ALICE", channel.id)
    await stage.until(lambda: _is_back(stage))
    await stage.quiet()
    await stage.workspace.command("U0ALICE", channel.id, "/incident", "note it fails again")
    await stage.quiet()

    assert BOT in channel.members
    assert "sev1" in str(stage.posts(channel)[0].blocks)
    assert "it fails again" in str(stage.posts(channel)[-1].blocks)
    assert "(no channel)" not in str(stage.workspace.messages("C0INCIDENTS")[-1].blocks)


async def test_a_channel_unarchived_during_downtime_is_used_again(
    workspace: Workspace, settings: Settings
) -> None:
    """If the channel is unarchived while the bot is down, it joins at the start and fetches messages."""
    async with staged(workspace, settings) as stage:
        channel = await _open(stage)
        await workspace.archive("U0ALICE", channel.id)
        await stage.quiet()
    async with staged(workspace, settings) as stage:
        await stage.quiet()
        assert BOT not in channel.members
    workspace.request_url = None
    await workspace.unarchive("U0ALICE", channel.id)
    await workspace.say("U0ALICE", channel.id, "it fails again")

    async with staged(workspace, settings) as stage:
        await stage.until(lambda: _is_stored(stage, "it fails again"))

        assert BOT in channel.members
        assert await _is_back(stage)


async def test_a_bot_that_cannot_rejoin_asks_once(workspace: Workspace, settings: Settings) -> None:
    """A bot that may not rejoin asks for an invitation once, however often it restarts."""
    workspace.faults.add("conversations.join", "error", error="missing_scope", times=9)
    async with staged(workspace, settings) as stage:
        channel = await _open(stage)
        await workspace.archive("U0ALICE", channel.id)
        await stage.quiet()
    workspace.request_url = None
    await workspace.unarchive("U0ALICE", channel.id)

    for _ in range(2):
        async with staged(workspace, settings) as stage:
            workspace.calls.clear()
            await stage.until(lambda: _caught_up(stage))
            await stage.quiet()

    assert 1 == sum("could not rejoin" in message for message in direct_messages(workspace))


async def test_a_bot_without_the_permission_asks_for_an_invitation(stage: Stage) -> None:
    """Without the permission to join, the bot sends direct messages that ask for an invitation."""
    channel = await _open(stage)
    await stage.workspace.archive("U0ALICE", channel.id)
    await stage.quiet()
    stage.workspace.faults.add("conversations.join", "error", error="missing_scope")

    await stage.workspace.unarchive("U0ALICE", channel.id)
    await stage.until(lambda: _is_notified(stage, "could not rejoin"))

    assert "invite it" in direct_messages(stage.workspace)[-1]


async def _is_stored(stage: Stage, text: str) -> bool:
    return text in [message.text for message in await stage.bot.store.transcript.messages(1)]


async def _caught_up(stage: Stage) -> bool:
    return any(call.method == "conversations.history" for call in stage.workspace.calls)


async def _is_back(stage: Stage) -> bool:
    return not (await stage.incident()).channel.lost_reason


async def _is_notified(stage: Stage, words: str) -> bool:
    return any(words in message for message in direct_messages(stage.workspace))


async def test_a_channel_archived_while_it_opens(stage: Stage) -> None:
    """A channel archived before the card was posted is reported, and no work is left waiting."""
    stage.workspace.faults.add("chat.postMessage", "error", error="is_archived")

    await accept(stage, "Logins fail")
    await stage.quiet()

    assert "The channel was archived." == (await stage.incident()).channel.lost_reason
    assert 1 == len(direct_messages(stage.workspace))


async def test_a_deleted_card_is_posted_again(stage: Stage) -> None:
    """A deleted card is posted and pinned again at the next change."""
    channel = await _open(stage)
    card = stage.posts(channel)[0]
    _deleted(stage, channel, card.ts)

    await stage.workspace.command("U0ALICE", channel.id, "/incident", "severity sev1")
    await stage.quiet()

    cards = [message for message in stage.posts(channel) if "card.resolve" in str(message.blocks)]
    (again,) = cards
    assert "sev1" in str(again.blocks)
    assert [again.ts] == list(channel.pins)


def _deleted(stage: Stage, channel: Channel, ts: str) -> None:
    """Delete the bot's message, as an administrator can."""
    changes.delete(stage.workspace.state, channel, channel.message(ts))
