"""Shared by all commands: the settings, and output that is safe to show in a terminal."""

import os
import re
import sys
from datetime import UTC, datetime

import click

from bot.config.settings import Settings, load

#: Control characters except tab and newline, and the characters that change the direction or lines of text.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def settings(*, secrets: bool = False) -> Settings:
    """Return the settings from the environment and firstcheck.yaml; only `serve` needs the `secrets`."""
    return load(os.environ, secrets=secrets)


def printable(text: str) -> str:
    """Return text that other people may have written, without control characters."""
    return _CONTROL.sub("�", text)


def echo(text: str, *, err: bool = False) -> None:
    """Print `printable` text to standard output, or with `err` to standard error.

    A character that the terminal's encoding does not have is printed as a question mark. Nothing is printed
    if the stream is closed.
    """
    stream = sys.stderr if err else sys.stdout
    if stream is None:
        return
    encoding = stream.encoding or "utf-8"
    click.echo(printable(text).encode(encoding, errors="replace").decode(encoding), err=err)


def on_both_clocks(at: datetime) -> str:
    """Return a time on this machine's clock and in UTC, so that a mistyped one is noticed."""
    utc, local = at.astimezone(UTC), at.astimezone()
    if not local.utcoffset():
        return f"{utc:%Y-%m-%d %H:%M} UTC"
    day = "" if utc.date() == local.date() else f"{utc:%Y-%m-%d} "
    return f"{local:%Y-%m-%d %H:%M %Z} ({day}{utc:%H:%M} UTC)"
