"""The one grammar for times that people type, in Slack and on the command line.

A time is read in the writer's time zone unless it names another one. It may be

- a time of day: `21:50`, `21:50:30`, `9:50 PM`, `9pm`, `at noon`
- a time of day with a zone: `21:50 UTC`, `21:50 CEST`, `21:50 UTC+2`, `21:50 -0800`, `21:50 Europe/Berlin`
- a date and a time of day: `2026-10-24 21:50`, `2026-10-24T21:50Z`, `yesterday 22:15`, `Mar 1 18:00`
- how long ago it was: `-10m`, `-1h30m`, `-2d`, `15m ago`, `two hours ago`

Punctuation after it and marks around it do not matter: `19:45: x`, `[19:45] x`, `~19:45, x`, `*19:45* x`.
Text that begins like a time and cannot be read is refused, because it would otherwise silently get the time
of typing.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from bot.domain.errors import Refused
from bot.domain.text.calendar_words import MONTH, MONTHS, WEEKDAY, WEEKDAYS, plain_blanks
from bot.domain.text.zones import zone_at

#: A time of day up to this far ahead of now is refused. A time further ahead means yesterday.
AHEAD = timedelta(hours=12)
#: How far a typed time may be ahead of our clock and still mean now.
TOLERANCE = timedelta(minutes=1)
EXAMPLES = "21:50, 9:50 PM, 21:50 UTC, -10m or 2026-01-31 21:50"

_UNIT = r"(?:d(?:ays?)?|h(?:ours?|rs?)?|m(?:in(?:ute)?s?)?|s(?:ec(?:ond)?s?)?)"
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
_NUMBERS |= {"ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "a couple of": 2}
_AMOUNT = rf"\d{{1,4}}(?:\.\d{{1,2}})?\s?{_UNIT}"
_AMOUNTS = rf"{_AMOUNT}(?:\s?(?:and\s)?{_AMOUNT})*"

#: The hyphen, and what phones and computers write for it.
_MINUS = "[-\N{MINUS SIGN}\N{EN DASH}]"
#: Brackets and marks around a time, with Slack's bold, italics and code.
_MARKS = "[\\[(~≈@*_`\"'“‘]*"
_ABOUT = r"(?:at|about|around|approx(?:imately|\.)?|roughly|circa|ca\.?)\s+(?=\S*\d|noon|midnight)"
_OPENING = re.compile(rf"{_MARKS}\s*(?:{_ABOUT})?{_MARKS}", re.IGNORECASE)
_AGO = re.compile(
    rf"{_MINUS}\s?(?P<minus>{_AMOUNTS})(?!\w)"
    rf"|(?P<ago>{_AMOUNTS}|an? hour|a minute|half an hour|a day|(?:{'|'.join(_NUMBERS)})\s{_UNIT})\s+ago\b",
    re.IGNORECASE,
)
_PART = re.compile(r"(\d{1,4}(?:\.\d{1,2})?)\s?([dhms])", re.IGNORECASE)
_WORDS = {"an hour": "1h", "a hour": "1h", "a minute": "1m", "half an hour": "30m", "a day": "1d"}
_DATE = re.compile(
    rf"(?:(?P<iso>\d{{4}}-\d\d?-\d\d?)(?:T|,?\s+)|(?P<day>today|yesterday),?\s+"
    r"|(?P<night>last night),?\s+|(?P<latest>tonight|this (?:morning|afternoon|evening)),?\s+"
    rf"|(?:last\s+)?(?P<weekday>{WEEKDAY}),?\s+"
    rf"|(?P<month>{MONTH})\s+(?P<of_month>\d\d?)(?:st|nd|rd|th)?(?:,?\s+(?P<year>\d{{4}}))?,?\s+"
    rf"|(?P<of_month2>\d\d?)(?:st|nd|rd|th)?\.?\s+(?P<month2>{MONTH})(?:,?\s+(?P<year2>\d{{4}}))?,?\s+)(?:at\s+)?",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"(?P<hour>\d\d?)[:：](?P<minute>\d\d)(?:[:：](?P<second>\d\d)(?:[.,]\d+)?)?"
    r"(?:\s?(?P<half>[ap])\.?m\b\.?)?(?:\s?(?:uhr|hrs|h)\b)?"
    r"|(?P<hour12>\d\d?)(?:\.(?P<minute12>\d\d))?\s?(?P<half12>[ap])\.?m\b\.?"
    r"|(?P<hour24>\d\d?)\.(?P<minute24>\d\d)\s?uhr\b"
    r"|(?P<named>noon|midnight)\b",
    re.IGNORECASE,
)
#: From one time to another: 09:30-10:15.
_RANGE = re.compile(r"\d\d?:\d\d-\d\d:\d\d(?!\d)")
#: What can follow a time: the end of the text, a blank, or punctuation without a digit after it.
_END = re.compile(r"(?=\s|$)|[\])*_`\"'”’]*[,.:;!?–—-]*(?=\s|$)|[\])*_`\"'”’]+")
_AFTER = re.compile(r"[\])*_`\"'”’]*[\s,.:;\])–—-]*")
#: Beginnings that people mean as times. `3:1` and `10 pods` are not among them.
_LIKE_A_TIME = re.compile(
    rf"\d\d?[:：]\d\d|\d\d?h\d\d(?!\w)|{_MINUS}\s?{_AMOUNTS}\d*(?!\w)|\d\d?(?:\.\d\d)?\s?[ap]\.?m\b"
    rf"|\d{{4}}\s?(?:utc|z)\b|\d{{8}}T\d{{4}}|\d\d\.\d\d\s?(?:uhr|hrs|h)\b"
    rf"|\d{{4}}[-/]\d\d?[-/]\d\d?(?:T\d|(?!\w))|\d\d?[./]\d\d?(?:[./]\d{{2,4}}|\.)?,?\s+\d\d?:\d\d"
    rf"|(?:today|yesterday|tomorrow|(?:last\s)?{WEEKDAY})\s+(?:at\s+)?\d\d?[:.]\d\d",
    re.IGNORECASE,
)
#: Notations that only count as attempts at a time after a word like "since".
_ALSO_LIKE_A_TIME = re.compile(r"\d\d?[.h]\d\d(?=[\s,;]|$)", re.IGNORECASE)


def split_time(text: str, now: datetime, zone: tzinfo) -> tuple[datetime | None, str]:
    """Return the time (UTC) that the text begins with, or None, and the text after it.

    `zone` is the writer's time zone. Raise Refused if the text begins like a time but cannot be read as one
    up to `now`.
    """
    clean = plain_blanks(text)
    start = _OPENING.match(clean).end()  # type: ignore[union-attr]  # it matches the empty text as well
    found = _time_at(clean, start, now.astimezone(UTC), zone)
    if found:
        at, end = found
        return at, clean[_AFTER.match(clean, end).end() :].strip()  # type: ignore[union-attr]  # as above
    if _LIKE_A_TIME.match(clean, start):
        raise unreadable(clean[start:])
    return None, text.strip()


def split_time_after(word: str, text: str, now: datetime, zone: tzinfo) -> tuple[datetime | None, str]:
    """Return the time (UTC) after `word` ("since", "until") anywhere in the text or None, and the rest.

    Raise Refused in the same cases as `split_time`, and for notations such as "since 9.50".
    """
    clean = plain_blanks(text)
    for found in re.finditer(rf"\b{word}:?\s+", clean, re.IGNORECASE):
        after = clean[found.end() :]
        named = re.match("noon|midnight", after, re.IGNORECASE)
        at, rest = split_time(f"at {after}" if named else after, now, zone)
        if at:
            comma = "," * after[: len(after) - len(rest)].rstrip().endswith(",")
            return at, f"{clean[: found.start()].strip()}{comma} {rest}".strip(" ,;")
        if _ALSO_LIKE_A_TIME.match(after):
            raise unreadable(after)
    return None, text.strip()


def parse_whole(text: str, now: datetime, zone: tzinfo) -> datetime:
    """Return the whole text as a time (UTC). Raise Refused if it is not a time, or has other words."""
    at, rest = split_time(text, now, zone)
    if at is None or rest:
        raise Refused(f"“{text.strip()[:40]}” is not a time. Write it like {EXAMPLES}.")
    return at


def unreadable(text: str) -> Refused:
    """Return the refusal of text that begins like a time."""
    head = " ".join(text.split()[:2])[:40]
    return Refused(
        f"“{head}” looks like a time, but Firstcheck can't read it. Write {EXAMPLES}. "
        "If it isn't a time, put a word before it."
    )


def _time_at(text: str, start: int, now: datetime, zone: tzinfo) -> tuple[datetime, int] | None:
    """Return the time at that index and the index after it, or None if there is no time."""
    found: tuple[datetime, int] | None
    try:
        if ago := _AGO.match(text, start):
            found = now - _length(ago["minus"] or ago["ago"]), ago.end()
        else:
            found = _on_the_clock(text, start, now, zone)
    except (ValueError, OverflowError):  # a date that does not exist, such as 02-30 or the year 0
        return None
    return found if found and _END.match(text, found[1]) else None


def _on_the_clock(text: str, start: int, now: datetime, zone: tzinfo) -> tuple[datetime, int] | None:
    """Return the date and time of day at that index and the index after it, or None if there is no time."""
    day = _DATE.match(text, start)
    clock = _CLOCK.match(text, day.end() if day else start)
    of_day = clock and _time_of_day(clock)
    if clock is None or of_day is None:
        return None
    if not day and (_RANGE.match(text, start) or (clock["named"] and not text[:start].strip())):
        return None
    end, zone = zone_at(text, clock.end(), zone, now)
    if not _END.match(text, end):
        return None
    return (_on_day(day, of_day, now, zone) if day and not day["latest"] else _latest(of_day, now, zone)), end


def _length(amounts: str) -> timedelta:
    """Return the length of time in words such as `1h30m`."""
    units = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
    spelled = " ".join(amounts.lower().split())
    spelled = _WORDS.get(spelled, spelled)
    for word, number in _NUMBERS.items():
        spelled = spelled.replace(f"{word} ", f"{number} ")
    return sum(
        (timedelta(**{units[unit.lower()]: float(number)}) for number, unit in _PART.findall(spelled)),
        timedelta(),
    )


def _time_of_day(clock: re.Match[str]) -> time | None:
    """Return the time of day, or None for one that does not exist, such as 25:00 or 13 PM."""
    if clock["named"]:
        return time(12 if clock["named"].lower() == "noon" else 0)
    hour = int(clock["hour"] or clock["hour12"] or clock["hour24"])
    half = (clock["half"] or clock["half12"] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    minute = int(clock["minute"] or clock["minute12"] or clock["minute24"] or 0)
    second = int(clock["second"] or 0)
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def _latest(of_day: time, now: datetime, zone: tzinfo) -> datetime:
    """Return the latest occurrence of a time of day up to `now` (UTC). Raise Refused if the next is soon."""
    today = now.astimezone(zone).date()
    moments = _moments(today, of_day, zone)
    if past := _past(moments, now):
        return past
    if moments and moments[0] - now < AHEAD:
        raise Refused(
            f"{_shown(moments[0], zone)} is in the future. It is {_shown(now, zone)} now. "
            f"For yesterday write {today - timedelta(days=1)} {of_day:%H:%M}."
        )
    yesterday = _moments(today - timedelta(days=1), of_day, zone)
    if not yesterday:
        raise _no_such_time(of_day)
    return max(yesterday)


def _on_day(found: re.Match[str], of_day: time, now: datetime, zone: tzinfo) -> datetime:
    """Return the time on that day (UTC). Raise Refused if it is in the future or does not exist."""
    day = _day(found, of_day, now.astimezone(zone).date())
    moments = _moments(day, of_day, zone)
    if not moments:
        raise _no_such_time(of_day)
    past = _past(moments, now)
    if past is None and found["weekday"]:
        past = _past(_moments(day - timedelta(days=7), of_day, zone), now)
    if past is None:
        raise Refused(f"{_shown(moments[0], zone, dated=True)} is in the future. Enter a time up to now.")
    return past


def _past(moments: list[datetime], now: datetime) -> datetime | None:
    """Return the latest of the moments (UTC) up to `now`, `now` for one that is hardly ahead, or None."""
    past = [at for at in moments if at <= now]
    return max(past) if past else next((now for at in moments if at <= now + TOLERANCE), None)


def _day(found: re.Match[str], of_day: time, today: date) -> date:
    """Return the day that was typed. Raise ValueError if it does not exist."""
    if found["night"]:
        return today - timedelta(days=of_day.hour >= 12)
    if found["iso"]:
        year, month, of_month = map(int, found["iso"].split("-"))
        return date(year, month, of_month)
    if found["day"]:
        return today - timedelta(days=found["day"].lower() == "yesterday")
    if found["weekday"]:
        return today - timedelta(days=(today.weekday() - WEEKDAYS.index(found["weekday"][:3].lower())) % 7)
    month = MONTHS.index((found["month"] or found["month2"])[:3].lower()) + 1
    of_month, year_typed = int(found["of_month"] or found["of_month2"]), found["year"] or found["year2"]
    if year_typed:
        return date(int(year_typed), month, of_month)
    day = date(today.year, month, of_month)
    return day if day <= today + timedelta(days=1) else date(today.year - 1, month, of_month)


def _moments(day: date, of_day: time, zone: tzinfo) -> list[datetime]:
    """Return when (UTC) a local clock shows that time: once, never, or twice when the clocks change."""
    found = []
    for fold in (0, 1):
        local = datetime.combine(day, of_day, zone).replace(fold=fold)
        at = local.astimezone(UTC)
        if at.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None) and at not in found:
            found.append(at)
    return found


def _no_such_time(of_day: time) -> Refused:
    return Refused(f"{of_day:%H:%M} did not exist on that day, because the clocks were changed.")


def _shown(at: datetime, zone: tzinfo, *, dated: bool = False) -> str:
    """Return the time as the writer's clock shows it, with its zone."""
    local = at.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M %Z}" if dated else f"{local:%H:%M %Z}"
