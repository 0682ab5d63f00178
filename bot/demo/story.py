"""A story: what happened and who did what, each at its own time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.escalation.ladder import Ladder

#: `alert` and `recovery` are posted by the monitor, the rest is done by people in the incident's channel.
Kind = Literal["alert", "recovery", "message", "marked", "command"]


@dataclass(frozen=True, kw_only=True)
class Act:
    """One thing that happened: an alert, a message (`marked` with a 📌), or a slash command's text."""

    at: datetime
    kind: Kind
    text: str
    person: str = ""


@dataclass(frozen=True, kw_only=True)
class Story:
    """Acts in order; `lost_minutes` is what the outage took, `minutes_to_cause` what the search did."""

    name: str
    title: str
    acts: tuple[Act, ...]
    #: The ladder it is held against; without one the usual.
    ladder: Ladder = ()

    @property
    def lost_minutes(self) -> int:
        """How long users felt it: from the alert to the command that resolved it."""
        return self._minutes_to("resolve ")

    @property
    def minutes_to_cause(self) -> int:
        """From the alert to the command that named the cause."""
        return self._minutes_to("cause ")

    def _minutes_to(self, command: str) -> int:
        begun = next(act.at for act in self.acts if act.kind == "alert")
        then = next(act.at for act in self.acts if act.kind == "command" and act.text.startswith(command))
        return round((then - begun).total_seconds() / 60)
