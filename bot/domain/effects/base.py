"""The base of every effect, and the lanes that order them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar


class Lane(StrEnum):
    """Within one incident, the effects of a lane wait for each other."""

    CHANNEL = "channel"
    SETUP = "setup"
    DIGEST = "digest"
    PAGER = "pager"
    DOCUMENT = "document"
    PROBE = "probe"
    TIMER = "timer"
    PEOPLE = "people"
    SIDE = "side"
    REDRAW = "redraw"


@dataclass(frozen=True, kw_only=True)
class Effect:
    """Something to do. Performing it twice must have the same result as performing it once."""

    lane: ClassVar[Lane]
    #: Whether several waiting ones are performed as one, because it renders the incident as it is then.
    coalesced: ClassVar[bool] = False
    not_before: datetime | None = None

    @property
    def queue(self) -> str:
        """The queue within its incident. Only the oldest effect of a queue is performed."""
        return self.lane
