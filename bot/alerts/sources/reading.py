"""Reads JSON that strangers wrote: whatever is wrong with it becomes one sentence that says where."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NoReturn

from bot.domain.text.times import parse_utc

MOST_CHARACTERS = 1000  # of one text; longer ones are cut, with an ellipsis
LONGEST_KEY = 255  # the same as PagerDuty's dedup_key
NEVER = "0001-01-01T00:00:00Z"  # how Go writes "no time"
YEARS = range(2000, 2200)  # outside them the sender's clock or date is broken, and sums with it overflow


class Unparseable(Exception):
    """A body is not what its source sends; the message says what is wrong and where."""


def document(body: str) -> Any:
    """Return the JSON value in `body`.

    Raises Unparseable for what RFC 8259 forbids or leaves open: NaN, a key given twice, no JSON at all.
    """
    if not body.strip():
        raise Unparseable("The body is empty.")
    try:
        return json.loads(
            body.removeprefix("\ufeff"), object_pairs_hook=_without_twins, parse_constant=_refuse_constant
        )
    except RecursionError as error:
        raise Unparseable("The body is nested too deeply.") from error
    except ValueError as error:  # not only JSONDecodeError: an integer of 5,000 digits is a plain ValueError
        raise Unparseable(f"The body is not JSON: {error}.") from error


def mapping(value: object, place: str) -> Mapping[str, Any]:
    """Return `value` if it is an object; nothing at all counts as an empty one. Raises Unparseable."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Unparseable(f"{place}: is {_kind(value)}, not an object.")
    return value


def items(value: object, place: str) -> list[Any]:
    """Return `value` if it is a list. Raises Unparseable."""
    if not isinstance(value, list):
        raise Unparseable(f"{place}: is {_kind(value)}, not a list.")
    return value


def text(value: object, place: str) -> str:
    """Return `value` as text of at most 1,000 characters; numbers become text, nothing becomes "".

    Raises Unparseable for objects, lists, and text that no UTF-8 can carry.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str):
        raise Unparseable(f"{place}: is {_kind(value)}, not text.")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise Unparseable(f"{place}: holds half of a surrogate pair.")
    shown = value.replace("\0", "\ufffd")  # PostgreSQL refuses NUL in text
    return shown if len(shown) <= MOST_CHARACTERS else shown[: MOST_CHARACTERS - 1] + "…"


def texts(value: object, place: str) -> dict[str, str]:
    """Return an object of texts, such as labels; empty ones mean absent. Raises Unparseable."""
    read = {
        text(name, f"{place}, a name"): text(entry, f"{place}.{name[:80]}")
        for name, entry in mapping(value, place).items()
    }
    return {name: entry for name, entry in read.items() if entry}


def title(value: str) -> str:
    """Return `value` on one line."""
    return " ".join(value.split())


def link(value: str) -> str:
    """Return `value` if a person may safely click it: an http or https address; else ""."""
    return value if value.startswith(("http://", "https://")) else ""


def parse_time(value: object, place: str) -> datetime:
    """Return a time in UTC, from RFC 3339 text (no zone: UTC) or Unix seconds or milliseconds.

    Nanoseconds are cut to microseconds. Raises Unparseable.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unparseable(f"{place}: is {_kind(value)}, not a time.")
    try:
        read = parse_utc(value)
    except (ValueError, OverflowError, OSError) as error:
        raise Unparseable(f"{place}: {str(value)[:80]!r} is not a time.") from error
    if read.year not in YEARS:
        raise Unparseable(f"{place}: {str(value)[:80]!r} is not a time alerts happen at.")
    return read


def start_time(at: datetime | None, received_at: datetime) -> datetime:
    """Return when an alert began: at `at` if it says so, and never after it was told, in any source.

    A sender's clock may be ahead, by years; its alert would then seem newer than all that follows.
    """
    return min(at or received_at, received_at)


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object; a key given twice would let two readers of one body see two alerts."""
    built = dict(pairs)
    if len(built) < len(pairs):
        twin = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        raise ValueError(f"the key {twin[:80]!r} is given twice")
    return built


def _refuse_constant(word: str) -> NoReturn:
    """Refuse NaN and Infinity, which Python reads but JSON does not have."""
    raise ValueError(f"{word} is no JSON value")


def _kind(value: object) -> str:
    """Name the kind of a JSON value as its sender would."""
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "missing"}
    return names.get(type(value), "a number")
