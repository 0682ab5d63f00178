"""Lengths of time in words."""

from datetime import timedelta


def duration(length: timedelta) -> str:
    """Return a length of time in words: "under a minute", "12 min", "1 h 5 min", "2 d"."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return "under a minute"
    days, hours = minutes // 1440, minutes // 60 % 24
    told = [(days, "d"), (hours, "h")] if days else [(hours, "h"), (minutes % 60, "min")]
    return " ".join(f"{number} {unit}" for number, unit in told if number)
