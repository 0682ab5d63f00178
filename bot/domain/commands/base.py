"""The base of every command: who gives it, and the time it applies to."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Command:
    """A request by `by`. `at` (UTC) is set if it applies to a time other than now."""

    by: str
    at: datetime | None = None
