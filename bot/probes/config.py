"""Compares the settings a service runs with to the expected or last known good ones."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.probes import http_client, known_good
from bot.probes.files import permitted_path, read_file
from bot.probes.interface import Finding, Kind, Permissions, ProbeFailed, first_of, ok, problem
from bot.probes.service_settings import display, flatten, is_same, is_secret, parse, value_at

#: How many wrong settings the evidence shows.
MOST_NAMED = 5


@dataclass(frozen=True, kw_only=True)
class Options:
    """The source of the settings (`url` or `file`), and at least one of three ways to check them."""

    url: str = ""
    file: str = ""
    #: Dotted paths and their values, or nested mappings.
    expect: Mapping[str, Any] = field(default_factory=dict)
    #: JSON Schema 2020-12.
    schema: Mapping[str, Any] = field(default_factory=dict)
    #: The name of the last known good settings.
    known_good: str = ""
    #: Dotted paths that may differ from the known good ones.
    ignore: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError if there is nothing to read or nothing to compare with."""
        if bool(self.url) == bool(self.file):
            raise ValueError("needs either url or file")
        if not (self.expect or self.schema or self.known_good):
            raise ValueError("needs something to compare with: expect, schema or known_good")
        if self.known_good and not known_good.NAME.fullmatch(self.known_good):
            raise ValueError("known_good must be a name of lowercase letters, digits, dots and dashes")


def check_permitted(options: Options, permissions: Permissions) -> None:
    """Raise ProbeFailed if the file may not be read, or the URL may not be requested."""
    if options.file:
        permitted_path(options.file, permissions)
    else:
        http_client.check_permitted(options.url, permissions)


async def run(options: Options, permissions: Permissions) -> Finding:
    """Read the settings and compare them."""
    settings = await _settings(options, permissions)
    return await asyncio.to_thread(_judge, settings, options, permissions)


async def save_known_good(options: Options, permissions: Permissions) -> Path | Finding:
    """Save the settings as the known good ones and return the file. Return a finding if they are wrong.

    Raise ProbeFailed if they can't be read or saved.
    """
    settings = await _settings(options, permissions)
    wrong = await asyncio.to_thread(_wrong, settings, options)
    if wrong:
        return problem(first_of(wrong, MOST_NAMED, "; "))
    return await asyncio.to_thread(known_good.save, options.known_good, settings, permissions)


async def _settings(options: Options, permissions: Permissions) -> Mapping[str, object]:
    """Read the settings. Parsing a megabyte takes a while, so it runs in a thread."""
    if options.file:
        body = await asyncio.to_thread(read_file, options.file, permissions)
        return await asyncio.to_thread(parse, body, options.file)
    answer = await http_client.fetch(options.url, permissions)
    return await asyncio.to_thread(parse, answer.body, answer.content_type)


def _judge(settings: Mapping[str, object], options: Options, permissions: Permissions) -> Finding:
    wrong = _wrong(settings, options)
    remark = ""
    if options.known_good:
        try:
            expected = (path for path, value in flatten(options.expect) if _difference(path, settings, value))
            ignored = (*options.ignore, *expected)  # each setting is reported once
            wrong += known_good.differences(options.known_good, settings, permissions, ignored)
        except ProbeFailed as missing:
            # Violations of `expect` or `schema` count anyway. These suffice until settings are saved.
            compared = isinstance(missing, known_good.NothingSaved) and (options.expect or options.schema)
            if not (wrong or compared):
                raise
            remark = str(missing)
    return problem(first_of(wrong, MOST_NAMED, "; ")) if wrong else _as_expected(options, remark)


def _wrong(settings: Mapping[str, object], options: Options) -> list[str]:
    differences = (_difference(path, settings, value) for path, value in flatten(options.expect))
    wrong = [*filter(None, differences)]
    if options.schema:
        from bot.probes.json_schema import errors  # noqa: PLC0415 - its library takes 0.1 s to import

        wrong += errors(settings, options.schema)
    return wrong


def _as_expected(options: Options, remark: str) -> Finding:
    """Return the finding that the settings are OK.

    `remark` says why they were not compared with the known good ones.
    """
    compared = (
        f"{len(dict(flatten(options.expect)))} compared" if options.expect else "",
        "valid against the schema" if options.schema else "",
        "same as the last known good" if options.known_good and not remark else "",
    )
    return ok(f"The settings are as expected ({', '.join(filter(None, compared))}). {remark}".rstrip())


def _difference(path: str, settings: object, expected: object) -> str:
    """Return how the setting at `path` differs, or "" if it doesn't."""
    try:
        actual = value_at(path, settings)
    except LookupError:
        return f"{path} is missing" + ("" if is_secret(path) else f", expected {display(expected)}")
    if is_same(actual, expected):
        return ""
    if is_secret(path):
        return f"{path} is not as expected (not shown)"
    return f"{path} is {display(actual)}, expected {display(expected)}"


KIND = Kind(options=Options, check_permitted=check_permitted, run=run)
