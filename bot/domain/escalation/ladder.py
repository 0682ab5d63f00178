"""The escalation ladder: who to escalate to when an incident makes no progress, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.domain.text.times import duration
from bot.domain.vocabulary import Severity


class Need(StrEnum):
    """What an incident needs to make progress. An unmet need triggers a rung."""

    COMMANDER = "commander"
    UPDATE = "update"
    HYPOTHESIS = "hypothesis"
    #: An open hypothesis. It is missing if every hypothesis was ruled out or parked.
    LEAD = "lead"
    #: The end of the user impact. It is unmet as long as users are affected.
    RELIEF = "relief"

    def unmet_for(self, length: timedelta) -> str:
        """Return a clause such as "no update for 30 min", where the need has been unmet for `length`."""
        return _LASTING[self].format(duration(length))

    @property
    def unmet_now(self) -> str:
        """A clause such as "there is no update"."""
        return _UNMET[self][0]

    @property
    def was_unmet(self) -> str:
        """A clause such as "there was no update", for the timeline and the postmortem."""
        return _UNMET[self][1]


_LASTING = {
    Need.COMMANDER: "no incident commander for {}",
    Need.UPDATE: "no update for {}",
    Need.HYPOTHESIS: "no lead on the cause after {}",
    Need.LEAD: "no open hypothesis for {}",
    Need.RELIEF: "users have been affected for {}",
}
#: The clauses in the present tense and in the past tense.
_UNMET = {
    Need.COMMANDER: ("there is no incident commander", "there was no incident commander"),
    Need.UPDATE: ("there is no update", "there was no update"),
    Need.HYPOTHESIS: ("there is no lead on the cause", "there was no lead on the cause"),
    Need.LEAD: ("there is no open hypothesis", "there was no open hypothesis"),
    Need.RELIEF: ("users are still affected", "users were still affected"),
}


@dataclass(frozen=True, kw_only=True)
class Rung:
    """Once the need `unless` has been unmet for `after_minutes`, the incident is escalated to `who`."""

    after_minutes: float
    unless: Need
    #: Recipients, as `parse_recipient` reads them.
    who: tuple[str, ...] = ()


Ladder = tuple[Rung, ...]


def _ladder(**after_minutes: float) -> Ladder:
    """Return the ladder with these needs and the minutes after which each one triggers its rung."""
    return tuple(Rung(after_minutes=minutes, unless=Need(need)) for need, minutes in after_minutes.items())


#: The default ladders. They have few rungs, so that each is taken seriously. Rungs without `who` ask the
#: people involved to escalate.
LADDERS: Mapping[Severity, Ladder] = {
    Severity.SEV1: _ladder(commander=5, update=15, hypothesis=30, relief=60),
    Severity.SEV2: _ladder(commander=10, update=45, hypothesis=60, relief=120),
    Severity.SEV3: _ladder(commander=30, relief=240),
    Severity.SEV4: (),
}
