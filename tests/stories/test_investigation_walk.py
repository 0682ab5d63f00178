"""Walking the runbook: one click to take a step, one to finish it, two people on two steps."""

import asyncio

from bot.config.settings import Settings
from bot.domain import events
from bot.domain.vocabulary import StepOutcome
from bot.slack.views import step
from tests.stories.investigating import ALICE, BOB, TWO_PROBES, begun, begun_with

FIRST, SECOND = "token-settings", "recent-changes"


async def test_two_responders_at_once(settings: Settings) -> None:
    """Who takes a step is shown, and the next one is offered to the other; neither is in the other's way."""
    async with begun(settings) as search:
        (first,) = search.said("*Read the settings")
        assert [] == search.said("*What changed in the last 24 hours")
        assert "" == await search.click(ALICE, first, step.TAKE)
        (second,) = search.said("*What changed in the last 24 hours")
        assert "" == await search.click(BOB, second, step.TAKE)

        known = await search.incident()
        assert (ALICE, BOB) == tuple(known.investigation.state_of(name).taken_by for name in (FIRST, SECOND))
        assert f"<@{ALICE}> has been checking this" in str(search.said("*Read the settings")[0].blocks)
        board = await search.types(ALICE, "board")
        assert "areas checked" in board


async def test_two_click_the_same_button(settings: Settings) -> None:
    """The quicker is on it, and the slower is told who."""
    async with begun(settings) as search:
        (first,) = search.said("*Read the settings")
        await asyncio.gather(*(search.click(person, first, step.TAKE) for person in (ALICE, BOB)))

        taken_by = (await search.incident()).investigation.state_of(FIRST).taken_by
        (told,) = [told for told in search.workspace.ephemerals if "Already done" in told.text]
        assert {taken_by, told.user} == {ALICE, BOB}
        assert f"<@{taken_by}> has been on it since <!date^" in told.text


async def test_how_long_a_step_took_is_known(settings: Settings) -> None:
    """From the click that takes it to the click that ends it."""
    async with begun(settings) as search:
        await search.types(ALICE, "take")
        await search.wait(7)
        await search.types(ALICE, "clear as in the repository")

        state = (await search.incident()).investigation.state_of(FIRST)
        assert state.taken_at
        assert state.at
        assert (ALICE, StepOutcome.CLEAR, 7) == (
            state.taken_by,
            state.outcome,
            round((state.at - state.taken_at).total_seconds() / 60),
        )


async def test_a_word_means_the_step_one_is_on(settings: Settings) -> None:
    """Bob's “clear” ends Bob's step, though Alice's stands first."""
    async with begun(settings) as search:
        await search.types(ALICE, "take")
        await search.types(BOB, "take")
        await search.types(BOB, "clear nothing was deployed")

        known = await search.incident()
        assert (None, StepOutcome.CLEAR) == tuple(
            known.investigation.state_of(name).outcome for name in (FIRST, SECOND)
        )
        assert known.investigation.free_steps[0].id not in {FIRST, SECOND}
        assert 1 == len(search.said(f"*{known.investigation.free_steps[0].title}*"))


async def test_a_finished_step_shrinks_and_the_next_is_below(settings: Settings) -> None:
    """A click on what is left of an old message says what happened since."""
    async with begun(settings) as search:
        (first,) = search.said("*Read the settings")
        await search.click(ALICE, first, step.CLEAR)

        assert "✓ “Read the settings" in first.text
        (second,) = search.said("*What changed in the last 24 hours")
        assert float(first.ts) < float(second.ts)
        assert "So far: ✓ Read the settings" in str(second.blocks)
        assert "Next: " in str(second.blocks)


async def test_a_skipped_step_stays_on_the_card(settings: Settings) -> None:
    """And in the record, with why."""
    async with begun(settings) as search:
        await search.types(ALICE, "skip no access")

        assert 1 == len(search.said("skipped: Read the settings"))
        assert ["no access"] == [event.evidence for event in await search.happened(events.StepFinished)]


async def test_what_stands_open_keeps_up(settings: Settings) -> None:
    """No two messages are one step of the walk, and none has next what somebody is on."""
    async with begun(settings) as search:
        await search.types(ALICE, "take")
        await search.types(BOB, "take")
        (first,), (second,) = search.said("*Read the settings"), search.said("*What changed in the last")
        assert "Next: What changed" not in str(first.blocks)
        await search.types(ALICE, "clear as in the repository")

        third = (await search.incident()).investigation.free_steps[0]
        assert "Step 2 of" in str(second.blocks)
        assert f"Next: {third.title}" in str(second.blocks)
        assert "So far: ✓ Read the settings" in str(second.blocks)
        await search.types(BOB, "take identity-clock")
        assert 1 == len(search.said("Step 2 of"))
        assert f"Next: {third.title}" not in str(second.blocks)


async def test_found_on_another_step(settings: Settings) -> None:
    """Nobody is asked to take what stands open still; taken back, it is to be taken again."""
    async with begun(settings) as search:
        await search.types(ALICE, "take")
        (open_step,) = search.said("*What changed in the last")
        assert step.TAKE in str(open_step.blocks)
        await search.types(ALICE, "found the old key")
        assert step.TAKE not in str(open_step.blocks)
        await search.types(ALICE, "clear token-settings: it is the new one")

        assert step.TAKE in str(open_step.blocks)


async def test_clear_by_who_is_on_two(settings: Settings) -> None:
    """Neither is ended by chance: the answer names both."""
    async with begun(settings) as search:
        await search.types(ALICE, "take")
        await search.types(ALICE, "take")
        told = await search.types(ALICE, "clear all is well")

        assert [] == await search.happened(events.StepFinished)
        assert f"`/incident clear {FIRST}: …` is “Read the settings" in told
        assert f"`/incident clear {SECOND}: …` is “What changed" in told
        await search.types(ALICE, f"clear {SECOND}: all is well")
        assert [SECOND] == [event.step for event in await search.happened(events.StepFinished)]


async def test_another_tells_later_what_was_seen(settings: Settings) -> None:
    """Who ended it and who says what are two."""
    async with begun(settings) as search:
        await search.types(ALICE, f"clear {FIRST}")
        await search.types(BOB, f"clear {FIRST}: as in git")
        await search.types(ALICE, "suspect the network")
        await search.types(ALICE, "refuted 1")
        await search.types(BOB, "refuted 1 no loss")

        for seen in ("as in git", "no loss"):
            assert 1 == len(search.said(f"({seen}, according to <@{BOB}>) — <@{ALICE}>"))


async def test_a_probe_that_sees_the_same_each_time(settings: Settings) -> None:
    """Each press changes its message, so that who pressed sees that it looked again."""
    async with begun_with(settings, TWO_PROBES) as search:
        await search.types(ALICE, "clear announce: told")
        (wrong,) = search.said("*Read the key*")
        seen = [str(wrong.blocks)]
        for _ in range(2):
            await search.click(ALICE, wrong, step.PROBE)
            seen.append(str(wrong.blocks))

        assert len(seen) == len(set(seen))
