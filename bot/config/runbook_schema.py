"""The JSON Schema of a runbook. An editor can complete and check the file with it."""

from bot.config.runbook_keys import INCLUDE, PROBE, RUNBOOK, SHARED, Kinds, Schema, mapping_schema, step_keys

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(kinds: Kinds) -> Schema:
    """Return the schema of a runbook whose probes are of these kinds. `$defs/shared` is an included file.

    `firstcheck check` also reports what no schema can express, such as a need for a step that does not exist.
    """
    return {
        "$schema": DIALECT,
        "title": "Firstcheck runbook",
        **mapping_schema(RUNBOOK),
        "$defs": {
            "step": mapping_schema(step_keys()),
            "probe": _probe(kinds),
            "include": mapping_schema(INCLUDE),
            "shared": mapping_schema(SHARED),
        },
    }


def _probe(kinds: Kinds) -> Schema:
    common = {**mapping_schema(PROBE)["properties"], "kind": {**PROBE["kind"].schema, "enum": sorted(kinds)}}
    return {
        "type": "object",
        "properties": common,
        "required": ["kind"],
        "allOf": [_options(name, kinds[name].schema(), common) for name in sorted(kinds)],
    }


def _options(name: str, options: Schema, common: Schema) -> Schema:
    """Return the schema of a probe of that kind, which has the common keys and its own options."""
    properties = {**common, **options["properties"]}
    then = {**options, "properties": properties, "additionalProperties": False}
    return {"if": {"properties": {"kind": {"const": name}}}, "then": then}
