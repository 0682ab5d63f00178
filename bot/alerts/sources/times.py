"""Reads the times that senders write."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from bot.domain.text.times import parse_utc

YEARS = range(2000, 2200)  # any other year is a broken date, and adding to it could overflow
#: Go's zero time, which Alertmanager sends for "not yet".
NEVER = "0001-01-01T00:00:00Z"
_NUMBER = re.compile(r"\d+(\.\d+)?")
#: The format of Go's time.String(). Its last part repeats the zone or is a monotonic clock reading.
_GO = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?) ([+-]\d{4}) \S+(?: m=\S+)?")
#: RFC 1123: "Sat, 21 Nov 2026 21:59:00 GMT". Other abbreviations of zones are ambiguous.
_RFC_1123 = re.compile(
    r"(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d(?::\d\d)? (?:GMT|UTC?|[+-]\d{4})"
)


@dataclass(frozen=True, kw_only=True)
class Start:
    """When an alert began (UTC), whether its sender reported that, and a note if the time is unreadable."""

    at: datetime
    told: bool
    note: str = ""


def parse_time(value: object) -> datetime | None:
    """Return the time (UTC), or None if it cannot be read.

    It may be RFC 3339 (default zone: UTC), RFC 1123, the form of Go's time.String(), or a number of seconds,
    milliseconds, microseconds or nanoseconds since 1970, also as text.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        at = _parse_text(value.strip()) if isinstance(value, str) else parse_utc(value)
    except (ValueError, OverflowError, OSError):
        return None
    return at if at.year in YEARS else None


def first_time(entry: Mapping[str, Any], names: tuple[str, ...]) -> tuple[object, datetime | None]:
    """Return the first of these fields that is set, as written and as a time (UTC).

    Values that senders write for "no time" count as not set: null, "", 0 and Go's zero time.
    """
    for name in names:
        value = entry.get(name)
        is_zero_time = isinstance(value, str) and value.strip().startswith(NEVER[:10])
        if value not in (None, "", 0, "0") and not is_zero_time:
            return value, parse_time(value)
    return None, None


def start(entry: Mapping[str, Any], names: tuple[str, ...], received_at: datetime) -> Start:
    """Return when an alert began: the first of these fields, but never later than `received_at`.

    If a sender's clock is ahead, its alert would otherwise seem newer than every later one.
    """
    value, at = first_time(entry, names)
    if value is not None and at is None:
        note = f"Its start time {str(value)[:80]!r} is unreadable, so the time of receipt is used."
        return Start(at=received_at, told=False, note=note)
    return Start(at=min(at or received_at, received_at), told=at is not None)


def _parse_text(text: str) -> datetime:
    """Return the time (UTC). Raise ValueError if it is in none of the known forms."""
    if _NUMBER.fullmatch(text):
        return parse_utc(float(text) if "." in text else int(text))
    if _RFC_1123.fullmatch(text):
        at = parsedate_to_datetime(text)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    if go := _GO.fullmatch(text):
        return parse_utc(f"{go[1]}{go[2]}")
    return parse_utc(text)
