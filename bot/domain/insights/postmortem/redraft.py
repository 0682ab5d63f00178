"""Which events a postmortem reports, so that one after the close requires a new draft."""

from typing import assert_never

from bot.domain import events

#: Events that a postmortem reports.
InPostmortem = (
    events.AlertsReceived
    | events.SeverityChanged
    | events.IncidentResolved
    | events.IncidentClosed
    | events.IncidentCancelled
    | events.RoleAssigned
    | events.ImpactDescribed
    | events.NoteAdded
    | events.NoteRemoved
    | events.ProbeFinished
    | events.StepFinished
    | events.HypothesisOpened
    | events.HypothesisExtended
    | events.HypothesisHandedOver
    | events.HypothesisPlaced
    | events.HypothesisClosed
    | events.CauseNamed
    | events.CauseTakenBack
    | events.EscalationMade
    | events.ClockSnoozed
    | events.UpdateGiven
    | events.PageAcknowledged
    | events.PageFailed
    | events.ImprovementProposed
    | events.ActionItemAdded
)
#: Events that it leaves out. Those that follow from drafting must stay here, or drafting would never end.
NotInPostmortem = (
    events.IncidentDeclared
    | events.StatusChanged
    | events.IncidentReopened
    | events.RunbookChosen
    | events.StepTaken
    | events.ProbeAsked
    | events.TimeBoxEnded
    | events.NudgeGiven
    | events.NudgesMuted
    | events.SideChannelAsked
    | events.SideChannelOpened
    | events.LadderChosen
    | events.EscalationDue
    | events.PageSent
    | events.ReminderGiven
    | events.PostmortemDrafted
    | events.SlackEvent
)


def is_in_postmortem(event: events.AnyEvent) -> bool:
    """Return whether a postmortem reports the event."""
    if isinstance(event, InPostmortem):
        return True
    if isinstance(event, NotInPostmortem):
        return False
    assert_never(event)
