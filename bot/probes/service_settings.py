"""Settings as data: read from bytes, flattened to dotted paths, and shown without their secrets."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import NoReturn

import yaml

from bot.config.yaml_reader import parse as parse_yaml
from bot.domain.text.redaction import redact
from bot.probes.interface import ProbeFailed

#: A setting of such a name holds a secret; `signing_key_id` only names one.
_SECRET = re.compile(r"(?i)secret|passw|passphrase|credential|private|(?:token|key|pwd|dsn)s?$")


def parse(body: bytes, kind: str) -> Mapping[str, object]:
    """Return the settings in `body`; `kind`, a content type or a file's name, says JSON, TOML, or else YAML.

    Raises ProbeFailed when there are none to read.
    """
    try:
        settings = _parsed(body.decode("utf-8-sig"), kind)
    except (ValueError, LookupError, RecursionError, yaml.YAMLError) as error:
        raise ProbeFailed("The answer is neither JSON nor YAML that can be read.") from error
    if not isinstance(settings, dict):
        raise ProbeFailed("The answer is no mapping of settings.")
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
    raise ProbeFailed(f"The answer holds {constant}, which is no JSON and equals nothing.")


def flatten(settings: Mapping[str, object], above: str = "") -> Iterator[tuple[str, object]]:
    """Yield each setting with its dotted path; an empty mapping is a value."""
    for name, value in settings.items():
        if isinstance(value, Mapping) and value:
            yield from flatten(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def value_at(path: str, settings: object) -> object:
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
    return value_at(rest, below) if dot else below


def is_same(one: object, other: object) -> bool:
    """Whether two values are the same setting: Python takes True for 1, a service does not."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def is_secret(path: str, value: object = "") -> bool:
    """Whether what stands at the path is secret, by its name or by how it looks."""
    *above, last = path.split(".")
    named = bool(_SECRET.search(last)) or any("secret" in part or "credential" in part for part in above)
    return named or (not isinstance(value, bool | int | float) and redact(text := str(value)) != text)


def display(value: object, longest: int = 60) -> str:
    """The value in short; of one with mappings in it only its size, since a secret may be inside.

    Secrets go before it is cut: half a one is not known as such.
    """
    if isinstance(value, dict):
        return f"a mapping of {len(value)}"
    if isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        return f"a list of {len(value)}"
    text = redact(repr(value))
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
