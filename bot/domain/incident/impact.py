"""The impact on users, in phases: what it is, when each phase began and when it ended."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.domain import events
from bot.domain.text.shares import share_in, worst_share
from bot.domain.vocabulary import Milestone, Status


@dataclass(frozen=True, kw_only=True)
class Phase:
    """A time during which users were affected in one way. Times are UTC."""

    number: int
    began_at: datetime
    #: None while it continues.
    ended_at: datetime | None = None
    description: str = ""
    #: The latest share that was affected, in words (`30% of sign-ins`), and all shares that people gave.
    share: str = ""
    shares: tuple[str, ...] = ()
    service: str = ""

    @property
    def summary(self) -> str:
        """The description, or the share affected if there is none; "" if neither is known."""
        return self.description or self.share

    @property
    def worst_share(self) -> str:
        """The largest share affected, in words, or "" if none is known."""
        return worst_share(self.shares)


@dataclass(frozen=True, kw_only=True)
class Impact:
    """How users are affected. Times are UTC."""

    phases: tuple[Phase, ...] = ()
    resolved_at: datetime | None = None
    #: The fix that resolved the incident, or the reason it was a false alarm.
    resolution: str = ""

    @property
    def summary(self) -> str:
        """The summaries of the open phases, or of the latest described one, each on its own line; or ""."""
        described = [phase for phase in self.phases if phase.summary]
        current = [phase for phase in described if phase.ended_at is None] or described[-1:]
        return "\n".join(phase.summary for phase in current)

    @property
    def worst_share(self) -> str:
        """The largest share of users affected in any phase, in words, or "" if none is known."""
        return worst_share(phase.worst_share for phase in self.phases)

    @property
    def began_at(self) -> datetime | None:
        """When the earliest phase began, or None before the incident is declared."""
        return min((phase.began_at for phase in self.phases), default=None)

    @property
    def mitigated_at(self) -> datetime | None:
        """When the last phase ended, or None while one continues."""
        ends = [phase.ended_at for phase in self.phases]
        return max(filter(None, ends), default=None) if None not in ends else None

    def affected_until(self, now: datetime) -> timedelta:
        """Return how long users were affected up to `now` (UTC). Overlapping phases count once."""
        total, covered = timedelta(), datetime.min.replace(tzinfo=now.tzinfo)
        for phase in sorted(self.phases, key=lambda phase: phase.began_at):
            end = min(phase.ended_at or now, now)
            total += max(end - max(phase.began_at, covered), timedelta())
            covered = max(covered, end)
        return total


def apply_to_impact(impact: Impact, event: events.ImpactEvent, before: Status) -> Impact:
    """Return the impact after an event that describes, starts or ends it, with the status before it."""
    match event:
        case events.IncidentDeclared():
            return _begun(impact, event.began_at or event.at)
        case events.ImpactDescribed():
            return _described(impact, event)
        case events.MilestoneSet():
            is_end = event.milestone is Milestone.MITIGATED
            return _ended(impact, event.happened_at, moved_from=impact.mitigated_at) if is_end else impact
        case events.StatusChanged(status=Status.MONITORING, told_later=True):
            return _ended(impact, event.at, moved_from=impact.mitigated_at)
        case events.StatusChanged(status=Status.MONITORING):
            return _ended(impact, event.at)
        case events.StatusChanged():
            is_back = event.status.has_impact and not before.has_impact
            return _begun(impact, event.at) if is_back else impact
        case events.IncidentResolved():
            moved_from = impact.resolved_at if event.told_later else None
            ended = _ended(impact, event.at, moved_from=moved_from, latest=event.at)
            return replace(ended, resolved_at=event.at, resolution=event.resolution or impact.resolution)
        case events.IncidentCancelled():
            return replace(impact, resolution=event.reason)
        case events.IncidentReopened():
            reopened = replace(impact, resolved_at=None, resolution="")
            return reopened if impact.mitigated_at is None else _begun(reopened, event.at)
        case _:
            assert_never(event)


def _begun(impact: Impact, at: datetime) -> Impact:
    """Return the impact with a new phase of which only the start is known."""
    return replace(impact, phases=(*impact.phases, Phase(number=len(impact.phases) + 1, began_at=at)))


def _described(impact: Impact, event: events.ImpactDescribed) -> Impact:
    """Return the impact with a phase described. Older logs have no numbers: the latest phase is meant."""
    number = event.phase or max(len(impact.phases), 1)
    if number > len(impact.phases):
        impact = _begun(impact, event.began_at or event.at)
    phase, share = impact.phases[number - 1], _share(event)
    description = event.text or phase.description
    if event.is_added and phase.description:
        described = phase.description.split("; ")
        description = "; ".join(dict.fromkeys(filter(None, (*described, event.text))))
    phase = replace(
        phase,
        began_at=event.began_at or phase.began_at,
        ended_at=event.ended_at or phase.ended_at,
        description=description,
        share=share or phase.share,
        shares=tuple(dict.fromkeys(filter(None, (*phase.shares, share)))),
        service=event.service or phase.service,
    )
    return replace(impact, phases=(*impact.phases[: number - 1], phase, *impact.phases[number:]))


def _share(event: events.ImpactDescribed) -> str:
    """Return the share of an event. In older logs it is a percentage, and only the text says of what."""
    told = share_in(event.text) if event.share.endswith("%") else ""
    return told if told.startswith(event.share) else event.share


def _ended(
    impact: Impact, at: datetime, *, moved_from: datetime | None = None, latest: datetime | None = None
) -> Impact:
    """Return the impact with each open phase ended at `at` (UTC).

    Phases that ended at `moved_from` end at `at` as well, and none ends after `latest`. No phase begins after
    its end.
    """

    def ended(phase: Phase) -> Phase:
        end = phase.ended_at if phase.ended_at and phase.ended_at != moved_from else at
        end = min(end, latest or end)
        return replace(phase, began_at=min(phase.began_at, end), ended_at=end)

    return replace(impact, phases=tuple(map(ended, impact.phases)))
