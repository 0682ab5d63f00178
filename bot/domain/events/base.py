"""What every fact has: when it happened, and who brought it about."""

from dataclasses import dataclass
from datetime import datetime

FIRSTCHECK = "firstcheck"


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact; never changed afterwards."""

    at: datetime
    by: str = FIRSTCHECK
