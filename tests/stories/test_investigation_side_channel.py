"""The private channel of a security hypothesis. Its messages are not recorded."""

from dataclasses import replace

import pytest

from bot.config.settings import Settings
from bot.documents.drafting import gather
from bot.domain import events
from bot.slack.views import hypothesis
from bot.workspace import Channel
from bot.workspace.faults import Kind
from tests.stories.investigating import ALICE, BOB, Search, begun

SUSPECT = f"suspect somebody broke in area:security <@{BOB}>"


async def opened(search: Search) -> list[Channel]:
    """Open a hypothesis as Alice, hand it to Bob, and ask for a private channel."""
    await search.types(ALICE, SUSPECT)
    message = search.posts("is checking this until")[-1]
    await search.click(ALICE, message, hypothesis.SIDE_CHANNEL)
    await search.wait(5)
    return [channel for channel in search.workspace.channels.values() if channel.is_private]


async def test_the_private_channel_has_its_people(settings: Settings) -> None:
    """The owner and the requester are invited. The incident's channel only shows that it exists."""
    async with begun(settings) as search:
        (side,) = await opened(search)

        assert {ALICE, BOB} <= set(side.members)
        assert "Messages in this channel stay private" in str(side.messages[-1].blocks)
        assert 1 == len(search.posts("It has a private channel"))
        assert [] == search.posts(side.id)
        assert [] == search.posts(side.name)


async def test_private_messages_are_not_recorded(settings: Settings) -> None:
    """Messages in the private channel are in neither the transcript nor the postmortem."""
    async with begun(settings) as search:
        (side,) = await opened(search)
        await search.workspace.say(BOB, side.id, "the intruder came in by the old gateway")
        await search.workspace.react(BOB, side.id, side.messages[-1].ts, "pushpin")
        await search.settle()

        assert [] == await search.bot.store.transcript.messages(1)
        assert None is await search.bot.store.log.lookup(f"channel:{side.id}")
        facts = await gather(search.bot.store, await search.incident(), search.bot.names)
        assert "gateway" not in str(facts)


async def test_the_hypothesis_is_settled_from_its_channel(settings: Settings) -> None:
    """The verdict can be given in the private channel, with or without numbers, and is announced to all."""
    for named in ("INC-1 refuted 2", "refuted 2", "refuted"):
        async with begun(replace(settings, database=f"{settings.database}-{len(named)}")) as search:
            await search.types(ALICE, "suspect the network")
            await search.types(ALICE, "refuted 1")
            (side,) = await opened(search)
            await search.workspace.command(BOB, side.id, "/incident", f"{named} nobody was there")
            await search.wait(1)

            assert 1 == len(search.posts("ruled out *hypothesis 2*"))


async def test_commands_do_not_leak_by_mistake(settings: Settings) -> None:
    """In the private channel, commands that others would see need the incident's name."""
    async with begun(settings) as search:
        (side,) = await opened(search)

        async def typed(text: str) -> str:
            answered = await search.workspace.command(BOB, side.id, "/incident", text)
            await search.wait(1)
            return str((answered.ephemeral or {}).get("text", ""))

        for slip in ("note the gateway was open", "cause the gateway", "suspect the gateway", "clear it"):
            assert "This channel is private" in await typed(slip)
        assert "areas checked" in await typed("board")
        assert [] == search.posts("gateway")
        await typed("INC-1 note all doors are shut")
        assert 1 == len(search.posts("all doors are shut"))


@pytest.mark.parametrize("kind", ["ratelimited", "http_500", "lost"])
@pytest.mark.parametrize("method", ["conversations.create", "conversations.invite", "chat.postMessage"])
async def test_each_call_for_the_private_channel_may_fail(
    settings: Settings, method: str, kind: Kind
) -> None:
    """Whichever call fails, there is one private channel with one first message and its people."""
    async with begun(settings) as search:
        await search.types(ALICE, SUSPECT)
        (message,) = search.posts("*Hypothesis 1*")
        calls = sum(call.method == method for call in search.workspace.calls)
        search.workspace.faults.add(method, kind, nth=calls + 1)
        await search.click(ALICE, message, hypothesis.SIDE_CHANNEL)
        await search.wait(5)
        (side,) = [channel for channel in search.workspace.channels.values() if channel.is_private]

        assert {ALICE, BOB} <= set(side.members)
        assert 1 == sum("stay private" in str(post.blocks) for post in side.messages)
        assert 1 == len(await search.happened(events.SideChannelOpened))


async def test_a_new_owner_is_invited(settings: Settings) -> None:
    """A new owner of the hypothesis is invited to the private channel."""
    async with begun(settings) as search:
        (side,) = await opened(search)
        await search.types(ALICE, "handover 1 <@U0CAROL>")

        assert "U0CAROL" in side.members
        (first,) = [post for post in side.messages if "stay private" in str(post.blocks)]
        assert "<@U0CAROL> owns it" in str(first.blocks)


async def test_the_first_message_shows_the_verdict(settings: Settings) -> None:
    """The private channel shows the verdict, unless it was archived."""
    async with begun(settings) as search:
        (side,) = await opened(search)
        await search.workspace.command(BOB, side.id, "/incident", "refuted nobody was there")
        await search.wait(1)

        (first,) = [post for post in side.messages if "stay private" in str(post.blocks)]
        assert "Hypothesis 1 ruled out" in str(first.blocks)
        assert "owns it" not in str(first.blocks)
        side.is_archived = True
        await search.types(BOB, "confirmed 1 somebody was there")
        await search.wait(1)
        assert [] == await search.happened(events.EffectFailed)
