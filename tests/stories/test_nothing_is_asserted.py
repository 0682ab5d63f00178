"""Nothing is recorded that nobody said: not by the channel, the postmortem, or the runbook's experience."""

import pytest

from bot.config.settings import Settings
from bot.documents.drafting import gather
from bot.domain import events
from bot.domain.insights.coverage import Coverage, board
from bot.domain.insights.learning import cause_record
from bot.domain.vocabulary import Area, Status
from bot.slack.incoming.slash import parse
from bot.slack.incoming.slash.requests import SlashContext
from tests.domain.given import NOW, incident_after
from tests.stories.investigating import ALICE, BOB, Search, begun_with

STEPS = """
title: Four checks
steps:
  - {id: key, title: Read the key, area: config}
  - {id: pool, title: Count the connections, area: database, minutes: 9}
  - {id: ttl, title: Read the lifetime, area: identity, minutes: 10}
  - {id: deploy, title: Ask who deployed, area: change, minutes: 11}
"""


async def learned(search: Search) -> tuple[str, ...]:
    """Close the incident and return the steps that its runbook counts as the cause."""
    await search.types(ALICE, "resolve fixed")
    await search.types(ALICE, "close")
    record = cause_record(await search.incident())
    assert record
    return record.causes


def review(search: Search) -> str:
    """Return the review of the runbook that was posted at the close."""
    [posted] = search.posts("Runbook review")
    return str(posted.blocks)


async def test_a_guessed_area_is_not_a_fact(settings: Settings) -> None:
    """A hypothesis without an area is confirmed: neither the cause nor the runbook gets the guessed area."""
    async with begun_with(settings, STEPS) as search:
        await search.types(ALICE, "suspect the moon is in the way")
        await search.types(BOB, "confirmed 1 seen from the roof")

        incident = await search.incident()
        assert search.posts("*Cause*: the moon is in the way — bob")
        assert Coverage.UNCHECKED is board(incident)[Area.CHANGE]
        facts = await gather(search.bot.store, incident, search.bot.names)
        assert facts.cause
        assert ("", "guessed area: change") == (facts.cause.area, facts.hypotheses[0].area)
        assert {"not checked"} == {row.outcome for row in facts.steps}
        assert "Confirmed (guessed area: change): the moon" in str([row.text for row in facts.timeline])
        assert () == await learned(search)


async def test_a_guessed_area_that_was_ruled_out_is_not_clear(settings: Settings) -> None:
    """Ruling out a hypothesis with a guessed area does not clear that area. An area from the menu counts."""
    async with begun_with(settings, STEPS) as search:
        await search.types(ALICE, "suspect the moon is in the way")
        await search.types(ALICE, "suspect a tired operator")
        await search.types(ALICE, "area 2 config")
        await search.types(BOB, "refuted 1 new moon")
        await search.types(BOB, "refuted 2 all slept")

        areas = board(await search.incident())
        assert (Coverage.UNCHECKED, Coverage.CLEAR) == (areas[Area.CHANGE], areas[Area.CONFIG])


async def test_a_clear_step_did_not_find_the_cause(settings: Settings) -> None:
    """Alice marked the only config step clear. A cause in config that Bob records is not credited to it."""
    async with begun_with(settings, STEPS) as search:
        await search.types(ALICE, "clear key: as in git")
        await search.types(BOB, "cause a flag was on area:config")

        assert () == await learned(search)


async def test_a_step_is_credited_only_with_the_cause_it_found(settings: Settings) -> None:
    """The review names the step that the cause came from, and other marked steps separately."""
    async with begun_with(settings, STEPS) as search:
        await search.types(ALICE, "found key: the old one")
        await search.types(BOB, "found pool: 9 of 9 are taken")

        assert ("key", "pool") == await learned(search)
        assert "Found by: Read the key (config)\\n" in review(search)
        assert "Also marked as the cause: Count the connections (database)" in review(search)


async def test_a_hypothesis_was_not_found_by_a_step(settings: Settings) -> None:
    """If the cause is a hypothesis, a step that somebody marked did not find it."""
    async with begun_with(settings, STEPS) as search:
        await search.types(ALICE, "suspect packets are lost area:network")
        await search.types(ALICE, "confirmed 1 loss 40%")
        await search.types(BOB, "found pool: 9 of 9 are taken")

        await learned(search)
        assert "Cause: packets are lost." in review(search)
        assert "Found by" not in review(search)
        assert "• Marked as the cause: Count the connections (database)" in review(search)


async def test_evidence_is_shown_with_the_person_who_gave_it(settings: Settings) -> None:
    """Bob adds evidence to Alice's step. The postmortem does not attribute it to Alice."""
    async with begun_with(settings, STEPS) as search:
        await search.types(ALICE, "found key: the old one")
        await search.types(BOB, "found key: it expired in May")

        facts = await gather(search.bot.store, await search.incident(), search.bot.names)
        row = facts.steps[0]
        assert ("alice", "it expired in May (bob)") == (row.who, row.evidence)


@pytest.mark.parametrize(
    ("first", "again"),
    [("found key: the old one", "found key"), ("confirmed 1 loss 40%", "confirmed 1")],
)
async def test_the_same_cause_after_a_reopening(settings: Settings, first: str, again: str) -> None:
    """In a reopened incident, marking the recorded cause again makes it identified, with a post."""
    async with begun_with(settings, STEPS) as search:
        await search.types(ALICE, "suspect packets are lost")
        await search.types(ALICE, first)
        await search.types(ALICE, "resolve fixed")
        await search.types(ALICE, "reopen it fails again")
        before = len(search.posts("*Cause*"))
        await search.types(BOB, again)

        assert Status.IDENTIFIED is (await search.incident()).status
        assert before + 1 == len(search.posts("*Cause*"))
        assert [ALICE, BOB] == [event.by for event in await search.happened(events.CauseNamed)]


async def test_another_step_after_a_reopening_is_announced(settings: Settings) -> None:
    """The status that another marked step sets in a reopened incident is not set silently."""
    async with begun_with(settings, STEPS) as search:
        await search.types(ALICE, "found key: the old one")
        await search.types(ALICE, "resolve fixed")
        await search.types(ALICE, "reopen it fails again")
        await search.types(BOB, "found pool: 9 of 9 are taken")

        assert 1 == len(search.posts("bob set the status to *identified*: Count the connections"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("none", ""),
        ("None.", ""),
        ("none: no loss there", "no loss there"),
        ("none — no loss there", "no loss there"),
        ("none because it still fails", "because it still fails"),
        ("none yet", "yet"),
        ("nothing: it still fails", "it still fails"),
        ("no cause found", ""),
        ("unknown", ""),
        ("undo", ""),
        ("-", ""),
        ("?", ""),
    ],
)
def test_a_cause_that_says_there_is_none(text: str, reason: str) -> None:
    """Words that mean "no cause" withdraw the cause instead of becoming the cause."""
    assert ("WithdrawCause", reason) == read_cause(text)


@pytest.mark.parametrize(
    "text",
    ["none of the pods had the new key", "unknown certificate authority", "nothing listened on 443"],
)
def test_a_cause_that_begins_like_no_cause(text: str) -> None:
    """A sentence that begins with such a word is a cause."""
    assert ("NameCause", text) == read_cause(text)


def read_cause(text: str) -> tuple[str, str]:
    """Return the command that `/incident cause …` becomes, and its text."""
    read = parse.read(parse.split(f"cause {text}", ALICE), SlashContext(incident=incident_after(), now=NOW))
    return type(read).__name__, str(getattr(read, "text", getattr(read, "reason", "")))
