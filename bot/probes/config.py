"""Holds the settings a service runs with against the expected ones: what should have been looked at first."""

import asyncio
import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import NoReturn

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from referencing import Registry
from referencing.exceptions import Unresolvable

from bot.places import nearest
from bot.probes.fetch import Answer, fetch
from bot.probes.interface import Finding, ProbeFailed
from bot.yaml_files import parse

OPTIONS = ("url", "expect", "schema")
#: How many wrong settings are named; after these the reader has understood.
MOST_NAMED = 5

#: A setting of such a name holds a secret; `signing_key_id` only names one.
_SECRET = re.compile(r"(?i)secret|passw|passphrase|credential|private|(?:token|key|pwd|dsn)s?$")


async def look(options: Mapping[str, object], *, allowed_hosts: Collection[str]) -> Finding:
    """Read `url` and hold it against `expect` (dotted path → value) and `schema` (JSON Schema 2020-12)."""
    unknown = [name for name in options if name not in OPTIONS]
    if unknown:
        raise ProbeFailed(f"The probe has no option {unknown[0]!r}{nearest(unknown[0], OPTIONS)}.")
    url, expect, schema = options.get("url"), options.get("expect", {}), options.get("schema", {})
    if not isinstance(url, str) or not isinstance(expect, Mapping) or not isinstance(schema, Mapping):
        raise ProbeFailed("The probe needs a url as text, and expect and schema as mappings.")
    if not expect and not schema:
        raise ProbeFailed("The probe says nothing to compare with: give it expect or schema.")
    answer = await fetch(url, allowed_hosts)
    return await asyncio.to_thread(_judge, answer, expect, schema)


def _judge(answer: Answer, expect: Mapping[str, object], schema: Mapping[str, object]) -> Finding:
    """Compare; in a thread, because a megabyte takes its time to parse."""
    settings = _settings(answer)
    expected = dict(_flat(expect))
    wrong = [
        *(_difference(path, settings, value) for path, value in expected.items()),
        *_breaches(settings, schema),
    ]
    named = [sentence for sentence in wrong if sentence]
    if not named:
        return Finding(
            verdict="clear", evidence=f"The settings are as expected ({_count(expected, schema)})."
        )
    more = f"; and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    return Finding(verdict="wrong", evidence="; ".join(named[:MOST_NAMED]) + more)


def _count(expected: Mapping[str, object], schema: Mapping[str, object]) -> str:
    compared = f"{len(expected)} compared" if expected else ""
    return ", ".join(part for part in (compared, "the schema holds" if schema else "") if part)


def _settings(answer: Answer) -> Mapping[str, object]:
    """Read JSON, or YAML where the answer does not claim to be JSON."""
    try:
        text = answer.body.decode("utf-8-sig")
        settings = _parsed(text, only_json="json" in answer.content_type)
    except (ValueError, LookupError, RecursionError, yaml.YAMLError) as error:
        raise ProbeFailed("The answer is neither JSON nor YAML that can be read.") from error
    if not isinstance(settings, dict):
        raise ProbeFailed("The answer is no mapping of settings.")
    return settings


def _parsed(text: str, *, only_json: bool) -> object:
    try:
        return json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError:
        if only_json:
            raise
        return parse(text)


def _refuse(constant: str) -> NoReturn:
    raise ProbeFailed(f"The answer holds {constant}, which is no JSON and equals nothing.")


def _flat(expect: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    for name, value in expect.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _difference(path: str, settings: object, expected: object) -> str:
    """Return how the setting at `path` differs, or nothing."""
    try:
        actual = _at(path, settings)
    except LookupError:
        return f"{path} is missing" + ("" if _secret(path) else f", expected {_shown(expected)}")
    # Python takes True for 1; a service does not.
    if actual == expected and isinstance(actual, bool) == isinstance(expected, bool):
        return ""
    if _secret(path):
        return f"{path} is not as expected (not shown)"
    return f"{path} is {_shown(actual)}, expected {_shown(expected)}"


def _at(path: str, settings: object) -> object:
    """Return the value at a dotted path; a key that itself holds dots goes first. Raises LookupError."""
    if isinstance(settings, dict) and path in settings:
        return settings[path]
    first, dot, rest = path.partition(".")
    if isinstance(settings, dict):
        below = settings[first]
    elif isinstance(settings, list) and first.isdecimal():
        below = settings[int(first)]
    else:
        raise LookupError(first)
    return _at(rest, below) if dot else below


def _breaches(settings: object, schema: Mapping[str, object]) -> Iterator[str]:
    """Name what breaks the schema. The empty registry keeps `$ref` from fetching anything."""
    try:
        Draft202012Validator.check_schema(schema)
        for error in Draft202012Validator(schema, registry=Registry()).iter_errors(settings):
            yield _breach(error)
    except (SchemaError, Unresolvable, RecursionError, re.error) as error:
        raise ProbeFailed("The probe's schema is no JSON Schema that can be used.") from error


def _breach(error: ValidationError) -> str:
    path = ".".join(str(part) for part in error.absolute_path) or "the settings"
    if _secret(path):
        return f"{path} breaks the schema (not shown)"
    return (
        f"{path} is {_shown(error.instance)}, against {error.validator}: {_shown(error.validator_value, 200)}"
    )


def _secret(path: str) -> bool:
    *above, last = path.split(".")
    return bool(_SECRET.search(last)) or any("secret" in part or "credential" in part for part in above)


def _shown(value: object, longest: int = 60) -> str:
    """The value in short; of one with mappings in it only its size, since a secret may be inside."""
    if isinstance(value, dict):
        return f"a mapping of {len(value)}"
    if isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        return f"a list of {len(value)}"
    text = repr(value)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
