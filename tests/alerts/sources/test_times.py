"""When an alert of the generic format began: the forms of times that are read, and all others."""

from datetime import UTC, datetime

import pytest

from bot.domain.alerts.alert import READING_NOTE
from tests.alerts.sources.test_generic import RECEIVED, read

MOMENT = datetime(2026, 11, 21, 21, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "1795298340",
        "1795298340.0",
        1795298340,
        1795298340000,
        "1795298340000000000",
        1795298340000000000,
        "2026-11-21 21:59:00 +0000 UTC",
        "2026-11-21 22:59:00 +0100 CET m=+0.000012",
        "2026-11-21 21:59:00.000000000 +0000 UTC",
        "Sat, 21 Nov 2026 21:59:00 GMT",
        "Sat, 21 Nov 2026 22:59:00 +0100",
        "21 Nov 2026 21:59 UTC",
        "2026-11-21T21:59:00.000Z",
        "2026-11-21T22:59+01:00",
        " 2026-11-21T21:59:00Z ",
    ],
)
def test_forms_of_a_start_time(written: object) -> None:
    """Epoch numbers of any unit, RFC 3339, RFC 1123 and the form of Go's programs are read."""
    alert = read(starts_at=written)
    assert (MOMENT, True, "") == (alert.starts_at, alert.start_told, alert.annotations.get(READING_NOTE, ""))


@pytest.mark.parametrize(
    "written",
    [
        "2026/11/21 21:59",
        "2026-11-21 22:59:00 CET",
        "Sat, 21 Nov 2026 22:59:00 CET",
        "now",
        "-1",
        -1,
        "15 minutes ago",
        {"seconds": 1795298340},
        [1795298340],
        True,
        1e300,
        20261121,
        "1970-01-01T00:00:00Z",
        "9" * 400,
    ],
)
def test_an_unreadable_start_time(written: object) -> None:
    """An alert with an unreadable start time began when it was received, and has a note about it."""
    alert = read(starts_at=written)
    assert (RECEIVED, False) == (alert.starts_at, alert.start_told)
    assert "is unreadable, so the time of receipt is used." in alert.annotations[READING_NOTE]


@pytest.mark.parametrize(
    "written", [None, "", 0, "0", "0001-01-01T00:00:00Z", "0001-01-01 00:00:00 +0000 UTC"]
)
def test_an_absent_start_time(written: object) -> None:
    """Values that stand for "no time" are no mistake: the alert began when it was received."""
    alert = read(starts_at=written)
    assert (RECEIVED, False, {}) == (alert.starts_at, alert.start_told, alert.annotations)


def test_the_time_of_sending_is_no_episode() -> None:
    """`timestamp` is when the report was sent. A repeat with a later one is no new episode."""
    first, repeat = read(timestamp="2026-11-22T11:00:00Z"), read(timestamp="2026-11-22T11:01:00Z")
    assert (datetime(2026, 11, 22, 11, 0, tzinfo=UTC), False) == (first.starts_at, first.start_told)
    assert not repeat.changes(first)
