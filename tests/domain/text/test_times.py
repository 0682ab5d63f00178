"""Durations and times of day in words."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.text.times import duration, time_of_day


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "under a minute"),
        (59, "under a minute"),
        (60, "1 min"),
        (720, "12 min"),
        (3900, "1 h 5 min"),
        (14400, "4 h"),
        (172800 + 300, "2 d"),
        (183600, "2 d 3 h"),
    ],
)
def test_duration(seconds: int, text: str) -> None:
    """A duration is shown in its two largest units."""
    assert text == duration(timedelta(seconds=seconds))


def test_time_of_day() -> None:
    """A time of day is shown on a 12-hour clock, as in Stack's report of the outage."""
    at = datetime(2024, 2, 18, 13, 5, 7, tzinfo=UTC)

    assert "1:05 PM" == time_of_day(at)
    assert "February 18, 1:05:07 PM" == time_of_day(at, dated=True, to_the_second=True)
