"""The keys of a runbook file: how each one is read, and its JSON Schema. Defaults come from the domain."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

import yaml

from bot.config import values
from bot.config.yaml_entry import Entry, closest_match
from bot.domain.runbooks.runbook import STOPS, Probe, Step
from bot.domain.vocabulary import Area, StepOutcome

Schema = dict[str, Any]

#: IDs are typed in commands and sent in buttons, so they have neither spaces nor capitals.
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_ID_SCHEMA = {"type": "string", "pattern": f"^{ID.pattern}$"}
_LEAST = 0.01


class ProbeKind(Protocol):
    """The parts of a probe kind that the configuration uses."""

    def mistakes(self, given: Mapping[str, object]) -> Mapping[str, str]:
        """Return a message for each wrong option, by option name, or by "" for a wrong combination."""

    def schema(self) -> Schema:
        """Return the JSON Schema of the options."""


Kinds = Mapping[str, ProbeKind]


@dataclass(frozen=True, kw_only=True)
class Key:
    """One key of a mapping: how its value is read, and the JSON Schema of the value."""

    read: Callable[[Entry], Any]
    schema: Schema
    required: bool = False


Keys = Mapping[str, Key]


def read_keys(entry: Entry, keys: Keys) -> dict[str, Any]:
    """Return the values of the mapping by key, without absent ones. Mistakes are added to the entry."""
    fields = entry.fields(keys)
    return {name: key.read(fields[name]) for name, key in keys.items() if key.required or fields[name].given}


def mapping_schema(keys: Keys) -> Schema:
    """Return the JSON Schema of a mapping with these keys."""
    return {
        "type": "object",
        "properties": {name: key.schema for name, key in keys.items()},
        "required": [name for name, key in keys.items() if key.required],
        "additionalProperties": False,
    }


def _text(description: str, *, required: bool = False) -> Key:
    read = Entry.needed if required else Entry.text
    return Key(read=read, schema={"description": description, "type": "string"}, required=required)


def _texts(description: str, items: Schema | None = None) -> Key:
    items = items or {"type": "string"}
    return Key(read=Entry.texts, schema={"description": description, "type": "array", "items": items})


def _number(description: str, default: float) -> Key:
    schema = {"description": description, "type": "number", "minimum": _LEAST, "default": default}
    return Key(read=lambda entry: entry.number(default, least=_LEAST), schema=schema)


def _flag(description: str) -> Key:
    return Key(read=Entry.flag, schema={"description": description, "type": "boolean", "default": False})


def _choice(description: str, choices: Iterable[StrEnum], default: StrEnum) -> Key:
    schema = {
        "description": description,
        "enum": [str(choice) for choice in choices],
        "default": str(default),
    }
    return Key(read=lambda entry: entry.choice(choices, default), schema=schema)


def _read_date(entry: Entry) -> str:
    text = entry.text()
    try:
        date.fromisoformat(text or "2024-03-07")
    except ValueError:
        entry.wrong(f"{text!r} is not a date — write it like 2024-03-07")
    return text


def _read_id(entry: Entry) -> str:
    step_id = entry.needed()
    if step_id and not ID.fullmatch(step_id):
        entry.wrong(f"{step_id!r} is not a step ID — use at most 60 lowercase letters, digits and dashes")
    return step_id


def _read_area(entry: Entry) -> Area:
    if not entry.given:
        entry.wrong(f"is missing — use one of {', '.join(Area)}")
    return entry.choice(Area, Area.CONFIG)


FIX: Keys = {
    "text": _text("What to do", required=True),
    "who": _text("Who may do it"),
}


def _read_fix(entry: Entry) -> tuple[str, str]:
    """Return the fix and the people who may do it. Anyone may do a fix that is plain text."""
    if not isinstance(entry.node, yaml.MappingNode):
        return entry.text(), ""
    fix = read_keys(entry, FIX)
    return fix["text"], fix.get("who", "")


RUNBOOK: Keys = {
    "title": _text("What people read", required=True),
    "service": _text("The service it is written for (default: any)"),
    "match": Key(
        read=values.texts,
        schema={
            "description": "Labels the alert must have",
            "type": "object",
            "additionalProperties": {"type": "string"},
        },
    ),
    "owner": _text("Who keeps it up to date"),
    "reviewed": Key(
        read=_read_date,
        schema={"description": "The date of its last review", "type": "string", "format": "date"},
    ),
    "escalate": _texts("Who to escalate to when every step is done and none found the cause"),
    "steps": Key(
        read=Entry.items,
        required=True,
        schema={
            "description": "The checks, or files with checks to include",
            "type": "array",
            "minItems": 1,
            "items": {
                "if": {"required": ["include"]},
                "then": {"$ref": "#/$defs/include"},
                "else": {"$ref": "#/$defs/step"},
            },
        },
    ),
}
#: A file to include has only steps. An include takes the place of a step.
SHARED: Keys = {"steps": RUNBOOK["steps"]}
INCLUDE: Keys = {"include": _text("A file below the runbooks folder", required=True)}
PROBE: Keys = {
    "kind": _text("The kind of probe", required=True),
    "auto": _flag("Run it when the incident opens"),
}


def step_keys(kinds: Kinds | None = None) -> Keys:
    """Return the keys of a step whose probe is one of `kinds`. Without `kinds` any probe is valid."""
    return {
        "id": Key(read=_read_id, schema=_ID_SCHEMA, required=True),
        "title": _text("The check, in a few words", required=True),
        "area": Key(
            read=_read_area,
            schema={"description": "Where the cause would be", "enum": [str(area) for area in Area]},
            required=True,
        ),
        "cause": _text("The root cause if this step finds it"),
        "minutes": _number("How long the check takes a person, in minutes", Step.minutes),
        "weight": _number("How often this is the cause, relative to the other steps", Step.weight),
        "look": _text("Where to look, and what is normal; Markdown"),
        "fix": Key(
            read=_read_fix,
            schema={
                "description": "What to do if this is the cause; Markdown",
                "anyOf": [{"type": "string"}, mapping_schema(FIX)],
            },
        ),
        "probe": Key(read=lambda entry: _read_probe(entry, kinds), schema={"$ref": "#/$defs/probe"}),
        "needs": _texts("IDs of the steps that come before this one", _ID_SCHEMA),
        "always_first": _flag("Put this step before all others"),
        "stop_if": _choice("The outcome that ends the steps", STOPS, StepOutcome.FOUND),
    }


def read_step(entry: Entry, kinds: Kinds | None) -> Step:
    """Return the step. Mistakes are added to the entry."""
    values = read_keys(entry, step_keys(kinds))
    fix, fix_by = values.pop("fix", ("", ""))
    return Step(**values, fix=fix, fix_by=fix_by)


def _read_probe(entry: Entry, kinds: Kinds | None) -> Probe:
    given = entry.entries()
    options = {name: value for name, value in given.items() if name not in PROBE}
    fields = entry.fields((*PROBE, *options))
    kind = fields["kind"].needed()
    if kind and kinds is not None and kind not in kinds:
        valid = ", ".join(sorted(kinds))
        fields["kind"].wrong(f"there is no probe {kind!r}{closest_match(kind, kinds)} — use one of {valid}")
    before = len(entry.mistakes)
    plain = {name: value.plain() for name, value in options.items()}
    if kinds and kind in kinds and len(entry.mistakes) == before:
        for name, what in kinds[kind].mistakes(plain).items():
            (fields[name] if name else entry).wrong(what)
    return Probe(kind=kind, options=plain, auto=fields["auto"].flag())
