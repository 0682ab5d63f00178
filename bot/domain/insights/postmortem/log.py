"""The events of one incident, and how to read what they hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.domain import events as e
from bot.domain.escalation.ladder import is_user_group
from bot.domain.text.slack_markup import A_GROUP, plain
from bot.domain.text.times import time_of_day

#: An event and its version.
Recorded = tuple[int, e.AnyEvent]


@dataclass(frozen=True, kw_only=True)
class Log:
    """The events, and how to read what they hold."""

    events: tuple[Recorded, ...]
    names: Mapping[str, str]
    #: Whether the times need their date.
    dated: bool = False

    def said(self, text: str) -> str:
        """Plain text of what somebody typed."""
        return plain(text, self.names, partial(time_of_day, dated=self.dated))

    def who(self, person: str) -> str:
        """The name of a person, or their id where no name is known."""
        if person.startswith("cli:"):
            return f"{person.removeprefix('cli:')}, on the command line"
        return self.names.get(person, A_GROUP if is_user_group(person) else person)


def between(start: datetime | None, end: datetime | None) -> timedelta | None:
    """Return how long that was, where both ends are known; never less than nothing.

    Counted from whole second to whole second, as the ends are shown.
    """
    return max(shown(end) - shown(start), timedelta()) if start and end else None


def shown(at: datetime) -> datetime:
    """Return the moment as a clock shows it: its second, begun or over."""
    return at.replace(microsecond=0)
