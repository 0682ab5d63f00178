"""The JSON Schema of a runbook, with which editors complete and check it while it is written."""

from collections.abc import Mapping
from typing import Any, Protocol

from bot.domain.runbooks.runbook import STOPS
from bot.domain.vocabulary import Area, StepOutcome

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_ID = {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,59}$"}
_NUMBER = {"type": "number", "minimum": 0.01}


class KindOfProbe(Protocol):
    """What the schema needs to know of a kind of probe."""

    def schema(self) -> Schema:
        """Return the JSON Schema of its options."""


def schema(kinds: Mapping[str, KindOfProbe]) -> Schema:
    """Return the schema of a runbook whose probes are of these `kinds`; `$defs/shared` is an included file's.

    What no schema can say (a need that no step meets, an include that leads outside) `firstcheck check` does.
    """
    return {
        "$schema": DIALECT,
        "title": "Firstcheck runbook",
        **_mapping(
            {
                "title": _text("What people read"),
                "service": _text("The service it is written for; without it, any"),
                "match": {"description": "Labels the alert must have", **_texts_by_name()},
                "owner": _text("Who keeps it up to date"),
                "reviewed": {**_text("The day it was last read with care"), "format": "date"},
                "escalate": _texts("Whom to call in when every step is done and nothing was found"),
                "steps": _steps(),
            },
            needed=("title", "steps"),
        ),
        "$defs": {
            "step": _step(),
            "probe": _probe(kinds),
            "include": _mapping({"include": _text("A file below the folder of the runbooks")}, ("include",)),
            "shared": _mapping({"steps": _steps()}, ("steps",)),
        },
    }


def _step() -> Schema:
    return _mapping(
        {
            "id": _ID,
            "title": _text("The check, in a few words"),
            "area": {"description": "Where the cause may lie", "enum": [area.value for area in Area]},
            "cause": _text("What it is if this step finds it"),
            "minutes": {"description": "What it costs a person", "default": 5, **_NUMBER},
            "weight": {"description": "How often this is the cause", "default": 1, **_NUMBER},
            "look": _text("Where to look, and what is normal; Markdown"),
            "fix": {
                "description": "What to do if so; Markdown",
                "anyOf": [
                    {"type": "string"},
                    _mapping({"text": _text("What to do"), "who": _text("Who may do it")}, ("text",)),
                ],
            },
            "probe": {"$ref": "#/$defs/probe"},
            "needs": {"description": "Steps that come first", "type": "array", "items": _ID},
            "always_first": {"description": "Before all others", "type": "boolean", "default": False},
            "stop_if": {
                "description": "The outcome after which no further step is offered",
                "enum": [outcome.value for outcome in STOPS],
                "default": StepOutcome.FOUND.value,
            },
        },
        needed=("id", "title", "area"),
    )


def _probe(kinds: Mapping[str, KindOfProbe]) -> Schema:
    common: Schema = {
        "kind": {"description": "How it looks", "enum": sorted(kinds)},
        "auto": {"description": "Runs by itself when the incident opens", "type": "boolean"},
    }

    def options(name: str) -> Schema:
        own = kinds[name].schema()
        then = {**own, "properties": {**common, **own["properties"]}, "additionalProperties": False}
        return {"if": {"properties": {"kind": {"const": name}}}, "then": then}

    return {
        "type": "object",
        "properties": common,
        "required": ["kind"],
        "allOf": [options(name) for name in sorted(kinds)],
    }


def _steps() -> Schema:
    either: Schema = {"if": {"required": ["include"]}, "then": {"$ref": "#/$defs/include"}}
    return {
        "description": "The checks, or files of them to include",
        "type": "array",
        "minItems": 1,
        "items": {**either, "else": {"$ref": "#/$defs/step"}},
    }


def _mapping(properties: Schema, needed: tuple[str, ...]) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(needed),
        "additionalProperties": False,
    }


def _text(description: str) -> Schema:
    return {"description": description, "type": "string"}


def _texts(description: str) -> Schema:
    return {"description": description, "type": "array", "items": {"type": "string"}}


def _texts_by_name() -> Schema:
    return {"type": "object", "additionalProperties": {"type": "string"}}
