"""Times in Slack's markup."""

from datetime import UTC, datetime

from bot.slack.dates import moment, on_both_clocks

AT = datetime(2026, 11, 22, 10, 3, 7, tzinfo=UTC)


def test_a_moment_is_shown_in_the_readers_time_zone() -> None:
    """Slack shows the reader's time zone, and UTC where it cannot."""
    assert "<!date^1795341787^{time}|10:03 UTC>" == moment(AT)
    assert "<!date^1795341787^{date_short_pretty} {time}|2026-11-22 10:03 UTC>" == moment(AT, date=True)


def test_a_moment_to_the_second() -> None:
    """Times that differ by seconds are shown differently."""
    assert "<!date^1795341787^{time_secs}|10:03:07 UTC>" == moment(AT, to_the_second=True)


def test_a_typed_time_is_confirmed_on_both_clocks() -> None:
    """A confirmation shows both UTC, as understood, and the reader's time, which they may have meant."""
    assert "<!date^1795341787^{time}|10:03> (10:03 UTC)" == on_both_clocks(AT)
    assert "<!date^1795341787^{date_short_pretty} {time}|2026-11-22 10:03> (10:03 UTC)" == (
        on_both_clocks(AT, date=True)
    )
