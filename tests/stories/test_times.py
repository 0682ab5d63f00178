"""Times that people type in Slack are read in their own time zone, and shown on both clocks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.config.settings import Settings
from bot.domain import events
from tests.stories.investigating import BOB, Search, begun

#: Ten o'clock in London is four in Chicago and eleven in Berlin.
TEN = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
CHICAGO, BERLIN = "America/Chicago", "Europe/Berlin"


def lives_in(search: Search, person: str, zone: str) -> None:
    """Set the time zone in a person's profile."""
    people = search.workspace.state.people
    people[person] = replace(people[person], tz=zone)


@pytest.mark.parametrize(
    ("zone", "typed", "minutes"),
    [
        (CHICAGO, "impact checkout fails since 3:30", -30),
        (CHICAGO, "impact checkout fails since 3:30 AM, mostly EU", -30),
        (BERLIN, "impact checkout fails since 10:30", -30),
        (BERLIN, "impact checkout fails since 9:30 UTC", -30),
        (BERLIN, "impact checkout fails since 3:30 CST", -30),
        (CHICAGO, "impact checkout fails since yesterday 22:00", -360),
        (BERLIN, "impact checkout fails since 15m ago", -15),
    ],
)
async def test_the_start_of_an_impact(settings: Settings, zone: str, typed: str, minutes: int) -> None:
    """The same words mean different moments in Chicago and in Berlin."""
    async with begun(settings) as search:
        lives_in(search, BOB, zone)
        await search.types(BOB, typed)

        began_at = (await search.incident()).impact.began_at
        assert began_at
        expected = TEN + timedelta(minutes=minutes)
        assert abs(began_at - expected) < timedelta(minutes=2)
        assert search.posts(f"({began_at:%H:%M} UTC)")


async def test_a_time_without_a_profile(settings: Settings) -> None:
    """If Slack does not tell the time zone, the time is in UTC, and the message shows it."""
    async with begun(settings) as search:
        search.workspace.faults.add("users.info", "error", error="internal_error")
        await search.types(BOB, "note 09:30 restarted auth")

        (note,) = await search.happened(events.NoteAdded)
        assert (TEN - timedelta(minutes=30), "restarted auth") == (note.at, note.text)
        assert search.posts("(09:30 UTC)")


async def test_what_is_no_time_is_refused(settings: Settings) -> None:
    """Text that begins like a time and is none records nothing, and the answer shows how to write it."""
    async with begun(settings) as search:
        answer = await search.types(BOB, "note 25:99 foo")

        assert [] == await search.happened(events.NoteAdded)
        assert "“25:99 foo” looks like a time, but Firstcheck can't read it. Write 21:50, 9:50 PM" in answer


async def test_ends_at_the_time_of_the_fact(settings: Settings) -> None:
    """Mitigated and resolved take the time of the fact, and typing them again with a time corrects it."""
    async with begun(settings) as search:
        lives_in(search, BOB, "Etc/UTC")
        await search.wait(60)
        await search.types(BOB, "impact logins fail since 09:30")
        await search.types(BOB, "mitigated 10:20 rolled back")
        mitigated = (await search.incident()).impact.mitigated_at
        await search.types(BOB, "mitigated 10:10")
        corrected = (await search.incident()).impact.mitigated_at
        await search.types(BOB, "resolve -10m rolled back for good")
        resolved = (await search.incident()).impact.resolved_at
        await search.types(BOB, "resolve at 10:45")
        impact = (await search.incident()).impact

        assert (TEN + timedelta(minutes=20), TEN + timedelta(minutes=10)) == (mitigated, corrected)
        assert resolved
        assert abs(resolved - TEN - timedelta(minutes=51)) < timedelta(minutes=2)
        assert (TEN + timedelta(minutes=45), "rolled back for good") == (
            impact.resolved_at,
            impact.resolution,
        )


async def test_an_impact_that_ended(settings: Settings) -> None:
    """`until` records when the impact ended. It cannot have ended before it began."""
    async with begun(settings) as search:
        lives_in(search, BOB, "Etc/UTC")
        answer = await search.types(BOB, "impact logins fail since 09:30 until 09:10")
        await search.types(BOB, "impact logins fail since 09:30 until 09:50")

        impact = (await search.incident()).impact
        assert "The impact began at 09:30 UTC, so it can't have ended before that." in answer
        assert (TEN - timedelta(minutes=30), TEN - timedelta(minutes=10)) == (
            impact.began_at,
            impact.mitigated_at,
        )
        assert "logins fail" == impact.summary
