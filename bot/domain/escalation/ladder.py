"""How an incident is escalated when it makes no progress: the rungs of a ladder."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.domain.text.times import duration
from bot.domain.vocabulary import Severity


class Need(StrEnum):
    """What is missing, so that a rung is climbed."""

    COMMANDER = "commander"
    UPDATE = "update"
    HYPOTHESIS = "hypothesis"
    #: Every suspicion was refuted or parked.
    LEAD = "lead"
    #: Users still feel it.
    RELIEF = "relief"

    def unmet_for(self, length: timedelta) -> str:
        """Return what has been missing for so long, as a sentence begins."""
        return _LASTING[self].format(duration(length))

    @property
    def unmet_now(self) -> str:
        """What is missing, as a sentence ends."""
        return _NOW[self]

    @property
    def was_unmet(self) -> str:
        """What was missing, for those who read of it later."""
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
    """After so many minutes without what it asks for, these are called in."""

    after_minutes: float
    unless: Need
    #: Recipients, as `parse_recipient` reads them.
    who: tuple[str, ...] = ()


Ladder = tuple[Rung, ...]

#: Few and far apart, so that each is heeded; without `who` they ask the incident's own people.
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
