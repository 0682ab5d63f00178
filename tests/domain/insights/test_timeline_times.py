"""When a thing happened: a time that nobody can mean is refused, wherever it was typed."""

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
            "2062-01-01 00:00 UTC lies ahead; say when it happened, up to now (10:42 UTC).",
        ),
        (
            datetime(1, 1, 1, tzinfo=UTC),
            "0001-01-01 00:00 UTC is over a year ago; say when it happened, or put that date in the text.",
        ),
    ],
)
def test_a_time_that_cannot_be_meant_is_refused(when: datetime, sentence: str) -> None:
    """Whoever says it, wherever: what lies ahead, or in a year that was mistyped."""
    issued: list[commands.AnyCommand] = [
        commands.AddNote(by="U1", text="x", at=when),
        commands.DescribeImpact(by="U1", text="x", began_at=when),
    ]

    assert [sentence, sentence] == [refusal(incident_after(), command) for command in issued]


def test_a_cause_may_be_old() -> None:
    """Months ago is a time people mean."""
    when = NOW - timedelta(days=300)

    assert [when] == [
        event.at for event in decide(incident_after(), commands.AddNote(by="U1", text="x", at=when), NOW)
    ]
