"""Reads time zones that people type after a time: offsets, abbreviations, and names of regions."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.errors import Refused

#: Hours east of UTC by abbreviation. Some of them have a second meaning elsewhere, such as CST in China. The
#: writer's own zone decides first.
ABBREVIATIONS: Mapping[str, float] = {
    "WET": 0,
    "WEST": 1,
    "BST": 1,
    "CET": 1,
    "CEST": 2,
    "EET": 2,
    "EEST": 3,
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "AKST": -9,
    "AKDT": -8,
    "MSK": 3,
    "SAST": 2,
    "EAT": 3,
    "WAT": 1,
    "PKT": 5,
    "BRT": -3,
    "ART": -3,
    "JST": 9,
    "KST": 9,
    "SGT": 8,
    "HKT": 8,
    "AEST": 10,
    "AEDT": 11,
    "ACST": 9.5,
    "AWST": 8,
    "NZST": 12,
    "NZDT": 13,
}
#: Abbreviations that leave open whether daylight saving time applies.
REGIONS = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
    "Eastern": "America/New_York",
    "Central": "America/Chicago",
    "Mountain": "America/Denver",
    "Pacific": "America/Los_Angeles",
}
#: Abbreviations that count only in the writer's own zone: IST is used in India, Ireland and Israel.
AMBIGUOUS = {"IST", "AST"}

_ZONE = re.compile(
    r"\s?[(\[]?(?:(?P<utc>(?i:utc|gmt|z))(?P<utc_offset>[+-]\d\d?(?::?\d\d)?)?(?!\w)"
    r"|(?P<offset>[+-](?:\d\d:?\d\d|0\d))(?!\d)"
    r"|(?P<region>[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?)"
    r"|(?P<name>[A-Z]{2,4}\b|(?:Eastern|Mountain|Pacific)\b(?!\s[A-Z])|(?:Eastern|Mountain|Pacific|Central)(?=\s[Tt]ime\b))"
    r"(?:\s[Tt]ime\b)?)[)\]]?"
)


def zone_at(text: str, start: int, zone: tzinfo, now: datetime) -> tuple[int, tzinfo]:
    """Return the index after the zone at that index in the text, and the zone (default: the writer's).

    Raise Refused if the offset is impossible or the abbreviation is ambiguous.
    """
    found = _ZONE.match(text, start)
    if not found:
        return start, zone
    if found["utc"] or found["offset"]:
        return found.end(), _offset(found["utc_offset"] or found["offset"] or "")
    named = _region(found["region"]) if found["region"] else _abbreviation(found["name"], zone, now)
    return (found.end(), named) if named else (start, zone)


def _offset(written: str) -> tzinfo:
    """Return the zone of an offset such as `+2`, `-0800` or `+05:30`. Raise Refused if it is impossible."""
    digits = written.lstrip("+-").replace(":", "")
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits or 0), 0)
    if hours > 14 or minutes > 59:
        raise Refused(f"{written} is not an offset from UTC. Offsets go from -12:00 to +14:00.")
    return timezone(timedelta(hours=hours, minutes=minutes) * (-1 if written.startswith("-") else 1))


def _region(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _abbreviation(name: str, zone: tzinfo, now: datetime) -> tzinfo | None:
    """Return the zone of an abbreviation, or None for any other word. Raise Refused if it is ambiguous."""
    for at in (now, now - timedelta(days=182)):  # in summer and in winter
        local = at.astimezone(zone)
        if local.tzname() == name:
            return timezone(local.utcoffset() or timedelta(), name)
    if name in AMBIGUOUS:
        raise Refused(f"{name} has several meanings. Write the offset from UTC instead, such as +05:30.")
    if name in REGIONS:
        return _region(REGIONS[name])
    return timezone(timedelta(hours=ABBREVIATIONS[name]), name) if name in ABBREVIATIONS else None
