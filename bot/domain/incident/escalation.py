"""The escalations and pages of an incident, and the progress clock that decides when to escalate."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from bot.domain import events
from bot.domain.escalation.ladder import Need
from bot.domain.incident.progress_clock import ProgressClock


@dataclass(frozen=True, kw_only=True)
class Escalation:
    """The escalations of an incident so far, and the clock for the next ones."""

    clock: ProgressClock = field(default_factory=ProgressClock)
    #: Every escalation, oldest first.
    history: tuple[events.EscalationMade, ...] = ()
    #: The version of the event that last asked for an incident commander, or 0.
    commander_question_version: int = 0
    #: Per page key: the pager that accepted the page, and who acknowledged it.
    pages: Mapping[str, str] = field(default_factory=dict)
    acknowledged_by: Mapping[str, str] = field(default_factory=dict)


def apply_to_escalation(escalation: Escalation, event: events.EscalationEvent, version: int) -> Escalation:
    """Return the escalation after an event about it. `version` is the number of that event."""
    match event:
        case events.EscalationMade():
            return replace(escalation, history=(*escalation.history, event))
        case events.EscalationDue(lack=Need.COMMANDER):
            return replace(escalation, commander_question_version=version)
        case events.PageSent():
            return replace(escalation, pages={**escalation.pages, event.key: event.to})
        case events.PageAcknowledged():
            return replace(escalation, acknowledged_by={**escalation.acknowledged_by, event.key: event.by})
        case (
            events.LadderChosen()
            | events.EscalationDue()
            | events.EscalationSnoozed()
            | events.UpdatePosted()
            | events.PageFailed()
            | events.ReminderPosted()
        ):
            return escalation  # these only advance the clock
        case _:
            assert_never(event)
