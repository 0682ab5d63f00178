"""A closed incident has no buttons and no running clock until it is reopened."""

from bot.config.settings import Settings
from bot.slack.views import hypothesis, step, time_box
from tests.stories.investigating import ALICE, BOB, begun


async def test_a_closed_incident_has_no_buttons(settings: Settings) -> None:
    """Closing removes the buttons of the step, the hypothesis and its question. Reopening restores them."""
    async with begun(settings) as search:
        await search.types(ALICE, "suspect the database pool is exhausted 10m")
        await search.wait(11)

        def pressable() -> set[str]:
            blocks = str([message.blocks for message in search.posts("")])
            return {
                button for button in (step.FOUND, hypothesis.REFUTE, time_box.KEEP_ON) if button in blocks
            }

        assert {step.FOUND, hypothesis.REFUTE, time_box.KEEP_ON} == pressable()

        await search.types(ALICE, "resolve the old key is back")
        await search.types(ALICE, "close")
        await search.settle()
        assert set() == pressable()
        for words in ("suspect the cache", "take", "found it", "extend 1"):
            assert "INC-1 is closed. To reopen it" in await search.types(BOB, words)
        await search.types(BOB, "note the vendor called back")

        await search.types(BOB, "reopen it fails again")
        await search.settle()
        assert {step.FOUND, hypothesis.REFUTE, time_box.KEEP_ON} == pressable()


async def test_a_second_close_announces_only_news(settings: Settings) -> None:
    """A second close announces the new postmortem, and the runbook feedback only if it changed."""
    async with begun(settings) as search:

        async def ends() -> tuple[int, int]:
            await search.types(ALICE, "resolve the old key is back")
            await search.types(ALICE, "close")
            await search.settle()
            return len(search.posts("The postmortem draft is ready")), len(search.posts("Runbook review"))

        await search.types(ALICE, "cause the old key")
        assert (1, 1) == await ends()
        await search.types(BOB, "reopen it fails again")
        assert (2, 1) == await ends()
        await search.types(BOB, "reopen it fails again")
        await search.types(ALICE, "cause the clock is off")
        assert (3, 2) == await ends()
