"""The options of a probe: a frozen dataclass is the table of them, read from what a runbook says."""

import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from bot.config.yaml_entry import closest_match

Options = TypeVar("Options")

_JSON_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number"}
_WORDS = {str: "a text", bool: "true or false", int: "a whole number", float: "a number"}


def read(table: type[Options], given: Mapping[str, object]) -> Options:
    """Return `table` filled with what was given. Raises ValueError for what `mistakes` names."""
    hints = get_type_hints(table)
    return table(**{name: _fitted(hints[name], value) for name, value in given.items() if value is not None})


def mistakes(table: type[Any], given: Mapping[str, object]) -> Mapping[str, str]:
    """Return a sentence for each option that is unknown, missing or of the wrong type, by its name.

    What the options must be together is the dataclass's affair (ValueError in `__post_init__`), under "".
    """
    wrong = dict(_each(table, given))
    if not wrong:
        try:
            read(table, given)
        except ValueError as error:
            return {"": str(error)}
    return wrong


def schema(table: type[Any]) -> dict[str, Any]:
    """Return the JSON Schema of what `table` may be filled with."""
    hints = get_type_hints(table)
    return {
        "type": "object",
        "properties": {field.name: _schema(hints[field.name]) for field in fields(table)},
        "required": [field.name for field in fields(table) if _needed(field)],
    }


def _schema(hint: Any) -> dict[str, Any]:
    if isinstance(hint, types.UnionType):
        return {"anyOf": [_schema(one) for one in get_args(hint) if one is not types.NoneType]}
    if get_origin(hint) is tuple:
        return {"type": "array", "items": _schema(get_args(hint)[0])}
    return {"type": _JSON_TYPES.get(hint, "object")}


def _each(table: type[Any], given: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    known = {field.name: field for field in fields(table)}
    hints = get_type_hints(table)
    for name, value in given.items():
        if name not in known:
            hint = closest_match(name, known) or f"; known here: {', '.join(known)}"
            yield name, f"the probe has no such option{hint}"
        elif value is not None and not _fits(hints[name], value):
            yield name, f"{_wanted(hints[name])} is wanted here"
    for name, field in known.items():
        if _needed(field) and given.get(name) in (None, ""):
            yield name, "is missing — write it"


def _needed(field: "Field[Any]") -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _fits(hint: Any, value: object) -> bool:
    if isinstance(hint, types.UnionType):
        return any(_fits(one, value) for one in get_args(hint))
    if get_origin(hint) is tuple:
        return isinstance(value, list) and all(isinstance(item, get_args(hint)[0]) for item in value)
    if get_origin(hint) is not None:
        return isinstance(value, Mapping)
    if hint in {int, float}:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return hint is float or float(value).is_integer()
    return isinstance(value, hint)


def _fitted(hint: Any, value: object) -> object:
    if get_origin(hint) is tuple and isinstance(value, list):
        return tuple(value)
    return int(value) if hint is int and isinstance(value, float) else value


def _wanted(hint: Any) -> str:
    if isinstance(hint, types.UnionType):
        return " or ".join(_wanted(one) for one in get_args(hint) if one is not types.NoneType)
    if get_origin(hint) is tuple:
        return "a list of texts"
    return _WORDS.get(hint, "a mapping")
