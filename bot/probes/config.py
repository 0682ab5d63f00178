"""Holds the settings a service runs with against the expected ones: what should have been looked at first."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.vocabulary import ProbeVerdict
from bot.probes import fetch, known_good
from bot.probes.files import content, readable
from bot.probes.interface import Finding, Kind, Permissions, ProbeFailed
from bot.probes.settings import at, flat, read, same, secret, shown

#: How many wrong settings are named; after these the reader has understood.
MOST_NAMED = 5


@dataclass(frozen=True, kw_only=True)
class Options:
    """Where the settings are (`url` or `file`), and what they are held against: at least one of three."""

    url: str = ""
    file: str = ""
    #: Dotted path → value, or mappings in mappings.
    expect: Mapping[str, object] = field(default_factory=dict)
    #: JSON Schema 2020-12.
    schema: Mapping[str, object] = field(default_factory=dict)
    #: The name under which the last known good settings are kept.
    known_good: str = ""
    #: Dotted paths that may differ from the known good ones.
    ignore: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a probe that has nothing to read or nothing to compare with."""
        if bool(self.url) == bool(self.file):
            raise ValueError("give it either url or file")
        if not (self.expect or self.schema or self.known_good):
            raise ValueError("it says nothing to compare with: give it expect, schema or known_good")
        if self.known_good and not known_good.sound(self.known_good):
            raise ValueError("known_good is a name of small letters, digits, dots and dashes")


def permit(options: Options, allowed: Permissions) -> None:
    """Refuse a file and an address that may not be read."""
    if options.file:
        readable(options.file, allowed)
    else:
        fetch.permit(options.url, allowed)


async def look(options: Options, allowed: Permissions) -> Finding:
    """Read the settings and hold them against all that is said of them."""
    settings = await _settings(options, allowed)
    return await asyncio.to_thread(_judge, settings, options, allowed)


async def keep(options: Options, allowed: Permissions) -> Path | Finding:
    """Keep the settings as the known good ones and return the file; wrong ones are a finding instead.

    Raises ProbeFailed when they cannot be read or written.
    """
    settings = await _settings(options, allowed)
    wrong = await asyncio.to_thread(_wrong, settings, options)
    if wrong:
        return _named(wrong)
    return await asyncio.to_thread(known_good.keep, options.known_good, settings, allowed)


async def _settings(options: Options, allowed: Permissions) -> Mapping[str, object]:
    """Read them; in a thread, because a megabyte takes its time to parse."""
    if options.file:
        body = await asyncio.to_thread(content, options.file, allowed)
        return await asyncio.to_thread(read, body, options.file)
    answer = await fetch.fetch(options.url, allowed)
    return await asyncio.to_thread(read, answer.body, answer.content_type)


def _judge(settings: Mapping[str, object], options: Options, allowed: Permissions) -> Finding:
    wrong = _wrong(settings, options)
    remark = ""
    if options.known_good:
        try:
            named = (path for path, value in flat(options.expect) if _difference(path, settings, value))
            ignored = (*options.ignore, *named)  # each setting is named once
            wrong += known_good.differences(options.known_good, settings, allowed, ignored)
        except ProbeFailed as lacking:
            # What is known to be wrong is wrong whatever was kept, and before the first time
            # `expect` and `schema` are all there is.
            held = isinstance(lacking, known_good.NothingKept) and (options.expect or options.schema)
            if not (wrong or held):
                raise
            remark = str(lacking)
    return _named(wrong) if wrong else _as_expected(options, remark)


def _wrong(settings: Mapping[str, object], options: Options) -> list[str]:
    differences = (_difference(path, settings, value) for path, value in flat(options.expect))
    return [*filter(None, differences), *_schema_errors(settings, options.schema)]


def _schema_errors(settings: Mapping[str, object], schema: Mapping[str, object]) -> Iterable[str]:
    if not schema:
        return ()
    from bot.probes.json_schema import errors  # noqa: PLC0415 - its library takes 0.1 s to import

    return errors(settings, schema)


def _named(wrong: list[str]) -> Finding:
    more = f"; and {len(wrong) - MOST_NAMED} more" if len(wrong) > MOST_NAMED else ""
    return Finding(verdict=ProbeVerdict.WRONG, evidence="; ".join(wrong[:MOST_NAMED]) + more)


def _as_expected(options: Options, remark: str) -> Finding:
    """All is well; `remark` says why the last known good settings were no part of it."""
    compared = (
        f"{len(dict(flat(options.expect)))} compared" if options.expect else "",
        "the schema holds" if options.schema else "",
        "as the last known good" if options.known_good and not remark else "",
    )
    said = ", ".join(filter(None, compared))
    return Finding(
        verdict=ProbeVerdict.CLEAR, evidence=f"The settings are as expected ({said}). {remark}".rstrip()
    )


def _difference(path: str, settings: object, expected: object) -> str:
    """Return how the setting at `path` differs, or nothing."""
    try:
        actual = at(path, settings)
    except LookupError:
        return f"{path} is missing" + ("" if secret(path) else f", expected {shown(expected)}")
    if same(actual, expected):
        return ""
    if secret(path):
        return f"{path} is not as expected (not shown)"
    return f"{path} is {shown(actual)}, expected {shown(expected)}"


KIND = Kind(options=Options, permit=permit, look=look)
