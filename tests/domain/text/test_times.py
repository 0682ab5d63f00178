"""Lengths of time and moments in words."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.text.times import duration, time_of_day
from bot.slack.dates import moment, on_both_clocks


@pytest.mark.parametrize(
    ("seconds", "shown"),
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
def test_duration(seconds: int, shown: str) -> None:
    """A length of time is told in the two units that matter."""
    assert shown == duration(timedelta(seconds=seconds))


def test_the_time_of_day() -> None:
    """On twelve hours, as the original account of the outage has it."""
    at = datetime(2024, 2, 18, 13, 5, 7, tzinfo=UTC)

    assert "1:05 PM" == time_of_day(at)
    assert "February 18, 1:05:07 PM" == time_of_day(at, dated=True, to_the_second=True)


def test_moment_is_for_each_reader() -> None:
    """The reader's zone where Slack can, UTC where it cannot."""
    at = datetime(2026, 11, 22, 10, 3, tzinfo=UTC)

    assert "<!date^1795341780^{time}|10:03 UTC>" == moment(at)
    assert "<!date^1795341780^{date_short_pretty} {time}|2026-11-22 10:03 UTC>" == moment(at, date=True)


def test_moment_may_be_told_to_the_second() -> None:
    """Two that are seconds apart are told apart."""
    at = datetime(2026, 11, 22, 10, 3, 7, tzinfo=UTC)

    assert "<!date^1795341787^{time_secs}|10:03:07 UTC>" == moment(at, to_the_second=True)


def test_a_typed_time_is_echoed_on_both_clocks() -> None:
    """The reader's, which they may have meant, and UTC, which it was taken for."""
    at = datetime(2026, 11, 22, 10, 3, tzinfo=UTC)

    assert "<!date^1795341780^{time}|10:03> (10:03 UTC)" == on_both_clocks(at)
    assert "<!date^1795341780^{date_short_pretty} {time}|2026-11-22 10:03> (10:03 UTC)" == (
        on_both_clocks(at, date=True)
    )
