"""Parsers for the arguments that people type: words, durations, areas, severities, people."""

import re
from collections.abc import Mapping

from bot.domain.alerts.routing import SEVERITY_WORDS, normalized
from bot.domain.errors import Refused
from bot.domain.vocabulary import Area, Severity
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
_SEVERITY = re.compile(r"(?:sev-?|p|s)?([1-4])", re.IGNORECASE)
#: A severity in a title with the punctuation around it: "SEV1:", "[sev 1]", "(p1)", "*Severity 1*".
_SEVERITY_IN_TEXT = re.compile(
    r"(?<![\w.:/-])[\[(*_~`]*((?:sev(?:erity)?[\s_-]?|p)[0-5])(?!\w)[\])*_~`]*(?:[:;,!]+(?=\s|$)|\s+[–—-]+(?=\s)|(?![\w.-]))",
    re.IGNORECASE,
)
#: Severity words that count at the end of a title. Others, such as `error` and `page`, may be part of it.
_SEVERITY_AT_END = {"critical", "emergency", "fatal"}
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


def parse_severity(word: str, words: Mapping[str, Severity] = SEVERITY_WORDS) -> Severity | None:
    """Return the severity for "sev2", "SEV-2", "2", "p2" or one of `words`, else None."""
    if severity := words.get(normalized(word)):
        return severity
    found = _SEVERITY.fullmatch(word)
    return Severity(f"sev{found[1]}") if found else None


def split_severity(text: str, words: Mapping[str, Severity]) -> tuple[Severity | None, str]:
    """Return the severity in a title (`sev2`, `p2`, `severity:critical`) or None, and the title without it.

    A title that ends in `critical` has that severity and keeps the word: "the queue is critical".
    Raise Refused if `severity:` is followed by an unknown word.
    """
    option, rest = split_option(text, "severity")
    if option:
        if severity := parse_severity(option, words):
            return severity, rest
        names = ", ".join(dict.fromkeys((*Severity, *words)))
        raise Refused(f"Unknown severity {option!r}. Severities are: {names}.")
    if code := _SEVERITY_IN_TEXT.search(text):
        title = " ".join(f"{text[: code.start()]} {text[code.end() :]}".split())
        return parse_severity(code[1].lower().replace("severity", "sev"), words), title.strip(" ,;:–—-")
    typed = text.split()
    last = typed[-1].lower() if typed else ""
    return (words.get(last) if last in _SEVERITY_AT_END else None), text


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
    """Return the refusal of a name that is not a mention."""
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
