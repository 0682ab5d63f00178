"""The times that people type: a table of spellings, and properties across changes of the clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Refused
from bot.domain.text.time_grammar import parse_whole, split_time, split_time_after
from tests.domain.text.time_spellings import BERLIN, NOW, SPELLINGS, utc

CHICAGO, DELHI = ZoneInfo("America/Chicago"), ZoneInfo("Asia/Kolkata")


@pytest.mark.parametrize(("spelling", "at"), SPELLINGS)
def test_spellings(spelling: str, at: datetime) -> None:
    """Each spelling is read alone, in front of text, after "since", and without the text changing."""
    assert (at, "") == split_time(spelling, NOW, BERLIN)
    assert (at, "the pool, at 3:1 x") == split_time(f"{spelling} the pool, at 3:1 x", NOW, BERLIN)
    bare = spelling.strip().removeprefix("\u00a0")
    assert (at, "logins fail") == split_time_after("since", f"logins fail since {bare}", NOW, BERLIN)
    assert at == parse_whole(spelling, NOW, BERLIN)


def test_the_table_is_long() -> None:
    """The table has at least 120 different spellings."""
    assert 120 <= len({spelling for spelling, _ in SPELLINGS})


@pytest.mark.parametrize(
    "text",
    [
        "25:99 foo",
        "24:00 foo",
        "13:60",
        "9:50:75",
        "13 PM",
        "0:30 AM",
        "13:50 pm",
        "21:50-22:10 the pool",
        "10:30/11:00",
        "12:34:56:78",
        "19:45x",
        "19:45.5",
        "1h30 left",
        "2026-02-30 10:00",
        "2026-13-01 10:00",
        "2026-06-15 restarted",
        "2026/06/15 21:50",
        "10/24 21:50",
        "24.10. 21:50",
        "24.10.2026 21:50",
        "2150Z",
        "2150 UTC",
        "yesterday 25:00",
        "21:50 +25:00 x",
        "21:50 UTC+20",
        "21:50 IST",
        "23:50",
        "today 23:50",
        "2026-06-17 10:00",
        "2026-13-40T10:00Z",
        "0000-01-01T10:00",
        "0001-01-01T00:00+10:00",
        "9999-12-31T23:59-10:00",
        "-" + "9999d" * 100,
        "09:30-10:15 the pool",
        "20260616T1450Z",
        "tomorrow 10:00",
        "tonight 23:50",
        "-1h30 the pool",
        "14.50h restarted",
    ],
)
def test_what_begins_like_a_time_and_is_none(text: str) -> None:
    """It is refused with an example, instead of counting as now."""
    with pytest.raises(Refused):
        split_time(text, NOW, BERLIN)


@pytest.mark.parametrize(
    "text",
    [
        "restarted auth",
        "3 pods restarted",
        "3:1 failover",
        "10 minutes of lag",
        "15m lag on the queue",
        "2.10 deployed",
        "500s are down",
        "-5 °C in the rack",
        "- restarted auth",
        "yesterday's deploy was fine",
        "today we found it",
        "May be the pool",
        "Mon is on call",
        "Mar 1 release was bad",
        "sat idle for an hour",
        "now it works",
        "at least 5 pods",
        "about 30 users",
        "16:9 screens",
        "[auth] restarted",
        "2026 was a good year",
        "9 pods",
        "+2 pods",
        "DNS is back",
        "14h of downtime",
        "1.25h of downtime",
        "two pods are down",
        "noon backup failed",
        "`pod-1` restarted",
        "*db* is slow",
        "",
    ],
)
def test_other_text_is_left_alone(text: str) -> None:
    """Text that does not begin like a time has none."""
    assert (None, text) == split_time(text, NOW, BERLIN)


def test_a_name_after_a_time_is_no_zone() -> None:
    """A place whose name begins like a zone stays in the text."""
    for text in ("Pacific DC is down", "Mountain View is down", "Central pool is down"):
        assert (utc(16, 12, 50), text) == split_time(f"14:50 {text}", NOW, BERLIN)


def test_the_writers_zone() -> None:
    """The same clock time is another moment in another zone."""
    assert utc(16, 20) == split_time("15:00", NOW, CHICAGO)[0]
    assert utc(16, 20) == split_time("3pm x", NOW, CHICAGO)[0]
    assert utc(16, 15) == split_time("15:00", NOW, UTC)[0]
    assert utc(16, 20, 30) == split_time("2:00 IST", NOW, DELHI)[0]
    assert utc(16, 20) == split_time("15:00 CDT", NOW, BERLIN)[0]


def test_a_capitalized_word_is_no_zone() -> None:
    """`21:50 DNS is back` has no zone, and the word stays in the text."""
    assert (utc(16, 19, 50), "DNS is back") == split_time("21:50 DNS is back", NOW, BERLIN)
    assert (utc(16, 19, 50), "AWS: S3 down") == split_time("21:50 AWS: S3 down", NOW, BERLIN)
    assert (utc(16, 19, 50), "+2 pods") == split_time("21:50 +2 pods", NOW, BERLIN)


def test_the_time_of_day_ahead() -> None:
    """A time soon to come is refused with how to write yesterday's; one far ahead is yesterday's."""
    with pytest.raises(Refused, match=r"23:50 CEST is in the future. It is 23:06 CEST now. For yesterday"):
        split_time("23:50 x", NOW, BERLIN)
    morning = datetime(2026, 6, 16, 1, 0, tzinfo=UTC)
    assert utc(15, 21, 50) == split_time("23:50 x", morning, BERLIN)[0]


def test_after_a_word() -> None:
    """The time may be anywhere in the text, and what looks like one after the word is refused."""
    for text, rest in (
        ("checkout fails since 15:00, mostly EU", "checkout fails mostly EU"),
        ("since 15:00. mostly EU", "mostly EU"),
        ("Since: 15:00 mostly EU", "mostly EU"),
        ("it is down since 3pm", "it is down"),
    ):
        assert (utc(16, 13), rest) == split_time_after("since", text, NOW, BERLIN)
    assert (None, "failing since the deploy") == split_time_after(
        "since", "failing since the deploy", NOW, BERLIN
    )
    for unreadable in ("since 9.50", "since 9h50", "since 25:00", "down since 9.50, EU"):
        with pytest.raises(Refused, match="looks like a time"):
            split_time_after("since", unreadable, NOW, BERLIN)


def test_only_a_time() -> None:
    """Where only a time is expected, more text is refused."""
    for text in ("", "soon", "21:50 x", "10"):
        with pytest.raises(Refused):
            parse_whole(text, NOW, BERLIN)


def test_a_time_that_the_clocks_skipped() -> None:
    """A local time that does not exist is refused; one that exists twice is the later one up to now."""
    spring = datetime(2026, 3, 29, 5, 0, tzinfo=UTC)
    with pytest.raises(Refused, match="02:30 did not exist on that day"):
        split_time("2026-03-29 02:30 x", spring, BERLIN)
    autumn = datetime(2026, 10, 25, 0, 40, tzinfo=UTC)  # 02:40, for the first time
    assert datetime(2026, 10, 25, 0, 30, tzinfo=UTC) == split_time("02:30", autumn, BERLIN)[0]
    later = autumn + timedelta(hours=1)  # 02:40, for the second time
    assert datetime(2026, 10, 25, 1, 30, tzinfo=UTC) == split_time("02:30", later, BERLIN)[0]


zones = st.sampled_from(
    ["Europe/Berlin", "America/Chicago", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "UTC"]
).map(ZoneInfo)
#: When the clocks change in Berlin and Chicago.
CHANGES = [utc(29, 1, month=3), utc(25, 1, month=10), utc(8, 8, month=3), utc(1, 7, month=11)]
seconds = st.integers(0, 3 * 365 * 24 * 3600).map(
    lambda later: utc(1, 0, month=1, year=2025).timestamp() + later
)
near_changes = st.builds(
    lambda change, off: change.timestamp() + off, st.sampled_from(CHANGES), st.integers(-20_000, 20_000)
)
moments = (seconds | near_changes).map(lambda at: datetime.fromtimestamp(at, UTC))
FORMATS = [
    "%H:%M",
    "%I:%M %p",
    "%H:%M:%S",
    "%H:%M %z",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S%z",
    "%b %d %Y %H:%M",
]


@given(
    moment=moments,
    zone=zones,
    minutes=st.integers(0, 10 * 60),
    form=st.sampled_from(FORMATS),
    after=st.text(),
)
def test_what_a_clock_shows_is_read_as_that_moment(
    moment: datetime, zone: ZoneInfo, minutes: int, form: str, after: str
) -> None:
    """A moment of the last 10 hours, written as a local clock shows it, is read as that moment.

    An earlier one may be less than 12 hours ahead on the clock when summer time begins. Where the clock shows
    the same time twice, the later one up to now is meant.
    """
    now = moment
    local = (now - timedelta(minutes=minutes)).astimezone(zone)
    written = local.strftime(form)
    at, _ = split_time(f"{written} the {after}", now, zone)
    exact = local.astimezone(UTC).replace(microsecond=0, second=local.second if "%S" in form else 0)
    twins = (
        {exact}
        if "%z" in form
        else {local.replace(fold=fold, microsecond=0, second=exact.second).astimezone(UTC) for fold in (0, 1)}
    )
    assert at in twins
    if "%z" not in form:
        assert at == max(twin for twin in twins if twin <= now)


@given(text=st.text(), zone=zones)
def test_any_text(text: str, zone: ZoneInfo) -> None:
    """Any text is a time up to now with the rest, no time, or refused. Nothing else is raised."""
    try:
        at, rest = split_time(text, NOW, zone)
    except Refused:
        return
    assert at is None or at <= NOW
    assert at is not None or rest == text.strip()


@given(
    text=st.from_regex(
        r"[\[(~]?(\d{1,4}[:.h/-]?){1,4} ?([AP]M|UTC|[+-]\d{1,4}|ago|[dhms]|CET)?[\]):,.]? ?\w?",
        fullmatch=True,
    )
)
def test_texts_of_digits(text: str) -> None:
    """Digits in any arrangement raise nothing but a refusal, and never give a time ahead of now."""
    try:
        at, _ = split_time(text, NOW, BERLIN)
    except Refused:
        return
    assert at is None or at <= NOW
