"""Which events a postmortem reports. After the close, each of them requires a new draft."""

from typing import assert_never

from bot.domain import events

#: Events that a postmortem reports.
InPostmortem = (
    events.SeverityChanged
    | events.IncidentResolved
    | events.IncidentClosed
    | events.IncidentCancelled
    | events.RoleAssigned
    | events.ImpactDescribed
    | events.NoteEvent
    | events.ProbeFinished
    | events.StepFinished
    | events.HypothesisOpened
    | events.HypothesisExtended
    | events.HypothesisHandedOver
    | events.HypothesisAreaChanged
    | events.HypothesisClosed
    | events.CauseNamed
    | events.CauseWithdrawn
    | events.EscalationMade
    | events.EscalationSnoozed
    | events.UpdatePosted
    | events.PageAcknowledged
    | events.PageFailed
    | events.ImprovementProposed
    | events.ActionItemAdded
)
#: Events that it leaves out. Those that follow from drafting must stay here, or drafting would never end.
NotInPostmortem = (
    events.IncidentDeclared
    # After the close these are resolutions. The next draft shows them.
    | events.AlertsReceived
    | events.StatusChanged
    | events.IncidentReopened
    | events.StepTaken
    | events.Bookkeeping
)


def is_in_postmortem(event: events.AnyEvent) -> bool:
    """Return whether a postmortem reports the event."""
    if isinstance(event, InPostmortem):
        return True
    if isinstance(event, NotInPostmortem):
        return False
    assert_never(event)
