"""The events of one incident, and how to read what they hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import events as e
from bot.domain.plain import plain

#: An event and its version.
Recorded = tuple[int, e.AnyEvent]


@dataclass(frozen=True, kw_only=True)
class Log:
    """The events, and how to read what they hold."""

    events: tuple[Recorded, ...]
    names: Mapping[str, str]

    def said(self, text: str) -> str:
        """Plain text of what somebody typed."""
        return plain(text, self.names)

    def who(self, person: str) -> str:
        """The name of a person, or their id where no name is known."""
        return self.names.get(person, person)


def between(start: datetime | None, end: datetime | None) -> timedelta | None:
    """Return how long that was, where both ends are known; never less than nothing."""
    return max(end - start, timedelta()) if start and end else None
