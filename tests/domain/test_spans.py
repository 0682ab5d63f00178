"""Lengths of time in words."""

from datetime import timedelta

import pytest

from bot.domain.spans import duration


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
