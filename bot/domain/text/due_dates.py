"""Reads due dates that people type for action items."""

import re
from datetime import date, timedelta

from bot.domain.errors import Refused
from bot.domain.text.calendar_words import MONTH, MONTHS, WEEKDAY, WEEKDAYS, plain_blanks

_DUE = re.compile(
    rf"(?:(?P<iso>\d{{4}}-\d\d-\d\d)|(?P<word>today|tomorrow)|in\s+(?P<count>\d{{1,3}})\s?(?P<unit>[dw])(?:ays?|eeks?)?"
    rf"|(?:next\s+)?(?P<weekday>{WEEKDAY})"
    rf"|(?P<month>{MONTH})\s+(?P<of_month>\d\d?)(?:st|nd|rd|th)?(?:,?\s+(?P<year>\d{{4}}))?"
    rf"|(?P<of_month2>\d\d?)(?:st|nd|rd|th)?\.?\s+(?P<month2>{MONTH})(?:,?\s+(?P<year2>\d{{4}}))?)"
    r"(?![\w-])[.,;)]*",
    re.IGNORECASE,
)


def split_due(text: str, today: date) -> tuple[date | None, str]:
    """Return the day after "due" (`due:friday`, `due: 2026-12-24`, `…, due Dec 24`) or None, and the rest.

    `today` is the writer's date. Raise Refused for a day after `due:` that cannot be read.
    """
    clean = plain_blanks(text)
    for found in re.finditer(r"(?:^|[\s,;(])due(?P<colon>:)?\s*(?:on|by)?\s*(?=\S)", clean, re.IGNORECASE):
        day = _DUE.match(clean, found.end())
        at = _due(day, today) if day else None
        if day and at:
            rest = f"{clean[: found.start()].rstrip(' ,;')} {clean[day.end() :].strip()}"
            return at, rest.strip()
        if found["colon"]:
            word = clean[found.end() :].split()[0]
            raise Refused(f"“{word}” is not a date. Write due:2026-01-31, due:tomorrow or due:friday.")
    return None, text.strip()


def _due(found: re.Match[str], today: date) -> date | None:
    """Return the day, the next one from today unless the year was typed, or None if it does not exist."""
    try:
        if found["iso"]:
            return date.fromisoformat(found["iso"])
        if found["word"]:
            return today + timedelta(days=found["word"].lower() == "tomorrow")
        if found["count"]:
            return today + timedelta(days=int(found["count"]) * (7 if found["unit"].lower() == "w" else 1))
        if found["weekday"]:
            return today + timedelta(
                days=(WEEKDAYS.index(found["weekday"][:3].lower()) - today.weekday() - 1) % 7 + 1
            )
        month = MONTHS.index((found["month"] or found["month2"])[:3].lower()) + 1
        of_month, year = int(found["of_month"] or found["of_month2"]), found["year"] or found["year2"]
        day = date(int(year or today.year), month, of_month)
        return day if year or day >= today else date(today.year + 1, month, of_month)
    except (ValueError, OverflowError):
        return None
