"""A service's settings as data: parsed, flattened to dotted paths, and displayed without secrets."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import NoReturn

import yaml

from bot.config.yaml_reader import parse as parse_yaml
from bot.domain.text.redaction import redact
from bot.probes.interface import ProbeFailed

#: The name of a setting that contains a secret. `signing_key_id` does not match: it only refers to one.
_SECRET = re.compile(r"(?i)secret|passw|passphrase|credential|private|(?:token|key|pwd|dsn)s?$")


def parse(body: bytes, kind: str) -> Mapping[str, object]:
    """Return the settings in `body`. Raise ProbeFailed if they can't be read.

    `kind` is a content type or a file name, and selects JSON, TOML or YAML.
    """
    try:
        settings = _parsed(body.decode("utf-8-sig"), kind)
    except (ValueError, LookupError, RecursionError, yaml.YAMLError) as error:
        raise ProbeFailed("The settings are neither valid JSON nor valid YAML.") from error
    if not isinstance(settings, dict):
        raise ProbeFailed("The settings are not a mapping.")
    return settings


def _parsed(text: str, kind: str) -> object:
    if kind.endswith("toml"):
        return tomllib.loads(text)
    try:
        return json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError:
        if "json" in kind:
            raise
        return parse_yaml(text)


def _refuse(constant: str) -> NoReturn:
    raise ProbeFailed(f"The settings contain {constant}, which is not valid JSON.")


def flatten(settings: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    """Yield each setting's dotted path and value. An empty mapping is a value."""
    for name, value in settings.items():
        if isinstance(value, Mapping) and value:
            yield from flatten(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def value_at(path: str, settings: object) -> object:
    """Return the value at a dotted path, or raise LookupError. A key that itself contains dots wins."""
    if isinstance(settings, dict) and path in settings:
        return settings[path]
    first, dot, rest = path.partition(".")
    if isinstance(settings, dict):
        below = settings[first]
    elif isinstance(settings, list) and first.isdecimal():
        below = settings[int(first)]
    else:
        raise LookupError(first)
    return value_at(rest, below) if dot else below


def is_same(one: object, other: object) -> bool:
    """Return whether two values are equal. Unlike in Python, True is not 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def is_secret(path: str, value: object = "") -> bool:
    """Return whether the setting at the path is secret, by its name or by the form of its value."""
    *above, last = path.split(".")
    named = bool(_SECRET.search(last)) or any("secret" in part or "credential" in part for part in above)
    return named or (not isinstance(value, bool | int | float) and redact(text := str(value)) != text)


def display(value: object, longest: int = 60) -> str:
    """Return the value, shortened.

    If it contains mappings, return only its size, because a secret may be inside. Secrets are removed before
    it is cut, because half a secret is not detected.
    """
    if isinstance(value, dict):
        return f"a mapping of {len(value)}"
    if isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        return f"a list of {len(value)}"
    text = redact(repr(value))
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
