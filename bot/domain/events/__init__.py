"""Every fact that can happen in the life of an incident: the vocabulary of the log.

Names and fields are for ever: add, never rename (see store/codec.py).
`at` is when it happened (UTC), which may be earlier than when it was written down; `by` is who: a Slack
user id, `alertmanager`, `cli:ada` or `firstcheck`.
"""

from bot.domain.events.clock import (
    ClockSnoozed,
    EscalationDue,
    EscalationMade,
    LadderChosen,
    PageAcknowledged,
    PageFailed,
    PageSent,
    ReminderGiven,
    UpdateGiven,
)
from bot.domain.events.event import FIRSTCHECK, Event
from bot.domain.events.follow_up import ActionItemAdded, ImprovementProposed, PostmortemDrafted
from bot.domain.events.life import (
    AlertsReceived,
    ImpactDescribed,
    IncidentCancelled,
    IncidentClosed,
    IncidentDeclared,
    IncidentReopened,
    IncidentResolved,
    NoteAdded,
    NoteRemoved,
    RoleAssigned,
    SeverityChanged,
    StatusChanged,
)
from bot.domain.events.places import (
    ChannelDelayed,
    ChannelLost,
    ChannelOpened,
    ChannelUnarchived,
    EffectGaveUp,
    MessagePosted,
    PeopleInvited,
)
from bot.domain.events.search import (
    CauseNamed,
    HypothesisClosed,
    HypothesisExtended,
    HypothesisHandedOver,
    HypothesisOpened,
    HypothesisPlaced,
    NudgeGiven,
    NudgesMuted,
    ProbeAsked,
    ProbeFinished,
    RunbookChosen,
    SideChannelAsked,
    SideChannelOpened,
    StepFinished,
    StepTaken,
    TimeBoxEnded,
)

AnyEvent = (
    IncidentDeclared
    | AlertsReceived
    | SeverityChanged
    | StatusChanged
    | RoleAssigned
    | ImpactDescribed
    | NoteAdded
    | NoteRemoved
    | IncidentResolved
    | IncidentClosed
    | IncidentCancelled
    | IncidentReopened
    | ChannelOpened
    | ChannelDelayed
    | ChannelLost
    | ChannelUnarchived
    | MessagePosted
    | PeopleInvited
    | EffectGaveUp
    | RunbookChosen
    | StepTaken
    | StepFinished
    | ProbeAsked
    | ProbeFinished
    | HypothesisOpened
    | HypothesisPlaced
    | HypothesisExtended
    | HypothesisHandedOver
    | TimeBoxEnded
    | HypothesisClosed
    | NudgeGiven
    | NudgesMuted
    | SideChannelAsked
    | SideChannelOpened
    | CauseNamed
    | LadderChosen
    | EscalationDue
    | EscalationMade
    | ClockSnoozed
    | UpdateGiven
    | PageSent
    | PageFailed
    | PageAcknowledged
    | ReminderGiven
    | ImprovementProposed
    | ActionItemAdded
    | PostmortemDrafted
)

__all__ = [
    "FIRSTCHECK",
    "ActionItemAdded",
    "AlertsReceived",
    "AnyEvent",
    "CauseNamed",
    "ChannelDelayed",
    "ChannelLost",
    "ChannelOpened",
    "ChannelUnarchived",
    "ClockSnoozed",
    "EffectGaveUp",
    "EscalationDue",
    "EscalationMade",
    "Event",
    "HypothesisClosed",
    "HypothesisExtended",
    "HypothesisHandedOver",
    "HypothesisOpened",
    "HypothesisPlaced",
    "ImpactDescribed",
    "ImprovementProposed",
    "IncidentCancelled",
    "IncidentClosed",
    "IncidentDeclared",
    "IncidentReopened",
    "IncidentResolved",
    "LadderChosen",
    "MessagePosted",
    "NoteAdded",
    "NoteRemoved",
    "NudgeGiven",
    "NudgesMuted",
    "PageAcknowledged",
    "PageFailed",
    "PageSent",
    "PeopleInvited",
    "PostmortemDrafted",
    "ProbeAsked",
    "ProbeFinished",
    "ReminderGiven",
    "RoleAssigned",
    "RunbookChosen",
    "SeverityChanged",
    "SideChannelAsked",
    "SideChannelOpened",
    "StatusChanged",
    "StepFinished",
    "StepTaken",
    "TimeBoxEnded",
    "UpdateGiven",
]
