"""What every event has: when it happened, and who caused it."""

from dataclasses import dataclass
from datetime import datetime

FIRSTCHECK = "firstcheck"


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact that never changes."""

    at: datetime
    by: str = FIRSTCHECK
