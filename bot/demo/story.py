"""A story: the events of an outage and their times."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.domain.escalation.ladder import Ladder

#: The monitor sends `alert` and `recovery`. People do the rest in the incident's channel.
Kind = Literal["alert", "recovery", "message", "marked", "command"]


@dataclass(frozen=True, kw_only=True)
class Act:
    """One thing that happened: an alert, a message (`marked` with a 📌), or the text of a slash command."""

    at: datetime
    kind: Kind
    text: str
    person: str = ""


@dataclass(frozen=True, kw_only=True)
class Story:
    """Acts in chronological order."""

    name: str
    title: str
    acts: tuple[Act, ...]
    #: The service that the alert names.
    service: str = "auth"
    #: The escalation ladder of the replay. Default: the configured one.
    ladder: Ladder = ()

    @property
    def lost_minutes(self) -> int:
        """Minutes from the alert to the command that resolved the incident."""
        return self._minutes_to("resolve ")

    @property
    def minutes_to_cause(self) -> int:
        """Minutes from the alert to the command that set the cause."""
        return self._minutes_to("cause ")

    def _minutes_to(self, command: str) -> int:
        start = next(act.at for act in self.acts if act.kind == "alert")
        end = next(act.at for act in self.acts if act.kind == "command" and act.text.startswith(command))
        return round((end - start).total_seconds() / 60)
