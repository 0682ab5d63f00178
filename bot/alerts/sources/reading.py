"""Reads JSON from unknown senders as text, labels and links.

An alert is unparseable only if an essential field is missing or invalid. Other fields are read as well as
possible, because an alert must not be lost over a detail.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from bot.domain.alerts.alert import Alert
from bot.domain.text.links import web_link

MAX_TEXT_CHARACTERS = 1000  # longer text is cut, with an ellipsis
MAX_KEY_CHARACTERS = 255  # the limit of PagerDuty's dedup_key
MAX_DEPTH = 4  # deeper objects and lists are dropped
MAX_ITEMS = 50  # the most list or object entries that are read into one text
MAX_MISTAKES = 3  # the most mistakes that are listed
#: Fields that hold an object's text: {"name": "high", "id": 3} is read as "high".
NAMES = ("name", "value", "text", "title", "label", "displayName", "display_name")
#: Fields of one label in a list: [{"name": "env", "value": "prod"}].
PAIRS = (("name", "value"), ("key", "value"), ("label", "value"))
#: NUL, which PostgreSQL refuses, and lone surrogates, which UTF-8 cannot encode.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class Unparseable(Exception):
    """The body does not have the format of its source; the message says what is wrong and where."""


@dataclass(frozen=True, kw_only=True)
class Notification:
    """The alerts of a body, and a sentence for each entry that could not be read."""

    alerts: tuple[Alert, ...]
    mistakes: tuple[str, ...] = ()

    @property
    def error(self) -> str:
        """The first mistakes, and how many more there are; "" if there are none."""
        more = len(self.mistakes) - MAX_MISTAKES
        listed = [*self.mistakes[:MAX_MISTAKES], *([f"And {more} more."] if more > 0 else [])]
        return " ".join(listed)


def document(body: str) -> Any:
    """Return the JSON value in `body`. Raise Unparseable if it is not JSON.

    Control characters in strings, NaN and duplicate keys are accepted, although JSON forbids them or leaves
    their meaning open. If a key is repeated, its last value counts.
    """
    if not body.strip():
        raise Unparseable("The body is empty.")
    try:
        return json.loads(body.removeprefix("\ufeff"), strict=False, parse_constant=str)
    except RecursionError as error:
        raise Unparseable("The body is nested too deeply.") from error
    except ValueError as error:  # not only JSONDecodeError: an integer of 5,000 digits is a bare ValueError
        raise Unparseable(f"The body is not valid JSON: {error}.") from error


def mapping(value: object, place: str) -> Mapping[str, Any]:
    """Return `value` if it is an object. Raise Unparseable otherwise."""
    if not isinstance(value, dict):
        raise Unparseable(f"{place} must be an object, not {_kind(value)}.")
    return value


def read_each(entries: object, read: Callable[[Mapping[str, Any], str], Alert]) -> Notification:
    """Call `read(entry, place)` for each entry of a list, or for a single entry, and return the alerts.

    An entry that cannot be read does not affect the others. Raise Unparseable if `entries` is neither a list
    nor an object, or if no entry can be read.
    """
    if not isinstance(entries, list):
        entries = [mapping(entries, "alerts")]
    alerts, mistakes = list[Alert](), list[str]()
    for index, entry in enumerate(entries):
        place = f"alerts[{index}]"
        try:
            alerts.append(read(mapping(entry, place), place))
        except Unparseable as error:
            mistakes.append(str(error))
    notification = Notification(alerts=tuple(alerts), mistakes=tuple(mistakes))
    if mistakes and not alerts:
        raise Unparseable(notification.error)
    return notification


def text(value: object, depth: int = 0) -> str:
    """Return `value` as text of at most 1,000 characters; null becomes "".

    A list becomes its items, joined by commas. An object becomes its name, or its fields.
    """
    if value is None or depth > MAX_DEPTH:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return _joined(text(item, depth + 1) for item in value)
    if isinstance(value, dict):
        name = next((text(value[name], depth + 1) for name in NAMES if value.get(name)), "")
        fields = ((_clean(field), text(entry, depth + 1)) for field, entry in value.items())
        return name or _joined(f"{field}={entry}" for field, entry in fields if entry)
    return _clean(str(value))


def texts(value: object) -> dict[str, str]:
    """Return labels or annotations as texts, without empty ones.

    Nested objects become `a.b`. A list may hold "env:prod", "env=prod" or objects with a name and a value;
    any other item is listed under "tags".
    """
    found: dict[str, str] = {}
    for name, entry in islice(_pairs(value, "", 0), 10 * MAX_ITEMS):
        if entry:
            found[name] = (
                _joined((found[name], entry)) if isinstance(value, list) and name in found else entry
            )
    return found


def title(value: str) -> str:
    """Return `value` on one line."""
    return " ".join(value.split())


def link(value: object) -> str:
    """Return the first http or https URL in `value`, which may be a list, or ""."""
    candidates = value if isinstance(value, list) else [value]
    return next(filter(None, (web_link(item) for item in candidates if isinstance(item, str))), "")


def _pairs(value: object, prefix: str, depth: int) -> Iterator[tuple[str, str]]:
    """Yield names and texts."""
    if isinstance(value, dict):
        for name, entry in value.items():
            full_name = f"{prefix}{_clean(name)}"
            if isinstance(entry, dict) and depth < MAX_DEPTH:
                yield from _pairs(entry, f"{full_name}.", depth + 1)
            else:
                yield full_name, text(entry)
    elif isinstance(value, list):
        for item in value:
            yield from _pair(item)
    elif isinstance(value, str):
        for item in value.split(","):
            yield from _pair(item)


def _pair(item: object) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of one label in a list."""
    if isinstance(item, dict):
        fields = next((fields for fields in PAIRS if set(fields) <= item.keys()), None)
        yield from [(text(item[fields[0]]), text(item[fields[1]]))] if fields else _pairs(item, "", 0)
        return
    whole = text(item).strip()
    for separator in ("=", ":"):
        name, found, value = whole.partition(separator)
        if found and name.strip() and value.strip() and not value.startswith("//"):
            yield name.strip(), value.strip()
            return
    yield "tags", whole


def _joined(parts: Iterable[str]) -> str:
    return _clean(", ".join(islice(filter(None, parts), MAX_ITEMS)))


def _clean(value: str) -> str:
    """Return text that every database and UTF-8 can hold, cut to the limit."""
    short = value if len(value) <= MAX_TEXT_CHARACTERS else value[: MAX_TEXT_CHARACTERS - 1] + "…"
    return _UNSTORABLE.sub("\ufffd", short)


def _kind(value: object) -> str:
    """Return the name of a JSON value's type."""
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "missing"}
    return names.get(type(value), "a number")
