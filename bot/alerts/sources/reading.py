"""Reads JSON of unknown senders. Each mistake becomes one sentence that says where it is."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NoReturn

from bot.domain.text.times import parse_utc

MAX_TEXT_CHARACTERS = 1000  # longer text is cut, with an ellipsis
MAX_KEY_CHARACTERS = 255  # the limit of PagerDuty's dedup_key
NEVER = "0001-01-01T00:00:00Z"  # Go's zero time
YEARS = range(2000, 2200)  # any other year is a broken date, and adding to it could overflow


class Unparseable(Exception):
    """The body does not have the format of its source; the message says what is wrong and where."""


def document(body: str) -> Any:
    """Return the JSON value in `body`.

    Raise Unparseable if it is not JSON, contains NaN, or has a duplicate key, whose meaning is undefined.
    """
    if not body.strip():
        raise Unparseable("The body is empty.")
    try:
        return json.loads(
            body.removeprefix("\ufeff"),
            object_pairs_hook=_without_duplicates,
            parse_constant=_refuse_constant,
        )
    except RecursionError as error:
        raise Unparseable("The body is nested too deeply.") from error
    except ValueError as error:  # not only JSONDecodeError: an integer of 5,000 digits is a bare ValueError
        raise Unparseable(f"The body is not valid JSON: {error}.") from error


def mapping(value: object, place: str) -> Mapping[str, Any]:
    """Return `value` if it is an object, and an empty one for null. Raise Unparseable otherwise."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Unparseable(f"{place}: is {_kind(value)}, but must be an object.")
    return value


def items(value: object, place: str) -> list[Any]:
    """Return `value` if it is a list. Raise Unparseable otherwise."""
    if not isinstance(value, list):
        raise Unparseable(f"{place}: is {_kind(value)}, but must be a list.")
    return value


def text(value: object, place: str) -> str:
    """Return `value` as text of at most 1,000 characters; a number becomes text, and null becomes "".

    Raise Unparseable for objects, lists, and text that cannot be encoded as UTF-8.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str):
        raise Unparseable(f"{place}: is {_kind(value)}, but must be text.")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise Unparseable(f"{place}: contains half of a surrogate pair.")
    clean = value.replace("\0", "\ufffd")  # PostgreSQL refuses NUL in text
    return clean if len(clean) <= MAX_TEXT_CHARACTERS else clean[: MAX_TEXT_CHARACTERS - 1] + "…"


def texts(value: object, place: str) -> dict[str, str]:
    """Return an object of texts, such as labels, without empty values. Raise Unparseable if it is not one."""
    pairs = {
        text(name, f"{place}, a name"): text(entry, f"{place}.{name[:80]}")
        for name, entry in mapping(value, place).items()
    }
    return {name: entry for name, entry in pairs.items() if entry}


def title(value: str) -> str:
    """Return `value` on one line."""
    return " ".join(value.split())


def link(value: str) -> str:
    """Return `value` if it is an http or https URL, which is safe to click; else ""."""
    return value if value.startswith(("http://", "https://")) else ""


def parse_time(value: object, place: str) -> datetime:
    """Return a time in UTC, from RFC 3339 text (default zone UTC), or from Unix seconds or milliseconds.

    Nanoseconds are cut to microseconds. Raise Unparseable if it is not a time.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unparseable(f"{place}: is {_kind(value)}, but must be a time.")
    try:
        time = parse_utc(value)
    except (ValueError, OverflowError, OSError) as error:
        raise Unparseable(f"{place}: {str(value)[:80]!r} is not a time.") from error
    if time.year not in YEARS:
        raise Unparseable(
            f"{place}: {str(value)[:80]!r} is not between the years {YEARS[0]} and {YEARS[-1]}."
        )
    return time


def start_time(at: datetime | None, received_at: datetime) -> datetime:
    """Return when an alert began: `at` if the sender gave it, but never later than `received_at`.

    If a sender's clock is ahead, its alert would otherwise seem newer than every later one.
    """
    return min(at or received_at, received_at)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object. Raise ValueError for a duplicate key, which parsers read in different ways."""
    built = dict(pairs)
    if len(built) < len(pairs):
        duplicate = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        raise ValueError(f"the key {duplicate[:80]!r} is duplicated")
    return built


def _refuse_constant(word: str) -> NoReturn:
    """Raise ValueError for NaN and Infinity, which Python accepts but JSON does not have."""
    raise ValueError(f"{word} is not a JSON value")


def _kind(value: object) -> str:
    """Return the name of a JSON value's type."""
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "missing"}
    return names.get(type(value), "a number")
