"""People take and finish the steps of a runbook with one click each, and can share the work."""

import asyncio

from bot.config.settings import Settings
from bot.domain import events
from bot.domain.vocabulary import StepOutcome
from bot.slack.views import step
from tests.stories.investigating import ALICE, BOB, TWO_PROBES, begun, begun_with

FIRST, SECOND = "token-settings", "recent-changes"


async def test_two_people_take_two_steps(settings: Settings) -> None:
    """A taken step shows who has it, and another person is offered the next one."""
    async with begun(settings) as search:
        (first,) = search.posts("*Read the settings")
        assert [] == search.posts("*What changed in the last 24 hours")
        assert "" == await search.click(ALICE, first, step.TAKE)
        (second,) = search.posts("*What changed in the last 24 hours")
        assert "" == await search.click(BOB, second, step.TAKE)

        incident = await search.incident()
        assert (ALICE, BOB) == tuple(
            incident.investigation.state_of(name).taken_by for name in (FIRST, SECOND)
        )
        assert f"<@{ALICE}> has been checking this" in str(search.posts("*Read the settings")[0].blocks)
        board = await search.types(ALICE, "board")
        assert "areas checked" in board


async def test_two_click_the_same_button(settings: Settings) -> None:
    """The first click takes the step, and the second is answered with who has it."""
    async with begun(settings) as search:
        (first,) = search.posts("*Read the settings")
        await asyncio.gather(*(search.click(person, first, step.TAKE) for person in (ALICE, BOB)))

        taken_by = (await search.incident()).investigation.state_of(FIRST).taken_by
        (answer,) = [answer for answer in search.workspace.ephemerals if "Already done" in answer.text]
        assert {taken_by, answer.user} == {ALICE, BOB}
        assert f"<@{taken_by}> took it at <!date^" in answer.text


async def test_the_duration_of_a_step_is_recorded(settings: Settings) -> None:
    """A step's duration is the time from taking it to finishing it."""
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


async def test_clear_means_the_persons_own_step(settings: Settings) -> None:
    """Bob's `clear` finishes the step that Bob has taken, even if Alice's comes first."""
    async with begun(settings) as search:
        await search.types(ALICE, "take")
        await search.types(BOB, "take")
        await search.types(BOB, "clear nothing was deployed")

        incident = await search.incident()
        assert (None, StepOutcome.CLEAR) == tuple(
            incident.investigation.state_of(name).outcome for name in (FIRST, SECOND)
        )
        assert incident.investigation.free_steps[0].id not in {FIRST, SECOND}
        assert 1 == len(search.posts(f"*{incident.investigation.free_steps[0].title}*"))


async def test_a_finished_step_shrinks_and_the_next_is_below(settings: Settings) -> None:
    """A click on an outdated message is answered with what happened since."""
    async with begun(settings) as search:
        (first,) = search.posts("*Read the settings")
        await search.click(ALICE, first, step.CLEAR)

        assert "✓ “1. Read the settings" in first.text
        (second,) = search.posts("*What changed in the last 24 hours")
        assert float(first.ts) < float(second.ts)
        assert "So far: ✓ Read the settings" in str(second.blocks)
        assert "Next: " in str(second.blocks)


async def test_a_skipped_step_stays_on_the_card(settings: Settings) -> None:
    """A skipped step stays on the card and in the record, with the reason."""
    async with begun(settings) as search:
        await search.types(ALICE, "skip no access")

        assert 1 == len(search.posts("skipped: Read the settings"))
        assert ["no access"] == [event.evidence for event in await search.happened(events.StepFinished)]


async def test_open_step_messages_are_updated(settings: Settings) -> None:
    """Open messages keep their numbers, and none shows a taken step as the next one."""
    async with begun(settings) as search:
        await search.types(ALICE, "take")
        await search.types(BOB, "take")
        (first,), (second,) = search.posts("*Read the settings"), search.posts("*What changed in the last")
        assert "Next: What changed" not in str(first.blocks)
        await search.types(ALICE, "clear as in the repository")

        third = (await search.incident()).investigation.free_steps[0]
        assert "Step 2 of" in str(second.blocks)
        number = (await search.incident()).investigation.number_of(third)
        assert f"Next: {number}. {third.title}" in str(second.blocks)
        assert "So far: ✓ Read the settings" in str(second.blocks)
        await search.types(BOB, "take identity-clock")
        assert 1 == len(search.posts("Step 2 of"))
        assert f"{third.title}" not in str(second.blocks)


async def test_found_on_another_step(settings: Settings) -> None:
    """Once the cause is found, open steps have no buttons. Withdrawing it restores them."""
    async with begun(settings) as search:
        await search.types(ALICE, "take")
        (open_step,) = search.posts("*What changed in the last")
        assert step.TAKE in str(open_step.blocks)
        await search.types(ALICE, "found the old key")
        assert step.TAKE not in str(open_step.blocks)
        await search.types(ALICE, "clear token-settings: it is the new one")

        assert step.TAKE in str(open_step.blocks)


async def test_clear_by_a_person_with_two_steps(settings: Settings) -> None:
    """`clear` by a person with two steps finishes neither, and the answer names both."""
    async with begun(settings) as search:
        await search.types(ALICE, "take")
        await search.types(ALICE, "take")
        answer = await search.types(ALICE, "clear all is well")

        assert [] == await search.happened(events.StepFinished)
        assert f"`/incident clear {FIRST}: …` for “Read the settings" in answer
        assert f"`/incident clear {SECOND}: …` for “What changed" in answer
        await search.types(ALICE, f"clear {SECOND}: all is well")
        assert [SECOND] == [event.step for event in await search.happened(events.StepFinished)]


async def test_evidence_added_by_another_person(settings: Settings) -> None:
    """A step shows who finished it and, if different, who added the evidence."""
    async with begun(settings) as search:
        await search.types(ALICE, f"clear {FIRST}")
        await search.types(BOB, f"clear {FIRST}: as in git")
        await search.types(ALICE, "suspect the network")
        await search.types(ALICE, "refuted 1")
        await search.types(BOB, "refuted 1 no loss")

        for seen in ("as in git", "no loss"):
            assert 1 == len(search.posts(f"({seen}, according to <@{BOB}>) — <@{ALICE}>"))


async def test_a_repeated_probe_updates_its_message(settings: Settings) -> None:
    """Each run of a probe updates its message, even if the result is the same."""
    async with begun_with(settings, TWO_PROBES) as search:
        await search.types(ALICE, "clear announce: told")
        (wrong,) = search.posts("*Read the key*")
        seen = [str(wrong.blocks)]
        for _ in range(2):
            await search.click(ALICE, wrong, step.PROBE)
            seen.append(str(wrong.blocks))

        assert len(seen) == len(set(seen))
