"""Times in Slack's markup, which are shown in each reader's time zone.

https://docs.slack.dev/messaging/formatting-message-text#date-formatting
"""

from datetime import UTC, datetime


def moment(at: datetime, *, date: bool = False, to_the_second: bool = False) -> str:
    """Return a time in the reader's time zone, with its date or seconds if asked for; the fallback is UTC."""
    if to_the_second:
        return _markup(at, "{time_secs}", f"{at.astimezone(UTC):%H:%M:%S} UTC")
    return _local(at, " UTC", date=date)


def on_both_clocks(at: datetime, *, date: bool = False) -> str:
    """Return a time in the reader's time zone and in UTC, so that a mistyped one is noticed."""
    return f"{_local(at, '', date=date)} ({at.astimezone(UTC):%H:%M} UTC)"


def _local(at: datetime, suffix: str, *, date: bool) -> str:
    utc = at.astimezone(UTC)
    display, fallback = ("{date_short_pretty} {time}", "%Y-%m-%d %H:%M") if date else ("{time}", "%H:%M")
    return _markup(utc, display, f"{utc:{fallback}}{suffix}")


def _markup(at: datetime, display: str, fallback: str) -> str:
    return f"<!date^{int(at.timestamp())}^{display}|{fallback}>"
