"""The base class of all commands, with the author and the time a command applies to."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Command:
    """A request by `by`. `at` (UTC) is set if it applies to a time other than now."""

    by: str
    at: datetime | None = None
