"""The help: all commands, or a suggestion for an unknown one."""

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import groupby
from typing import Protocol

from bot.slack.mrkdwn import escape, one_line
from bot.slack.views.blocks import Screen, actions, button, paragraph, screen, section

DECLARE = "listing.declare"


class Command(Protocol):
    """A command of `/incident`."""

    @property
    def heading(self) -> str:
        """The heading it is listed under."""

    @property
    def words(self) -> tuple[str, ...]:
        """The name and its aliases."""

    @property
    def usage(self) -> str:
        """What to type after `/incident`."""

    @property
    def help(self) -> str:
        """What it does."""


def command_help(word: str, table: Iterable[Command]) -> Screen:
    """Return all commands, or for an unknown `word` the most similar command."""
    rows = tuple(table)
    if not word:
        intro = "In other channels, put the incident's number first: `/incident INC-7 note …`"
        declare = actions(button("Declare an incident", DECLARE, "new", style="primary"))
        groups = [
            section("\n".join([f"*{heading}*", *(_usage(row) for row in group)]))
            for heading, group in groupby(rows, key=lambda row: row.heading)
        ]
        return screen(intro, section(intro), *groups, declare)
    near = nearest_command(word, rows)
    suggestion = next(
        (f"Did you mean `/incident {escape(row.usage)}`? " for row in rows if near in row.words), ""
    )
    unknown = escape(one_line(word)[:50])
    return paragraph(f"Unknown command `{unknown}`. {suggestion}See `/incident help`.")


def _usage(row: Command) -> str:
    return f"`/incident {escape(row.usage)}` {escape(row.help)}"


def nearest_command(word: str, table: Iterable[Command]) -> str:
    """Return the command most similar to a mistyped word, or ""."""
    words = [name for row in table for name in row.words]
    return next(iter(get_close_matches(word.lower(), words, n=1, cutoff=0.7)), "")
