"""Words that come with a command which changes nothing else are kept on the timeline."""

import pytest

from bot.config.settings import Settings
from bot.domain import events
from tests.stories.investigating import ALICE, BOB, begun


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


async def test_the_last_words_of_a_close(settings: Settings) -> None:
    """Words after `close` are on the timeline."""
    async with begun(settings) as search:
        await search.types(ALICE, "resolve rolled back")
        await search.types(ALICE, "close thanks to the night shift")

        assert ["thanks to the night shift"] == [
            note.text for note in await search.happened(events.NoteAdded)
        ]
