"""Every event that can happen in an incident.

Stored names and fields are permanent: add, never rename (see store/codec.py). `at` is when the event happened
(UTC), which may be before it was recorded. `by` is who caused it: a Slack user ID, `alertmanager`, `cli:ada`
or `firstcheck`.
"""

from bot.domain.events.base import FIRSTCHECK, Event
from bot.domain.events.escalation import (
    EscalationDue,
    EscalationEvent,
    EscalationMade,
    EscalationSnoozed,
    LadderChosen,
    PageAcknowledged,
    PageFailed,
    PageSent,
    ReminderPosted,
    UpdatePosted,
)
from bot.domain.events.follow_up import (
    ActionItemAdded,
    FollowUpEvent,
    ImprovementProposed,
    PostmortemDrafted,
)
from bot.domain.events.investigation import (
    CauseNamed,
    CauseWithdrawn,
    HintGiven,
    HintsMuted,
    HypothesisAreaChanged,
    HypothesisClosed,
    HypothesisEvent,
    HypothesisExtended,
    HypothesisHandedOver,
    HypothesisOpened,
    ProbeFinished,
    ProbeRequested,
    RunbookChosen,
    RunbookEvent,
    SideChannelOpened,
    SideChannelRequested,
    StepFinished,
    StepTaken,
    TimeBoxEnded,
)
from bot.domain.events.lifecycle import (
    AlertsReceived,
    ImpactDescribed,
    IncidentCancelled,
    IncidentClosed,
    IncidentDeclared,
    IncidentReopened,
    IncidentResolved,
    LifecycleEvent,
    NoteAdded,
    NoteRemoved,
    RoleAssigned,
    SeverityChanged,
    StatusChanged,
)
from bot.domain.events.slack import (
    ChannelDelayed,
    ChannelLost,
    ChannelOpened,
    ChannelUnarchived,
    EffectFailed,
    MessagePosted,
    PeopleInvited,
    SlackEvent,
)

AnyEvent = LifecycleEvent | SlackEvent | RunbookEvent | HypothesisEvent | EscalationEvent | FollowUpEvent

#: Events that only record what Firstcheck did. They meet no need of the incident, the postmortem leaves them
#: out, and they make no message stale.
Bookkeeping = (
    RunbookChosen
    | ProbeRequested
    | TimeBoxEnded
    | HintGiven
    | HintsMuted
    | SideChannelRequested
    | SideChannelOpened
    | LadderChosen
    | EscalationDue
    | PageSent
    | ReminderPosted
    | PostmortemDrafted
    | SlackEvent
)

__all__ = [
    "FIRSTCHECK",
    "ActionItemAdded",
    "AlertsReceived",
    "AnyEvent",
    "Bookkeeping",
    "CauseNamed",
    "CauseWithdrawn",
    "ChannelDelayed",
    "ChannelLost",
    "ChannelOpened",
    "ChannelUnarchived",
    "EffectFailed",
    "EscalationDue",
    "EscalationEvent",
    "EscalationMade",
    "EscalationSnoozed",
    "Event",
    "FollowUpEvent",
    "HintGiven",
    "HintsMuted",
    "HypothesisAreaChanged",
    "HypothesisClosed",
    "HypothesisEvent",
    "HypothesisExtended",
    "HypothesisHandedOver",
    "HypothesisOpened",
    "ImpactDescribed",
    "ImprovementProposed",
    "IncidentCancelled",
    "IncidentClosed",
    "IncidentDeclared",
    "IncidentReopened",
    "IncidentResolved",
    "LadderChosen",
    "LifecycleEvent",
    "MessagePosted",
    "NoteAdded",
    "NoteRemoved",
    "PageAcknowledged",
    "PageFailed",
    "PageSent",
    "PeopleInvited",
    "PostmortemDrafted",
    "ProbeFinished",
    "ProbeRequested",
    "ReminderPosted",
    "RoleAssigned",
    "RunbookChosen",
    "RunbookEvent",
    "SeverityChanged",
    "SideChannelOpened",
    "SideChannelRequested",
    "SlackEvent",
    "StatusChanged",
    "StepFinished",
    "StepTaken",
    "TimeBoxEnded",
    "UpdatePosted",
]
