"""The escalation ladder: whom to call when an incident makes no progress, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.domain.text.times import duration
from bot.domain.vocabulary import Severity

#: Means the people that the runbook lists under `escalate` and those invited for the service.
ONCALL = "oncall"


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
    Need.COMMANDER: "nobody has been in command for {}",
    Need.UPDATE: "there has been no update for {}",
    Need.HYPOTHESIS: "for {} nothing has supported any hypothesis",
    Need.LEAD: "for {} every hypothesis has been refuted or parked, and nobody has suspected anything else",
    Need.RELIEF: "users have felt it for {}",
}
_NOW = {
    Need.COMMANDER: "nobody is in command",
    Need.UPDATE: "there is no update",
    Need.HYPOTHESIS: "nothing supports any hypothesis",
    Need.LEAD: "every hypothesis is refuted or parked, and nobody suspects anything else",
    Need.RELIEF: "users still feel it",
}
_IN_HINDSIGHT = {
    Need.COMMANDER: "nobody was in command",
    Need.UPDATE: "there was no update",
    Need.HYPOTHESIS: "nothing supported any hypothesis",
    Need.LEAD: "every hypothesis was refuted or parked, and nobody suspected anything else",
    Need.RELIEF: "users still felt it",
}


class PagerKind(StrEnum):
    """The kinds of pager. A pager is identified by its kind and a name: `pagerduty:auth`."""

    PAGERDUTY = "pagerduty"
    OPSGENIE = "opsgenie"
    WEBHOOK = "webhook"


@dataclass(frozen=True, kw_only=True)
class Rung:
    """Once the need `unless` has been unmet for `after_minutes`, the incident is escalated to `who`."""

    after_minutes: float
    unless: Need
    #: A Slack user (U…), a user group (S…), a channel (#name), `oncall`, or a pager (`pagerduty:auth`).
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


def pager_kind(who: str) -> PagerKind | None:
    """Return the kind of pager that `who` identifies, or None if it is no pager."""
    kind, colon, name = who.partition(":")
    return PagerKind(kind) if colon and name and kind in set(PagerKind) else None


def is_user_group(who: str) -> bool:
    """Return whether this is a Slack user group ID (they start with S and have at least 9 characters)."""
    return who[:1] == "S" and len(who) >= 9 and who.isalnum() and who.isupper()


def is_channel(who: str) -> bool:
    """Return whether `who` is the name of a channel."""
    return who.startswith("#") and len(who) > 1
