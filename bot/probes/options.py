"""Reads the options of a probe from a runbook. The fields of a frozen dataclass list the valid options."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields
from typing import Any, TypeVar, get_origin, get_type_hints

import msgspec

from bot.config.yaml_entry import closest_match

Options = TypeVar("Options")

_DESCRIPTIONS = {str: "text", bool: "true or false", int: "a whole number", float: "a number"}


def read(table: type[Options], given: Mapping[str, object]) -> Options:
    """Return `table` filled with the given options. Raise ValueError if `mistakes` reports any."""
    hints = get_type_hints(table)
    return table(**{name: _convert(value, hints[name]) for name, value in given.items() if value is not None})


def mistakes(table: type[Any], given: Mapping[str, object]) -> Mapping[str, str]:
    """Return a message for each option that is unknown, missing or of the wrong type, by option name.

    If every option is valid by itself, the dataclass checks the combination: it raises ValueError in
    `__post_init__`, and the message is returned under "".
    """
    found = dict(_mistakes(table, given))
    if not found:
        try:
            read(table, given)
        except ValueError as error:
            return {"": str(error)}
    return found


def schema(table: type[Any]) -> dict[str, Any]:
    """Return the JSON Schema of the options in `table`."""
    hints = get_type_hints(table)
    return {
        "type": "object",
        "properties": {name: msgspec.json.schema(hint) for name, hint in hints.items()},
        "required": [field.name for field in fields(table) if _is_required(field)],
    }


def _mistakes(table: type[Any], given: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    hints = get_type_hints(table)
    for name, value in given.items():
        if name not in hints:
            hint = closest_match(name, hints) or f"; valid options: {', '.join(hints)}"
            yield name, f"this probe has no such option{hint}"
        elif value is not None and not _is_valid(value, hints[name]):
            yield name, f"must be {_description(hints[name])}"
    for field in fields(table):
        if _is_required(field) and given.get(field.name) in (None, ""):
            yield field.name, "is missing — add it"


def _is_required(field: "Field[Any]") -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _is_valid(value: object, hint: Any) -> bool:
    try:
        _convert(value, hint)
    except msgspec.ValidationError:
        return False
    return True


def _convert(value: object, hint: Any) -> Any:
    """Return `value` as type `hint`, such as a list as a tuple. Raise ValidationError if it does not fit."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # 443.0 is a whole number too
    return msgspec.convert(value, hint)


def _description(hint: Any) -> str:
    return "a list of texts" if get_origin(hint) is tuple else _DESCRIPTIONS.get(hint, "a mapping")
