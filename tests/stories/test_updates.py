"""Updates for stakeholders reach people outside the incident's channel."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.config.settings import Settings
from bot.domain import events
from bot.slack.views import update
from bot.workspace import Message
from tests.stories.investigating import ALICE, Search, begun

DIGEST, GENERAL = "C0INCIDENTS", "C0GENERAL"


@pytest.fixture
async def search(settings: Settings) -> AsyncIterator[Search]:
    """Yield an investigation whose updates also go to #general, given by its name."""
    async with begun(replace(settings, update_channels=("general",))) as search:
        yield search


def line(search: Search) -> Message:
    """Return the incident's line in the digest channel."""
    return next(message for message in search.workspace.messages(DIGEST) if message.bot)


def thread(search: Search) -> list[str]:
    """Return the replies below the digest line."""
    return [str(reply.blocks) for reply in line(search).replies]


def general(search: Search) -> list[str]:
    """Return the bot's messages in #general, without the one that the incident was declared there."""
    written = [str(message.blocks) for message in search.workspace.messages(GENERAL) if message.bot]
    assert "declared INC-1" in written[0]
    return written[1:]


async def test_an_update_reaches_people_outside(search: Search) -> None:
    """An update is in the digest line, in its thread, in #general with a link, and in the status."""
    await search.types(ALICE, "update rolling back, next update at 11:00")

    assert "*Last update:* rolling back, next update at 11:00" in str(line(search).blocks)
    for (shown,) in (thread(search), general(search)):
        assert "rolling back, next update at 11:00" in shown
        assert f"<#{search.channel.id}>" in shown
    assert "*Last update:* rolling back" in await status_text(search)


async def status_text(search: Search) -> str:
    """Return the answer to `/incident status`."""
    answered = await search.workspace.command(ALICE, search.channel.id, "/incident", "status")
    return str(answered.ephemeral)


@pytest.mark.parametrize("text", ["update monitoring: the fix is out", "mitigated the fix is out"])
async def test_a_status_with_a_reason_is_an_update(search: Search, text: str) -> None:
    """A status that a person sets with a reason reaches the same people as an update."""
    await search.types(ALICE, text)

    assert [True] == ["the fix is out" in shown for shown in thread(search)]
    assert [True] == ["the fix is out" in shown for shown in general(search)]


async def test_the_end_follows_an_update(search: Search) -> None:
    """People who got an update hear that the incident is resolved, and that it was reopened."""
    await search.types(ALICE, "update rolling back")
    await search.types(ALICE, "resolve rolled back")
    await search.types(ALICE, "reopen it is back")

    assert 3 == len(general(search)) == len(thread(search))
    assert "*Resolved* after" in general(search)[1]
    assert "rolled back" in general(search)[1]
    assert "reopened" in general(search)[2]
    assert "Last update" not in str(line(search).blocks)


async def test_without_updates_the_end_stays_in_the_digest_line(search: Search) -> None:
    """An incident without updates posts nothing in other channels when it is resolved."""
    await search.types(ALICE, "resolve rolled back")

    assert ([], []) == (thread(search), general(search))


async def test_update_without_text_opens_a_form(search: Search) -> None:
    """The form posts the update and sets the status, and refuses an empty text."""
    await search.types(ALICE, "update")
    view = next(iter(search.workspace.views.values()))
    refused = await search.workspace.submit(ALICE, view.id, {update.TEXT: " "})
    assert update.TEXT in refused["errors"]

    await search.workspace.submit(
        ALICE, view.id, {update.TEXT: "the fix is out", update.STATUS: "monitoring"}
    )
    await search.settle()

    assert "monitoring" == (await search.incident()).status
    assert ["the fix is out"] == [event.note for event in await search.happened(events.StatusChanged)]
    assert "the fix is out" in general(search)[0]


async def test_a_channel_without_the_bot_is_reported(settings: Settings) -> None:
    """A channel that the bot can't post in is named in the incident's channel. The others get the update."""
    async with begun(replace(settings, update_channels=("C0NOWHERE", "C0GENERAL"))) as search:
        await search.types(ALICE, "update rolling back")

        assert 1 == len(general(search)) == len(thread(search))
        assert 1 == len(search.posts("C0NOWHERE"))


async def test_a_lost_answer_repeats_no_update(search: Search) -> None:
    """An update whose answer was lost is found in the thread and in the channel, and not posted again."""
    search.workspace.faults.add("chat.postMessage", "lost", times=3)
    await search.types(ALICE, "update rolling back")
    await search.wait(5)

    assert 1 == len(general(search)) == len(thread(search))
