"""When an incident reached its milestones, the lengths of time between them, and contradictions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import events
from bot.domain.incident.incident import Incident
from bot.domain.insights.postmortem.log import IncidentLog, between
from bot.domain.recipient import is_slack_user
from bot.domain.vocabulary import Milestone, Role, Severity


@dataclass(frozen=True, kw_only=True)
class Milestones:
    """When an incident reached each milestone (UTC), in the usual order; None if unknown."""

    began_at: datetime | None
    detected_at: datetime | None
    acknowledged_at: datetime | None
    commander_at: datetime | None
    cause_found_at: datetime | None
    mitigated_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    #: How it was detected: by which alert or person, or in people's words.
    detected_by: str

    @property
    def lengths(self) -> dict[str, timedelta | None]:
        """The time to each milestone: to the detection from the start, to the others from the detection."""
        return {
            "Time to detect": between(self.began_at, self.detected_at),
            "Time to acknowledge": between(self.detected_at, self.acknowledged_at),
            "Time to find the cause": between(self.detected_at, self.cause_found_at),
            "Time to mitigate": between(self.detected_at, self.mitigated_at),
            "Time to resolve": between(self.detected_at, self.resolved_at),
        }

    @property
    def contradictions(self) -> Iterator[str]:
        """Yield a sentence for each milestone that is earlier than one that must come before it.

        A monitor may detect a fault before users are affected.
        """
        began = "the impact began", self.began_at
        detected = "the incident was detected", self.detected_at
        mitigated = "the impact was mitigated", self.mitigated_at
        resolved = "the incident was resolved", self.resolved_at
        acknowledged = "it was acknowledged", self.acknowledged_at
        pairs = [(detected, acknowledged), (began, mitigated), (began, resolved), (mitigated, resolved)]
        for (first, earlier), (second, later) in pairs:
            if earlier and later and later < earlier:
                yield f"By its times, {second} before {first}. Please correct one of them."


def milestones(incident: Incident, log: IncidentLog, cause_found_at: datetime | None) -> Milestones:
    """Return the milestones, as people set them or as the log has them."""
    recorded = [event for _, event in log.events]
    by_people = (event.at for event in recorded if _is_by_person(event))
    commander = (
        event.at
        for event in recorded
        if isinstance(event, events.RoleAssigned) and event.role == Role.COMMANDER
    )
    resolved_at = incident.impact.resolved_at
    return Milestones(
        began_at=incident.started_at,
        detected_at=incident.detected_at,
        acknowledged_at=_set_by_people(incident, Milestone.ACKNOWLEDGED) or min(by_people, default=None),
        commander_at=min(commander, default=None),
        cause_found_at=_set_by_people(incident, Milestone.CAUSE_FOUND) or cause_found_at,
        mitigated_at=incident.impact.mitigated_at,
        resolved_at=resolved_at,
        closed_at=incident.closed_at,
        detected_by=_detected_by(incident, log),
    )


def severities(incident: Incident, log: IncidentLog) -> tuple[tuple[Severity, timedelta], ...]:
    """Return how long the incident had each severity, the highest first, until it was resolved."""
    end = incident.ended_at or max((event.at for _, event in log.events), default=None)
    changes = [
        (event.at, event.severity)
        for _, event in log.events
        if isinstance(event, events.IncidentDeclared | events.SeverityChanged)
    ]
    totals: dict[Severity, timedelta] = {}
    for (start, severity), (until, _) in zip(changes, [*changes[1:], (end, None)], strict=False):
        if until:
            length = between(start, min(until, end or until)) or timedelta()
            totals[severity] = totals.get(severity, timedelta()) + length
    return tuple(sorted(totals.items(), key=lambda item: item[0].rank))


def _set_by_people(incident: Incident, milestone: Milestone) -> datetime | None:
    reached = incident.milestones.get(milestone)
    return reached.happened_at if reached else None


def _is_by_person(event: events.AnyEvent) -> bool:
    """Return whether somebody did this to respond to the incident. A backdated note is not a response."""
    is_response = not isinstance(event, events.NoteEvent | events.Correction | events.ImpactDescribed)
    return is_response and (is_slack_user(event.by) or event.by.startswith("cli:"))


def _detected_by(incident: Incident, log: IncidentLog) -> str:
    """Return how the incident was detected, or "" if nobody knows."""
    reached = incident.milestones.get(Milestone.DETECTED)
    if reached and reached.how:
        return log.plain_text(reached.how)
    if is_slack_user(incident.declared_by) or incident.declared_by.startswith("cli:"):
        return log.display_name(incident.declared_by)
    first = next(iter(incident.alerts.values()), None)
    return f"{incident.declared_by}: {first.title}" if first else incident.declared_by
