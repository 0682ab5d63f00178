"""The events of one incident, and functions that show their text and people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.domain import events
from bot.domain.text.parts import Line, Person, Reader, plain_text
from bot.domain.text.times import time_of_day

#: An event and its version.
Recorded = tuple[int, events.AnyEvent]


@dataclass(frozen=True, kw_only=True)
class IncidentLog:
    """The events, people's names by ID, and the parser for the text people typed."""

    events: tuple[Recorded, ...]
    names: Mapping[str, str]
    read: Reader
    #: Whether times are shown with their date.
    dated: bool = False

    def plain_text(self, text: str) -> str:
        """Return a text that somebody typed as plain text."""
        return self.plain_line(self.read(text))

    def plain_line(self, line: Line) -> str:
        """Return a line as plain text, with names for people."""
        return plain_text(line, self.names, partial(time_of_day, dated=self.dated))

    def display_name(self, person: str) -> str:
        """Return the name of a person, or their ID if no name is known."""
        if person.startswith("cli:"):
            return f"{person.removeprefix('cli:')}, on the command line"
        return self.plain_line((Person(person),))


def between(start: datetime | None, end: datetime | None) -> timedelta | None:
    """Return the time from `start` to `end`, at least zero, or None if either is unknown.

    Both times are cut to whole seconds first, because that is how they are shown.
    """
    return max(to_whole_seconds(end) - to_whole_seconds(start), timedelta()) if start and end else None


def to_whole_seconds(at: datetime) -> datetime:
    """Return the time without its fraction of a second, as clocks show it."""
    return at.replace(microsecond=0)
