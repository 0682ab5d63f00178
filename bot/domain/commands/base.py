"""What every intention has: whose it is, and when it is meant to have been."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Command:
    """An intention of `by`; `at` (UTC) is set when it concerns another moment than now."""

    by: str
    at: datetime | None = None
