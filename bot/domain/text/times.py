"""Durations and times of day in words."""

from datetime import UTC, datetime, timedelta


def duration(length: timedelta) -> str:
    """Return a duration in its two largest units: "under a minute", "12 min", "1 h 5 min", "2 d"."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return "under a minute"
    days, hours = minutes // 1440, minutes // 60 % 24
    units = [(days, "d"), (hours, "h")] if days else [(hours, "h"), (minutes % 60, "min")]
    return " ".join(f"{number} {unit}" for number, unit in units if number)


def time_of_day(at: datetime, *, dated: bool = False, to_the_second: bool = False) -> str:
    """Return `10:00 AM` in UTC; `dated` gives `February 18, 10:00 AM`, `to_the_second` `10:00:07 AM`."""
    utc = at.astimezone(UTC)
    seconds = f":{utc:%S}" if to_the_second else ""
    time = f"{utc.hour % 12 or 12}:{utc:%M}{seconds} {'AM' if utc.hour < 12 else 'PM'}"
    return f"{utc:%B} {utc.day}, {time}" if dated else time


def parse_utc(value: str | float) -> datetime:
    """Return the time in UTC from ISO 8601 (default zone: UTC), or from a number since 1970.

    The number may be in seconds, milliseconds, microseconds or nanoseconds. Raise ValueError, OverflowError
    or OSError if it is not a time.
    """
    if isinstance(value, str):
        at = datetime.fromisoformat(value.strip())
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    # As seconds, 1e11 would be the year 5138; each finer unit has a thousand times as many.
    unit = next((unit for unit in (1e9, 1e6, 1e3) if value >= 1e8 * unit), 1)
    return datetime.fromtimestamp(value / unit, UTC)
