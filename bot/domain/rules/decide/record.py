"""Handles corrections of the record: the title, the service and the milestones."""

from collections.abc import Iterator
from datetime import datetime
from typing import assert_never

from bot.domain import commands, events
from bot.domain.errors import Refused
from bot.domain.incident.incident import Incident
from bot.domain.incident.milestones import apply_to_milestones
from bot.domain.vocabulary import Milestone


def decide_record(
    incident: Incident, command: commands.RecordCommand, at: datetime
) -> Iterator[events.AnyEvent]:
    """Yield the event of a correction, or nothing if nothing changes. Raise Refused if it is not possible."""
    match command:
        case commands.EditIncident():
            title = command.title.strip() or incident.title
            service = command.service.strip() or incident.service
            if (title, service) != (incident.title, incident.service):
                yield events.IncidentEdited(
                    at=at, by=command.by, title=command.title.strip(), service=command.service.strip()
                )
        case commands.SetMilestone():
            _require_possible(incident, command)
            event = events.MilestoneSet(
                at=at,
                by=command.by,
                milestone=command.milestone,
                happened_at=command.happened_at,
                how=command.how.strip(),
            )
            before = incident.milestones.get(command.milestone)
            after = apply_to_milestones(incident.milestones, event)[command.milestone]
            if before is None or (before.happened_at, before.how) != (after.happened_at, after.how):
                yield event
        case _:
            assert_never(command)


def _require_possible(incident: Incident, command: commands.SetMilestone) -> None:
    """Raise Refused if users would no longer be affected before they were."""
    began = incident.impact.began_at
    if command.milestone is Milestone.MITIGATED and began and command.happened_at < began:
        raise Refused(
            f"Users can't be unaffected before the impact began ({began:%H:%M} UTC). "
            "To correct its start: `impact since 09:50`."
        )
