"""The impact on users: what it is, when it began and when it ended."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from bot.domain import events
from bot.domain.vocabulary import Status


@dataclass(frozen=True, kw_only=True)
class Impact:
    """How users are affected. Times are UTC."""

    description: str = ""
    #: The share of users affected, in words: `about 5%`.
    affected_share: str = ""
    began_at: datetime | None = None
    mitigated_at: datetime | None = None
    resolved_at: datetime | None = None
    #: The fix that resolved the incident, or the reason it was a false alarm.
    resolution: str = ""

    @property
    def summary(self) -> str:
        """The description, or else the share of users affected; empty if neither is known."""
        return self.description or self.affected_share


def apply_to_impact(impact: Impact, event: events.ImpactEvent) -> Impact:
    """Return the impact after an event that describes, starts or ends it."""
    match event:
        case events.IncidentDeclared():
            return replace(impact, began_at=event.began_at)
        case events.ImpactDescribed():
            return replace(
                impact,
                description=event.text or impact.description,
                affected_share=event.share or impact.affected_share,
                began_at=event.began_at or impact.began_at,
                mitigated_at=event.ended_at or impact.mitigated_at,
            )
        case events.StatusChanged(status=Status.MONITORING):
            first = None if event.told_later else impact.mitigated_at
            return replace(impact, mitigated_at=first or event.at)
        case events.StatusChanged():
            return replace(impact, mitigated_at=None) if event.status.has_impact else impact
        case events.IncidentResolved():
            return replace(
                impact,
                resolved_at=event.at,
                mitigated_at=min(impact.mitigated_at or event.at, event.at),
                resolution=event.resolution or impact.resolution,
            )
        case events.IncidentCancelled():
            return replace(impact, resolution=event.reason)
        case events.IncidentReopened():
            return replace(impact, mitigated_at=None, resolved_at=None, resolution="")
        case _:
            assert_never(event)
