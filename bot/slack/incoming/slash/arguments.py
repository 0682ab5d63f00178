"""Parsers for the arguments that people type: words, durations, areas, people."""

import re

from bot.domain.errors import Refused
from bot.domain.vocabulary import Area
from bot.slack.mrkdwn import mentions_in

_INCIDENT = re.compile(r"#?inc-?(\d{1,9})\b[:,]?", re.IGNORECASE)
_DURATION = re.compile(r"(?:(\d{1,3})\s?h)?\s?(?:(\d{1,4})\s?m(?:in)?)?(?=\s|$)", re.IGNORECASE)
#: Inside a sentence, only "10m", "1h", "1h30m" and "1h 30m" are durations. "a lag of 2 h" is prose.
_DURATION_AT_END = re.compile(r"(?:^|\s)(?=\d)(?:(\d{1,3})h)?\s?(?:(\d{1,4})m(?:in)?)?$", re.IGNORECASE)
_DURATION_IN_FRONT = re.compile(
    r"(?=\d)(?:(\d{1,3})h(?=\s|\d|$))?\s?(?:(\d{1,4})m(?:in)?)?(?=\s|$)", re.IGNORECASE
)
#: Single quotes end only before a space, because a word may contain an apostrophe.
_QUOTED = r"[\"“”„«»]([^\"“”„«»]+)[\"“”„«»]|['‘’‚](.+?)['‘’](?!\S)"
#: Other names for areas.
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
    word = re.split("[ \n]", text.strip(), maxsplit=1)[0]
    return word, text.strip().removeprefix(word).strip()


def split_incident(text: str) -> tuple[int | None, str]:
    """Return the number of the incident that the text names first (`INC-7 note …`) or None, and the rest."""
    text = text.strip()
    found = _INCIDENT.match(text)
    return (int(found[1]), text[found.end() :].strip()) if found else (None, text)


def split_option(text: str, name: str) -> tuple[str, str]:
    """Return the value of `name:value` or `name: value` anywhere in the text or "", and the text without it.

    A value of several words is in quotes, straight or curly.
    """
    found = re.search(rf"(?:^|\s){name}:\s*(?:{_QUOTED}|(\S+))", text, re.IGNORECASE)
    if not found:
        return "", text.strip()
    value = next(filter(None, found.groups()), "")
    return value, f"{text[: found.start()]} {text[found.end() :].strip()}".strip()


def parse_area(word: str) -> Area:
    """Return the area with that name, alias or beginning. Raise Refused if there is none."""
    lowered = word.lower()
    if lowered in AREA_NAMES:
        return AREA_NAMES[lowered]
    for area in Area:
        if lowered and area.startswith(lowered):
            return area
    raise Refused(f"Unknown area {word!r}. Areas are: {', '.join(Area)}.")


def split_owner(text: str) -> tuple[str, str]:
    """Return the text without the mention at its end, and that user ID or "". Raise Refused for "@name"."""
    words = text.split()
    if words and (ids := mentions_in(words[-1])) and words[-1].startswith("<@"):
        return " ".join(words[:-1]), ids[0]
    for word in (*words[:1], *words[-1:]):
        if word.startswith("@"):
            raise unknown_person(word)
    return text.strip(), ""


def unknown_person(name: str) -> Refused:
    """Return the refusal for a name that isn't a mention."""
    return Refused(f"Who is {name!r}? Type @ and pick the person from Slack's list.")


def split_duration(text: str) -> tuple[str, int | None]:
    """Return the text without the duration at its end or start ("10m", "1h30m"), and its minutes or None."""
    text = text.strip()
    found = _DURATION_AT_END.search(text) or _DURATION_IN_FRONT.match(text)
    if not found or not (found[1] or found[2]):
        return text, None
    return f"{text[: found.start()]} {text[found.end() :]}".strip(), _minutes(found)


def split_recipient(text: str) -> tuple[str, str]:
    """Return the recipient a text begins with (a mention, words before a colon, or a word), and the rest."""
    text = text.strip()
    if text.startswith("<@") and (ids := mentions_in(text)):
        return ids[0], text.partition(">")[2].strip(" :,")
    name, colon, reason = text.partition(": ")
    if colon and len(name) <= 60:
        return name.strip(), reason.strip()
    return first_word(text)


def parse_duration(text: str) -> tuple[int | None, str]:
    """Return the minutes of the duration a text begins with ("30m", "1h30m") or None, and the rest."""
    found = _DURATION.match(text)
    if not found or not (found[1] or found[2]):
        return None, text.strip()
    return _minutes(found), text[found.end() :].strip()


def _minutes(found: re.Match[str]) -> int:
    return int(found[1] or 0) * 60 + int(found[2] or 0)


def split_title(text: str) -> tuple[str, str]:
    """Return the title and the text of "title: text"."""
    title, _, rest = text.partition(": ")
    return title.strip(), rest.strip()
