"""The phases of the impact on users, for the postmortem."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.incident.incident import Incident
from bot.domain.insights.postmortem.log import IncidentLog, between


@dataclass(frozen=True, kw_only=True)
class PhaseRow:
    """A phase of the impact. `ended_at` and `length` are None while it continues."""

    number: int
    began_at: datetime
    ended_at: datetime | None
    length: timedelta | None
    service: str
    description: str
    share: str


def phases(incident: Incident, log: IncidentLog) -> tuple[PhaseRow, ...]:
    """Return the phases in the order in which they began."""
    return tuple(
        PhaseRow(
            number=phase.number,
            began_at=phase.began_at,
            ended_at=phase.ended_at,
            length=between(phase.began_at, phase.ended_at),
            service=phase.service or incident.service,
            description=log.plain_text(phase.description),
            share=log.plain_text(phase.worst_share),
        )
        for phase in sorted(incident.impact.phases, key=lambda phase: phase.began_at)
    )


def affected(incident: Incident) -> timedelta | None:
    """Return how long users were affected, or None while they are. Overlapping phases count once."""
    end = incident.impact.mitigated_at
    return incident.impact.affected_until(end) if end else None
