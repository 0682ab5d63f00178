"""JSON ⇄ events, effects and messages, by the name of their class.

Every field is written, so a changed default does not change history. A field that is missing takes its
default, and one that is unknown is left out: an older version reads what a newer one wrote. Names are for
ever; one that retires gets a line in UPCASTS.
"""

import json
from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from bot.domain.effects import AnyEffect
from bot.domain.events import AnyEvent
from bot.store.errors import Unreadable

T = TypeVar("T")
#: Takes the stored fields of a retired name; returns the name of today and its fields.
Upcast = Callable[[dict[str, Any]], tuple[str, dict[str, Any]]]
Convert = Callable[[Any], Any]

EVENTS: Mapping[str, type] = {kind.__name__: kind for kind in get_args(AnyEvent)}
EFFECTS: Mapping[str, type] = {kind.__name__: kind for kind in get_args(AnyEffect)}
#: Retired names of events and effects.
UPCASTS: Mapping[str, Upcast] = {
    # The first rung of every ladder asks for a commander.
    "AskForCommander": lambda old: ("ClimbLadder", {**old, "rung": 1}),
}


def dump(value: object) -> str:
    """Return a dataclass as JSON text. Raises ValueError for a time without a zone."""
    return json.dumps(_encoder(cast(Hashable, type(value)))(value), ensure_ascii=False, separators=(",", ":"))


def load(kind: type[T], data: str) -> T:
    """Return the `kind` that `dump` made the text of. Raises Unreadable."""
    return _build(kind, _parsed(kind.__name__, data))


def load_event(name: str, data: str, upcasts: Mapping[str, Upcast] = UPCASTS) -> AnyEvent:
    """Return the event stored as `name` with these fields. Raises Unreadable."""
    return cast(AnyEvent, _load_named(EVENTS, name, data, upcasts))


def load_effect(name: str, data: str) -> AnyEffect:
    """Return the effect stored as `name` with these fields. Raises Unreadable."""
    return cast(AnyEffect, _load_named(EFFECTS, name, data, UPCASTS))


def stamp(at: datetime) -> str:
    """Return a time as ISO 8601 in UTC, always of one length, so that text sorts as time does."""
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone.")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _load_named(kinds: Mapping[str, type], name: str, data: str, upcasts: Mapping[str, Upcast]) -> Any:
    stored = _parsed(name, data)
    while name in upcasts:
        name, stored = upcasts[name](stored)
    if name not in kinds:
        raise Unreadable(
            f"The store holds a {name!r}, which only a newer version of Firstcheck knows: upgrade."
        )
    return _build(kinds[name], stored)


def _parsed(name: str, data: str) -> Any:
    try:
        return json.loads(data)
    except ValueError as error:
        raise Unreadable(f"The store holds a {name} that cannot be read: {error}.") from error


def _build(kind: type[T], stored: Any) -> T:
    try:
        return cast(T, _decoder(cast(Hashable, kind))(stored))
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise Unreadable(f"The store holds a {kind.__name__} that cannot be read: {error}.") from error


def _same(value: Any) -> Any:
    return value


@cache
def _encoder(kind: Any) -> Convert:
    """Return what turns a `kind` into JSON values."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in {Union, UnionType}:
        return partial(_unless_none, _encoder(_only(kind)))
    if origin is tuple:
        return partial(_convert_items, list, _item_converters(arguments, _encoder))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return partial(_convert_mapping, _same, _encoder(arguments[1]))
    if kind is datetime:
        return stamp
    if is_dataclass(kind):
        return partial(_encode_fields, _fields(cast(type, kind), _encoder))
    return _same  # what JSON has itself; a StrEnum and an IntEnum are written as their value


@cache
def _decoder(kind: Any) -> Convert:
    """Return what turns JSON values into a `kind`."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in {Union, UnionType}:
        return partial(_unless_none, _decoder(_only(kind)))
    if origin is tuple:
        return partial(_convert_items, tuple, _item_converters(arguments, _decoder))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return partial(_convert_mapping, _key_decoder(arguments[0]), _decoder(arguments[1]))
    if kind is datetime:
        return datetime.fromisoformat
    if is_dataclass(kind):
        return partial(_decode_fields, cast(type, kind), _fields(cast(type, kind), _decoder))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    return _same


def _only(kind: Any) -> Any:
    """Return the X of `X | None`, the one union that is stored."""
    (only,) = (argument for argument in get_args(kind) if argument is not NoneType)
    return only


def _key_decoder(kind: Any) -> Convert:
    return int if kind is int else _decoder(kind)  # JSON has no keys but text


def _fields(kind: type, converter: Callable[[Any], Convert]) -> tuple[tuple[str, Convert], ...]:
    hints = get_type_hints(kind)
    return tuple((each.name, converter(hints[each.name])) for each in fields(kind))


def _item_converters(
    arguments: tuple[Any, ...], converter: Callable[[Any], Convert]
) -> Convert | list[Convert]:
    """Return the one converter of `tuple[X, ...]`, or those of `tuple[X, Y]`."""
    if arguments[-1] is Ellipsis:
        return converter(arguments[0])
    return [converter(argument) for argument in arguments]


def _unless_none(convert: Convert, value: Any) -> Any:
    return None if value is None else convert(value)


def _convert_items(collect: Convert, converters: Convert | list[Convert], values: Any) -> Any:
    if isinstance(converters, list):
        return collect(convert(value) for convert, value in zip(converters, values, strict=True))
    return collect(converters(value) for value in values)


def _convert_mapping(key: Convert, convert: Convert, values: Mapping[Any, Any]) -> dict[Any, Any]:
    return {key(name): convert(value) for name, value in values.items()}


def _encode_fields(converters: tuple[tuple[str, Convert], ...], value: Any) -> dict[str, Any]:
    return {name: convert(getattr(value, name)) for name, convert in converters}


def _decode_fields(kind: type, converters: tuple[tuple[str, Convert], ...], stored: dict[str, Any]) -> Any:
    return kind(**{name: convert(stored[name]) for name, convert in converters if name in stored})
