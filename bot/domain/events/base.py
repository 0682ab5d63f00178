"""The base classes of events.

Some declare that an event has no consequence of a certain kind. mypy reports events whose other consequences
are not handled.
"""

from dataclasses import dataclass
from datetime import datetime

FIRSTCHECK = "firstcheck"


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact that never changes."""

    at: datetime
    by: str = FIRSTCHECK


class Reported:
    """An event that the postmortem reports. After the close it requires a new draft."""


class Unreported:
    """An event that the postmortem leaves out, such as those that follow from drafting it."""


class MeetsNoNeed:
    """An event that meets no need of the incident, except as `incident/needs.py` lists it."""


class RedrawsNothing:
    """An event that makes no other message stale."""


@dataclass(frozen=True, kw_only=True)
class Bookkeeping(Unreported, MeetsNoNeed, RedrawsNothing, Event):
    """An event that only records what Firstcheck did."""
