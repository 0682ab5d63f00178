"""What people see of causes and steps: the fix, what comes next, and numbers that stay."""

import re

from bot.config.settings import Settings
from bot.documents.drafting import gather
from bot.domain import events
from bot.domain.insights.learning import cause_record
from bot.domain.vocabulary import Status, StepOutcome
from bot.slack.views import step
from bot.workspace import Message
from tests.stories.investigating import ALICE, BOB, TWO_PROBES, Search, begun, begun_with, searching

FIRST = "token-settings"
FIX = """
title: One fix
steps:
  - id: key
    title: Read the key
    area: config
    look: Compare it.
    fix: {text: Put the old key back.}
  - {id: pool, title: Count the connections, area: database, minutes: 9}
  - {id: ttl, title: Read the lifetime, area: identity, minutes: 10}
"""


def text(message: Message) -> str:
    """Return what a message shows."""
    return str(message.blocks)


def card(search: Search) -> str:
    """Return what the card shows."""
    [message] = search.posts("*Severity*")
    return text(message)


async def test_the_fix_stays_visible_and_the_card_says_what_is_next(settings: Settings) -> None:
    """After "Mark as cause" the step keeps its fix, and the card has the fix and the command to resolve."""
    async with begun_with(settings, FIX) as search:
        [posted] = search.posts("*Read the key*")
        await search.click(ALICE, posted, step.FOUND)

        assert "*Fix*" in text(posted)
        assert "Put the old key back." in text(posted)
        assert "*Next:* Put the old key back, then resolve: `/incident resolve what fixed it`." in card(
            search
        )
        await search.types(BOB, "mitigated the old key is back")
        assert "*Next:* Check that users are back to normal, then resolve: `/incident resolve" in card(search)
        await search.types(BOB, "resolve the old key is back")
        assert "*Next" not in card(search)
        await search.types(BOB, "reopen it fails again")
        assert "*Next:* Put the old key back, then resolve" in card(search)


async def test_a_cause_without_a_fix_and_a_status_without_a_cause_have_a_next_action(
    settings: Settings,
) -> None:
    """In identified the card asks for the cause until there is one, and then for the fix."""
    async with begun(settings) as search:
        await search.types(ALICE, "status identified it is the key")
        assert "*Next:* Record the cause: `/incident cause what was wrong`." in card(search)
        await search.types(ALICE, "cause the old key")
        assert "*Next:* Fix it, then resolve: `/incident resolve what fixed it`." in card(search)


async def test_withdrawing_a_cause_names_no_other_cause(settings: Settings) -> None:
    """Two steps are found, and Bob withdraws the cause: nobody's log says that Bob named another cause."""
    async with begun_with(settings, FIX) as search:
        await search.types(ALICE, "found key: it is the old one")
        await search.types(ALICE, "found pool: 9 of 9 are taken")
        await search.types(ALICE, "cause the key of 2023")
        assert "" == await search.types(BOB, "cause none: wrong")

        incident = await search.incident()
        assert (Status.INVESTIGATING, None) == (incident.status, incident.investigation.cause)
        assert {ALICE} == {event.by for event in await search.happened(events.CauseNamed)}
        assert "*Cause*" not in card(search)
        assert "Record it: `/incident found pool`. Rule it out: `/incident clear pool: why`" in card(search)
        assert "`/incident found key`" not in card(search)
        facts = await gather(search.bot.store, incident, search.bot.names)
        assert None is facts.cause


async def test_a_withdrawn_cause_opens_its_step_again(settings: Settings) -> None:
    """`cause none` works on the cause of a step. The step is open again, and `found` records it again."""
    async with begun_with(settings, FIX) as search:
        [posted] = search.posts("*Read the key*")
        await search.click(ALICE, posted, step.FOUND)
        assert step.TAKE not in text(posted)
        assert "" == await search.types(BOB, "cause none: it fails with the new one too")

        assert None is (await search.incident()).investigation.cause
        assert step.TAKE in text(posted)
        assert "because the cause it found was withdrawn" in text(posted)
        assert "*Next check:* 2. Count the connections" in card(search)
        await search.click(BOB, posted, step.FOUND)
        assert "*Cause* (config): Read the key" in card(search)
        await search.types(BOB, "clear key: no")
        assert None is (await search.incident()).investigation.cause


async def test_a_withdrawn_cause_opens_its_hypothesis_again(settings: Settings) -> None:
    """`cause none` works on a confirmed hypothesis. It is open again, also after a restart."""
    async with begun(settings) as search:
        await search.types(ALICE, "suspect it is the network")
        await search.types(ALICE, "confirmed 1 loss 40%")
        await search.types(BOB, "cause none: no loss there")
        assert 1 == len(search.posts("Hypothesis 1* (network): it is the network"))
        async with searching(settings, search.workspace, search.clock) as restarted:
            assert "" == await restarted.types(ALICE, "refuted 1 we looked again")
            investigation = (await restarted.incident()).investigation

        assert (None, "we looked again") == (investigation.cause, investigation.hypotheses[1].evidence)


async def test_found_after_another_step_was_found_asks_which_step(settings: Settings) -> None:
    """Bob is on a step when Alice finds the cause. His "found …" ends no step until he names one."""
    async with begun_with(settings, FIX) as search:
        await search.types(BOB, "take pool")
        await search.types(ALICE, "found key")
        answer = await search.types(BOB, "found it is the key of 2023")

        assert answer.startswith("Which step? `/incident found pool: …` for “Count the connections”, ")
        assert "`/incident found key: …` for “Read the key”." in answer
        assert "To put the cause in other words: `/incident cause what was wrong`." in answer
        assert ["key"] == [event.step for event in await search.happened(events.StepFinished)]
        await search.types(BOB, "found key: it is the key of 2023")
        await search.types(BOB, "resolve the new key")
        await search.types(BOB, "close")
        record = cause_record(await search.incident())
        assert record
        assert ("key",) == record.causes


