"""What every command has: who gives it, and the time it is for."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Command:
    """A request by `by`. `at` (UTC) is set if it is for another time than now."""

    by: str
    at: datetime | None = None
