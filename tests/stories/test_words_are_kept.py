"""Words that come with a command which changes nothing else are kept on the timeline."""

import pytest

from bot.config.settings import Settings
from bot.domain import events
from tests.stories.investigating import ALICE, BOB, TWO_PROBES, begun, begun_with


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("severity sev2 only the EU is affected", "only the EU is affected"),
        (f"lead <@{ALICE}> she has the plan", "she has the plan"),
        (f"role comms <@{BOB}> he knows the customers", "he knows the customers"),
        ("status investigating the vendor answers", "the vendor answers"),
    ],
)
async def test_words_beside_a_change_that_is_already_so(settings: Settings, typed: str, words: str) -> None:
    """The words are on the timeline once, posted in the channel, and the answer elsewhere says it is done."""
    async with begun(settings) as search:
        for text in (f"lead <@{ALICE}>", f"role comms <@{BOB}>"):
            await search.types(ALICE, text)
        first = await search.workspace.command(ALICE, "C0GENERAL", "/incident", f"INC-1 {typed}")
        await search.settle()
        again = await search.workspace.command(ALICE, "C0GENERAL", "/incident", f"INC-1 {typed}")
        await search.settle()

        notes = [note.text for note in await search.happened(events.NoteAdded)]
        updates = [update.text for update in await search.happened(events.UpdatePosted)]
        assert [words] in (notes, updates[:1])
        assert search.posts(words)
        assert "Done." in str(first.ephemeral)
        assert "Done." in str(again.ephemeral) or "already" in str(again.ephemeral)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("extend 1 10m the vendor is reading logs", "the vendor is reading logs"),
        ("extend 1 nearly there", "nearly there"),
        (f"handover 1 <@{BOB}> I go home", "I go home"),
        ("take announce I know the support team", "I know the support team"),
        ("mute too many messages", "too many messages"),
    ],
)
async def test_words_beside_a_change(settings: Settings, typed: str, words: str) -> None:
    """Words after a command that has no reason of its own are on the timeline and in the channel."""
    async with begun_with(settings, TWO_PROBES) as search:
        await search.types(ALICE, "suspect it is the network")
        await search.types(ALICE, typed)

        assert [words] == [note.text for note in await search.happened(events.NoteAdded)]
        assert [post for post in search.posts(f":* {words}") if "*Note " in str(post.blocks)]


@pytest.mark.parametrize(
    "typed", ["extend 1 for another 10m", "extend 1", "take", "mute", f"handover 1 <@{BOB}>"]
)
async def test_a_command_without_words_adds_no_note(settings: Settings, typed: str) -> None:
    """A command without further words adds nothing to the timeline."""
    async with begun_with(settings, TWO_PROBES) as search:
        await search.types(ALICE, "suspect it is the network")
        await search.types(ALICE, typed)

        assert [] == await search.happened(events.NoteAdded)


@pytest.mark.parametrize(
    ("ends", "again", "kept"),
    [
        (["resolve rolled back", "close"], "close thanks to all", ["thanks to all"]),
        (["cancel a test alert"], "cancel the load test of team b", ["the load test of team b"]),
        (["cancel a test alert"], "cancel a test alert", []),
    ],
)
async def test_words_of_an_end_that_is_already_so(
    settings: Settings, ends: list[str], again: str, kept: list[str]
) -> None:
    """Another close or cancellation keeps its words, unless they are the ones already recorded."""
    async with begun(settings) as search:
        for text in ends:
            await search.types(ALICE, text)
        await search.types(BOB, again)

        assert kept == [note.text for note in await search.happened(events.NoteAdded)]


async def test_the_last_words_of_a_close(settings: Settings) -> None:
    """Words after `close` are on the timeline."""
    async with begun(settings) as search:
        await search.types(ALICE, "resolve rolled back")
        await search.types(ALICE, "close thanks to the night shift")

        assert ["thanks to the night shift"] == [
            note.text for note in await search.happened(events.NoteAdded)
        ]
