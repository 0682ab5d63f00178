"""Implausible times are refused in every command."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import commands
from bot.domain.rules.decide.decide import decide
from tests.domain.given import NOW, incident_after, refusal


@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        (
            datetime(2062, 1, 1, tzinfo=UTC),
            "2062-01-01 00:00 UTC is in the future. Enter a time up to now (10:42 UTC).",
        ),
        (
            datetime(1, 1, 1, tzinfo=UTC),
            "0001-01-01 00:00 UTC is more than a year ago. Enter a later time, or put the date in the text.",
        ),
    ],
)
def test_an_implausible_time_is_refused(when: datetime, sentence: str) -> None:
    """A time in the future or in a mistyped year is refused, for notes and for the impact."""
    issued: list[commands.AnyCommand] = [
        commands.AddNote(by="U1", text="x", at=when),
        commands.DescribeImpact(by="U1", text="x", began_at=when),
    ]

    assert [sentence, sentence] == [refusal(incident_after(), command) for command in issued]


def test_a_time_months_ago_is_accepted() -> None:
    """A note may be about a change that was made months ago."""
    when = NOW - timedelta(days=300)

    assert [when] == [
        event.at for event in decide(incident_after(), commands.AddNote(by="U1", text="x", at=when), NOW)
    ]
