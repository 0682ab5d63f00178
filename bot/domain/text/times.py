"""Lengths of time and moments in words."""

from datetime import UTC, datetime, timedelta


def duration(length: timedelta) -> str:
    """Return a length of time in words: "under a minute", "12 min", "1 h 5 min", "2 d"."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return "under a minute"
    days, hours = minutes // 1440, minutes // 60 % 24
    told = [(days, "d"), (hours, "h")] if days else [(hours, "h"), (minutes % 60, "min")]
    return " ".join(f"{number} {unit}" for number, unit in told if number)


def time_of_day(at: datetime, *, dated: bool = False, to_the_second: bool = False) -> str:
    """Return `10:00 AM` in UTC, with `dated` `February 18, 10:00 AM`, `to_the_second` `10:00:07 AM`."""
    utc = at.astimezone(UTC)
    seconds = f":{utc:%S}" if to_the_second else ""
    time = f"{utc.hour % 12 or 12}:{utc:%M}{seconds} {'AM' if utc.hour < 12 else 'PM'}"
    return f"{utc:%B} {utc.day}, {time}" if dated else time


def moment(at: datetime, *, date: bool = False, to_the_second: bool = False) -> str:
    """Return a moment, which Slack shows in each reader's own zone, with its date or seconds if asked for."""
    if to_the_second:
        return _markup(at, "{time_secs}", f"{at.astimezone(UTC):%H:%M:%S} UTC")
    return _in_own_zone(at, " UTC", date=date)


def moment_beside(at: datetime, other: datetime) -> str:
    """Return a moment, with its date where that is another than that of `other`."""
    return moment(at, date=at.astimezone(UTC).date() != other.astimezone(UTC).date())


def on_both_clocks(at: datetime, *, date: bool = False) -> str:
    """Return a moment in the reader's own zone and in UTC: who typed the wrong one sees it at once."""
    return f"{_in_own_zone(at, '', date=date)} ({at.astimezone(UTC):%H:%M} UTC)"


def _in_own_zone(at: datetime, zone: str, *, date: bool) -> str:
    """Return the markup; what cannot show it shows UTC, with `zone` behind it."""
    utc = at.astimezone(UTC)
    shown, otherwise = ("{date_short_pretty} {time}", "%Y-%m-%d %H:%M") if date else ("{time}", "%H:%M")
    return _markup(utc, shown, f"{utc:{otherwise}}{zone}")


def _markup(at: datetime, shown: str, otherwise: str) -> str:
    return f"<!date^{int(at.timestamp())}^{shown}|{otherwise}>"


def parse_utc(value: str | float) -> datetime:
    """Return the time in UTC from ISO 8601 (default zone: UTC), or from seconds or milliseconds since 1970.

    Raise ValueError, OverflowError or OSError if it is not a time.
    """
    if isinstance(value, str):
        at = datetime.fromisoformat(value.strip())
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    # As seconds this would be the year 5138.
    is_milliseconds = value >= 1e11
    return datetime.fromtimestamp(value / 1000 if is_milliseconds else value, UTC)
