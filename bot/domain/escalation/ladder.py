"""The escalation ladder: whom to call when an incident makes no progress, and when."""

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
    #: There is none if every hypothesis was ruled out or parked.
    LEAD = "lead"
    #: It is unmet as long as users are affected.
    RELIEF = "relief"

    def unmet_for(self, length: timedelta) -> str:
        """Return a clause that the need has been unmet for `length`."""
        return _LASTING[self].format(duration(length))

    @property
    def unmet_now(self) -> str:
        """A clause that the need is unmet."""
        return _NOW[self]

    @property
    def was_unmet(self) -> str:
        """A clause that the need was unmet, for the timeline and the postmortem."""
        return _IN_HINDSIGHT[self]


_LASTING = {
    Need.COMMANDER: "no incident commander for {}",
    Need.UPDATE: "no update for {}",
    Need.HYPOTHESIS: "no lead on the cause after {}",
    Need.LEAD: "no open hypothesis for {}",
    Need.RELIEF: "users have been affected for {}",
}
_NOW = {
    Need.COMMANDER: "there is no incident commander",
    Need.UPDATE: "there is no update",
    Need.HYPOTHESIS: "there is no lead on the cause",
    Need.LEAD: "there is no open hypothesis",
    Need.RELIEF: "users are still affected",
}
_IN_HINDSIGHT = {
    Need.COMMANDER: "there was no incident commander",
    Need.UPDATE: "there was no update",
    Need.HYPOTHESIS: "there was no lead on the cause",
    Need.LEAD: "there was no open hypothesis",
    Need.RELIEF: "users were still affected",
}


@dataclass(frozen=True, kw_only=True)
class Rung:
    """Once the need `unless` has been unmet for `after_minutes`, the incident is escalated to `who`."""

    after_minutes: float
    unless: Need
    #: Recipients, as `parse_recipient` reads them.
    who: tuple[str, ...] = ()


Ladder = tuple[Rung, ...]

#: The default ladders. They have few rungs, so that each is taken seriously. Rungs without `who` ask the
#: incident's own people to escalate.
LADDERS: Mapping[Severity, Ladder] = {
    Severity.SEV1: (
        Rung(after_minutes=5, unless=Need.COMMANDER),
        Rung(after_minutes=15, unless=Need.UPDATE),
        Rung(after_minutes=30, unless=Need.HYPOTHESIS),
        Rung(after_minutes=60, unless=Need.RELIEF),
    ),
    Severity.SEV2: (
        Rung(after_minutes=10, unless=Need.COMMANDER),
        Rung(after_minutes=45, unless=Need.UPDATE),
        Rung(after_minutes=60, unless=Need.HYPOTHESIS),
        Rung(after_minutes=120, unless=Need.RELIEF),
    ),
    Severity.SEV3: (
        Rung(after_minutes=30, unless=Need.COMMANDER),
        Rung(after_minutes=240, unless=Need.RELIEF),
    ),
    Severity.SEV4: (),
}
