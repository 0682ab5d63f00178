"""JSON text ⇄ events, effects and messages. Events and effects are stored under the name of their class.

Every field is written, so that a changed default does not change history. When reading, a missing field takes
its default and an unknown field is ignored, so that an older version reads what a newer one wrote.
Stored names never change: domain/stored_names.py keeps the name of a renamed class, UPCASTS converts a
retired one.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar, cast, get_args

import msgspec

from bot.domain.effects import AnyEffect
from bot.domain.events import AnyEvent
from bot.domain.stored_names import stored_name
from bot.store.errors import Unreadable

T = TypeVar("T")
#: Converts the stored fields of a retired name; returns the current name and its fields.
Upcast = Callable[[dict[str, Any]], tuple[str, dict[str, Any]]]

#: Retired stored names of events and effects.
UPCASTS: Mapping[str, Upcast] = {
    # The first rung of every ladder requires a commander.
    "AskForCommander": lambda old: ("ClimbLadder", {**old, "rung": 1})
}

EVENTS: Mapping[str, type] = {stored_name(kind): kind for kind in get_args(AnyEvent)}
EFFECTS: Mapping[str, type] = {stored_name(kind): kind for kind in get_args(AnyEffect)}


def dump(value: object) -> str:
    """Return a dataclass as JSON text. Raise ValueError for a time without a time zone."""
    return json.dumps(value, default=_plain, ensure_ascii=False, separators=(",", ":"))


def load(kind: type[T], data: str) -> T:
    """Return the object that `dump` wrote as `data`. Raise Unreadable if this version cannot read it."""
    return _convert(kind, kind.__name__, _parse(kind.__name__, data))


def load_event(name: str, data: str, upcasts: Mapping[str, Upcast] = UPCASTS) -> AnyEvent:
    """Return the event stored under `name` with fields `data`. Raise Unreadable if it cannot be read."""
    return cast(AnyEvent, _load_named(EVENTS, name, data, upcasts))


def load_effect(name: str, data: str) -> AnyEffect:
    """Return the effect stored under `name` with fields `data`. Raise Unreadable if it cannot be read."""
    return cast(AnyEffect, _load_named(EFFECTS, name, data, UPCASTS))


def stamp(at: datetime) -> str:
    """Return a time as ISO 8601 text in UTC. It always has the same length, so it sorts chronologically."""
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone.")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _load_named(kinds: Mapping[str, type], name: str, data: str, upcasts: Mapping[str, Upcast]) -> Any:
    stored = _parse(name, data)
    while name in upcasts:
        name, stored = upcasts[name](stored)
    if name not in kinds:
        raise Unreadable(
            f"The database contains {name!r}, which only a newer version of Firstcheck can read. "
            "Upgrade Firstcheck."
        )
    return _convert(kinds[name], name, stored)


def _parse(name: str, data: str) -> Any:
    try:
        return json.loads(data)
    except ValueError as error:
        raise Unreadable(f"The database contains a {name} that cannot be read: {error}.") from error


def _convert(kind: type[T], name: str, stored: Any) -> T:
    try:
        return msgspec.convert(stored, kind, str_keys=True)
    except msgspec.ValidationError as error:
        raise Unreadable(f"The database contains a {name} that cannot be read: {error}.") from error


def _plain(value: Any) -> Any:
    """Return a value that JSON cannot represent in a form that it can."""
    if isinstance(value, datetime):
        return stamp(value)
    if is_dataclass(value):  # not msgspec.to_builtins: it reads __dict__, which lacks defaults after a load
        return {field.name: getattr(value, field.name) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} cannot be stored.")