async def test_found_after_a_cause_was_recorded_asks_which_step(settings: Settings) -> None:
    """A cause that was recorded without a step makes "found …" ambiguous as well. "clear …" stays clear."""
    async with begun_with(settings, FIX) as search:
        await search.types(BOB, "take pool")
        await search.types(ALICE, "cause the key of 2023")

        assert "Which step? `/incident found pool: …`" in await search.types(BOB, "found it is that key")
        await search.types(BOB, "clear 3 of 9 are taken")
        state = (await search.incident()).investigation.state_of("pool")
        assert (StepOutcome.CLEAR, "3 of 9 are taken") == (state.outcome, state.evidence)


async def test_step_numbers_are_stable(settings: Settings) -> None:
    """A step keeps its number while others are checked, in its message, on the card and in the postmortem."""
    async with begun_with(settings, FIX) as search:
        [posted] = search.posts("*Read the key*")
        assert "Step 1 of 3" in text(posted)
        await search.types(ALICE, "take 1")
        await search.types(BOB, "take step 3")
        await search.types(BOB, "clear 3: 15 minutes")
        await search.types(ALICE, "clear #2: 3 of 9 are taken")

        assert "Step 1 of 3" in text(posted)
        assert "*In progress:* 1. Read the key" in card(search)
        await search.types(ALICE, "found 1")
        incident = await search.incident()
        assert ["ttl", "pool", "key"] == [each.step for each in await search.happened(events.StepFinished)]
        assert "🎯 “1. Read the key”: found the cause" in text(posted)
        rows = (await gather(search.bot.store, incident, search.bot.names)).steps
        assert [(1, "Read the key"), (2, "Count the connections"), (3, "Read the lifetime")] == [
            (row.place, row.title) for row in rows
        ]


async def test_a_number_in_a_sentence_is_no_step(settings: Settings) -> None:
    """What was seen may begin with a number, a time, or a number that no step has."""
    async with begun_with(settings, FIX) as search:
        for sentence in ("2 nodes are down", "22:40 it came back", "404: not found"):
            await search.types(ALICE, f"clear {sentence}")

        finished = await search.happened(events.StepFinished)
        assert ["key", "pool", "ttl"] == [event.step for event in finished]
        assert "2 nodes are down" == finished[0].evidence
        for named in ("step:7 x", "step 7: x", "#7"):
            assert "Unknown step '7'. Steps are: " in await search.types(ALICE, f"clear {named}")


async def test_the_numbers_of_a_runbook_with_probes_do_not_move(settings: Settings) -> None:
    """Probe results change which step comes next, but no step's number."""
    async with begun_with(settings, TWO_PROBES) as search:
        numbers = {"announce": 1, "key": 2, "ttl": 3, "database": 4}
        for name, number in numbers.items():
            await search.types(ALICE, f"take {name}")
            titles = {each.id: each.title for each in (await search.incident()).investigation.runbook_steps}
            [posted] = search.posts(f"*{titles[name]}*")
            assert f"Step {number} of 4" in text(posted)
        await search.types(ALICE, "clear key: fine")
        await search.types(BOB, "skip announce: nobody is there")
        shown = "\n".join(map(text, search.posts("Step ")))
        assert {"3", "4"} == set(re.findall(r"Step (\d) of 4", shown))


async def test_a_confirmed_hypothesis_is_one_post(settings: Settings) -> None:
    """The post about the cause says who confirmed which hypothesis, and why. Nothing else is posted."""
    async with begun(settings) as search:
        await search.types(ALICE, "suspect it is the network")
        before = len(search.posts(""))
        await search.types(BOB, "confirmed 1 loss 40%")

        assert before + 1 == len(search.posts(""))
        [post] = search.posts("*Cause* (network): it is the network — bob")
        assert "bob confirmed hypothesis 1\\nloss 40%" in text(post)
        assert [post] == search.posts("loss 40%")
        [edited] = search.posts("🎯 *Hypothesis 1 confirmed* (network): it is the network")
        assert "bob" not in text(edited)


async def test_a_second_confirmed_hypothesis_is_one_post(settings: Settings) -> None:
    """With another cause recorded, a confirmed hypothesis is announced as such, and is not the cause."""
    async with begun(settings) as search:
        await search.types(ALICE, "cause the old key")
        await search.types(ALICE, "suspect it is the network")
        before = len(search.posts(""))
        await search.types(BOB, "confirmed 1 loss 40%")

        assert before + 1 == len(search.posts(""))
        assert 1 == len(search.posts("bob confirmed *hypothesis 1*: it is the network"))
        assert "*Cause*: the old key" in card(search)


async def test_a_withdrawn_cause_is_one_post(settings: Settings) -> None:
    """The post that withdraws the cause also says that the investigation continues."""
    async with begun(settings) as search:
        await search.types(ALICE, "cause the old key")
        before = len(search.posts(""))
        await search.types(BOB, f"clear {FIRST}: as in git")
        await search.types(BOB, "cause none: wrong")

        [post] = search.posts("bob withdrew the cause: wrong")
        assert "There is no cause now. The investigation continues." in text(post)
        assert [] == search.posts("set the status to")
        assert before + 2 == len(search.posts(""))  # this post, and the next step
