"""Reads the parts of what people type: words, times, lengths, areas, severities, people."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from bot.domain.alerts.routing import SEVERITY_WORDS
from bot.domain.errors import Refused
from bot.domain.vocabulary import Area, Severity
from bot.slack.mrkdwn import mentions_in

_INCIDENT = re.compile(r"#?inc-?(\d{1,9})\b[:,]?", re.IGNORECASE)
_CLOCK = re.compile(r"(?:at\s+)?([01]?\d|2[0-3]):([0-5]\d)(?:\s*(?:utc|z))?(?=\s|$)[,:]?", re.IGNORECASE)
_DATED = re.compile(
    r"(\d{4}-\d\d-\d\d)[ T]((?:[01]\d|2[0-3]):[0-5]\d)(?:\s*(?:utc|z))?(?=\s|$)[,:]?", re.IGNORECASE
)
_AGO = re.compile(r"-(?:(\d{1,3})\s?h)?\s?(?:(\d{1,4})\s?m(?:in)?)?(?=\s|$)", re.IGNORECASE)
_LENGTH = re.compile(r"(?:(\d{1,3})\s?h)?\s?(?:(\d{1,4})\s?m(?:in)?)?(?=\s|$)", re.IGNORECASE)
#: Within a sentence a length is a word, or two, as in "1h 30m": "a lag of 2 h" is part of it.
_LENGTH_AT_END = re.compile(r"(?:^|\s)(?=\d)(?:(\d{1,3})h)?\s?(?:(\d{1,4})m(?:in)?)?$", re.IGNORECASE)
_LENGTH_IN_FRONT = re.compile(
    r"(?=\d)(?:(\d{1,3})h(?=\s|\d|$))?\s?(?:(\d{1,4})m(?:in)?)?(?=\s|$)", re.IGNORECASE
)
#: Between single ones an apostrophe may stand within a word.
_QUOTED = r"[\"“”„«»]([^\"“”„«»]+)[\"“”„«»]|['‘’‚](.+?)['‘’](?!\S)"
_SEVERITY = re.compile(r"(?:sev-?|p|s)?([1-4])", re.IGNORECASE)
_SEVERITY_IN_TEXT = re.compile(r"(?:sev-?|p)[1-4]", re.IGNORECASE)
#: Words for a severity that name nothing at the end of a title, as `error` and `page` do.
_SEVERITY_AT_END = {"critical", "emergency", "fatal"}
#: A time of day as people write it, but not as it is read here.
_CLOCK_ALIKE = re.compile(r"\d{1,2}[.h]\d\d(?=[\s,;]|$)|\d{1,2}(?:[:.]\d\d)?\s?[ap]m\b", re.IGNORECASE)

#: How far local time is ahead of UTC at most.
EAST = timedelta(hours=14)

#: What people call areas, beside their names.
AREA_NAMES = {
    "db": Area.DATABASE,
    "settings": Area.CONFIG,
    "configuration": Area.CONFIG,
    "deploy": Area.CHANGE,
    "auth": Area.IDENTITY,
    "upstream": Area.DEPENDENCY,
    "load": Area.CAPACITY,
    "net": Area.NETWORK,
    "dns": Area.NETWORK,
    "sec": Area.SECURITY,
}


def first_word(text: str) -> tuple[str, str]:
    """Return the first word and the rest."""
    word, _, rest = text.strip().partition(" ")
    if "\n" in word:
        word, _, rest = text.strip().partition("\n")
    return word, rest.strip()


def split_incident(text: str) -> tuple[int | None, str]:
    """Return the number of the incident that a text names first (`INC-7 note …`), if any, and the rest."""
    found = _INCIDENT.match(text.strip())
    if not found:
        return None, text.strip()
    return int(found[1]), text.strip()[found.end() :].strip()


def parse_time(text: str, now: datetime) -> tuple[datetime | None, str]:
    """Return the moment a text begins with ("10:45", "-5m", "2026-11-21 17:20"; UTC), if any, and the rest.

    Raises Refused for a time of day so little ahead of `now` that it may be local time; one further ahead
    was yesterday's.
    """
    if (found := _AGO.match(text)) and (found[1] or found[2]):
        ago = timedelta(hours=int(found[1] or 0), minutes=int(found[2] or 0))
        return now - ago, text[found.end() :].strip()
    if found := _CLOCK.match(text):
        at = now.astimezone(UTC).replace(hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0)
        if timedelta() < at - now <= EAST:
            raise Refused(
                f"It is {now.astimezone(UTC):%H:%M} UTC now; times are UTC. "
                f"Write -5m, or the date for yesterday: {at - timedelta(days=1):%Y-%m-%d %H:%M}."
            )
        return (at if at <= now else at - timedelta(days=1)), text[found.end() :].strip()
    return _dated(text)


def _dated(text: str) -> tuple[datetime | None, str]:
    found = _DATED.match(text)
    try:
        at = datetime.fromisoformat(f"{found[1]}T{found[2]}:00+00:00") if found else None
    except ValueError:  # no day of any month
        at = None
    return at, text[found.end() :].strip() if found and at else text.strip()


def split_since(text: str, now: datetime) -> tuple[datetime | None, str]:
    """Return the moment after "since" (UTC), if any, and the text without it.

    Raises Refused for what may be a time and is not written as one: it would be lost in the text.
    """
    for found in re.finditer(r"\bsince\s+", text, re.IGNORECASE):
        at, rest = parse_time(text[found.end() :], now)
        if at:
            return at, f"{text[: found.start()].strip()} {rest}".strip(" ,;")
        if alike := _CLOCK_ALIKE.match(text, found.end()):
            raise Refused(
                f"Is {alike[0]} a time? Write it as `since 09:50` (UTC), `since -20m` or "
                "`since 2026-01-31 10:45`; if it is none, put a word before it."
            )
    return None, text.strip()


def severity(word: str, words: Mapping[str, Severity] = SEVERITY_WORDS) -> Severity | None:
    """Return the severity that a word names ("sev2", "SEV-2", "2", "p2", or one of `words`), if any."""
    if named := words.get(word.lower()):
        return named
    found = _SEVERITY.fullmatch(word)
    return Severity(f"sev{found[1]}") if found else None


def severity_in(text: str, words: Mapping[str, Severity]) -> tuple[Severity | None, str]:
    """Return the severity of a title and the title without it: `sev2`, `p2`, or `severity:` and a word.

    A title that ends in `critical` has it too, and keeps the word: "the queue is critical".
    Raises Refused when there is no such severity.
    """
    named, rest = option(text, "severity")
    if named:
        found = severity(named, words)
        if found is None:
            known = ", ".join(dict.fromkeys((*Severity, *words)))
            raise Refused(f"There is no severity {named!r}. There are: {known}.")
        return found, rest
    said = text.split()
    named = next((word for word in said if _SEVERITY_IN_TEXT.fullmatch(word)), "")
    if named:
        return severity(named), " ".join(word for word in said if word != named)
    last = said[-1].lower() if said else ""
    return (words.get(last) if last in _SEVERITY_AT_END else None), text


def option(text: str, name: str) -> tuple[str, str]:
    """Return the value of `name:value` anywhere in a text, or nothing, and the text without it.

    A value of several words stands in quotes, straight or as phones write them.
    """
    found = re.search(rf"(?:^|\s){name}:(?:{_QUOTED}|(\S+))", text, re.IGNORECASE)
    if not found:
        return "", text.strip()
    value = next(filter(None, found.groups()), "")
    return value, f"{text[: found.start()]} {text[found.end() :].strip()}".strip()


def area(word: str) -> Area:
    """Return the area of that name or its beginning. Raises Refused when there is none."""
    lowered = word.lower()
    fitting = (known for known in Area if lowered and known.startswith(lowered))
    named = AREA_NAMES.get(lowered) or next(fitting, None)
    if named is None:
        raise Refused(f"There is no area {word!r}. There are: {', '.join(Area)}.")
    return named


def split_owner(text: str) -> tuple[str, str]:
    """Return the text without the person at its end, and that person. Raises Refused for an unknown @name."""
    words = text.split()
    if words and (ids := mentions_in(words[-1])) and words[-1].startswith("<@"):
        return " ".join(words[:-1]), ids[0]
    unknown = next((word for word in (*words[:1], *words[-1:]) if word.startswith("@")), None)
    if unknown:
        raise nobody(unknown)
    return text.strip(), ""


def nobody(name: str) -> Refused:
    """Return the refusal of a name that is no mention."""
    return Refused(f"Who is {name!r}? Pick the person from Slack's list: type @ and the name.")


def split_duration(text: str) -> tuple[str, int | None]:
    """Return the text without the length it ends or begins with ("10m", "1h", "1h30m"), and its minutes."""
    text = text.strip()
    found = _LENGTH_AT_END.search(text) or _LENGTH_IN_FRONT.match(text)
    if not found or not (found[1] or found[2]):
        return text, None
    rest = f"{text[: found.start()]} {text[found.end() :]}".strip()
    return rest, int(found[1] or 0) * 60 + int(found[2] or 0)


def split_recipient(text: str) -> tuple[str, str]:
    """Return whom a text names first, and the rest: a mention, the words before a colon, or one word."""
    text = text.strip()
    if text.startswith("<@") and (ids := mentions_in(text)):
        return ids[0], text.partition(">")[2].strip(" :,")
    name, colon, reason = text.partition(": ")
    if colon and len(name) <= 60:
        return name.strip(), reason.strip()
    return first_word(text)


def parse_duration(text: str) -> tuple[int | None, str]:
    """Return the minutes of the length a text begins with ("30m", "2h", "1h30m"), if any, and the rest."""
    found = _LENGTH.match(text)
    if not found or not (found[1] or found[2]):
        return None, text.strip()
    return int(found[1] or 0) * 60 + int(found[2] or 0), text[found.end() :].strip()


def split_title(text: str) -> tuple[str, str]:
    """Return title and text of "title: text"."""
    title, _, rest = text.partition(": ")
    return title.strip(), rest.strip()


def due(text: str) -> str:
    """Return a due date as YYYY-MM-DD. Raises Refused when it is none."""
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise Refused(f"{text!r} is no date. Write it as due:2026-01-31.") from None
