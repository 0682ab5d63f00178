"""The help: all commands, or a suggestion for an unknown one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import groupby

from bot.slack.mrkdwn import escape, one_line
from bot.slack.views.blocks import Screen, actions, button, paragraph, screen, section

DECLARE = "listing.declare"
#: The name in the help of a command that is not shown under its own name.
SHOWN_AS = {"hypothesis": "suspect"}


@dataclass(frozen=True)
class Command:
    """A command of `/incident`. `words` holds its name and aliases."""

    #: The heading it is listed under in the help.
    heading: str
    words: tuple[str, ...]
    arguments: str
    help: str

    @property
    def usage(self) -> str:
        """What to type after `/incident`."""
        name = SHOWN_AS.get(self.words[0], self.words[0])
        return f"{name} {self.arguments}".strip()


def command_help(word: str, table: Sequence[Command]) -> Screen:
    """Return all commands, or for an unknown `word` the most similar command."""
    if not word:
        intro = "In other channels, put the incident's number first: `/incident INC-7 note …`"
        declare = actions(button("Declare an incident", DECLARE, "new", style="primary"))
        groups = [
            section("\n".join([f"*{heading}*", *(_usage(row) for row in group)]))
            for heading, group in groupby(table, key=lambda row: row.heading)
        ]
        return screen(intro, section(intro), *groups, declare)
    near = nearest_command(word, table)
    meant = [f"Did you mean `/incident {escape(row.usage)}`? " for row in table if near in row.words]
    unknown = escape(one_line(word)[:50])
    return paragraph(f"Unknown command `{unknown}`. {''.join(meant)}See `/incident help`.")


def _usage(row: Command) -> str:
    return f"`/incident {escape(row.usage)}` {escape(row.help)}"


def nearest_command(word: str, table: Iterable[Command]) -> str:
    """Return the command most similar to a mistyped word, or ""."""
    words = [name for row in table for name in row.words]
    return next(iter(get_close_matches(word.lower(), words, n=1, cutoff=0.7)), "")
