"""What every effect is, and the lanes they stand in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar


class Lane(StrEnum):
    """What waits for what, within one incident."""

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
    """Something to do; performing twice must look like performing once."""

    lane: ClassVar[Lane]
    #: Ten of these while Slack is slow make one: it is drawn from the incident when it is performed.
    coalesced: ClassVar[bool] = False
    not_before: datetime | None = None

    @property
    def queue(self) -> str:
        """What it stands in line with, within its incident."""
        return self.lane
