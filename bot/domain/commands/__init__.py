"""Every command: what people, alerts and timers request. Each may be refused with a reason."""

from bot.domain.commands.base import Command
from bot.domain.commands.escalation import AcknowledgePage, Escalate, GiveUpdate, SnoozeClock
from bot.domain.commands.follow_up import AddActionItem, ProposeImprovement
from bot.domain.commands.investigation import (
    TIME_BOX_MINUTES,
    AskProbe,
    AskSideChannel,
    CloseHypothesis,
    ExtendHypothesis,
    FinishStep,
    HandOverHypothesis,
    MuteNudges,
    NameCause,
    OpenHypothesis,
    PlaceHypothesis,
    TakeBackCause,
    TakeStep,
)
from bot.domain.commands.lifecycle import (
    AddNote,
    AssignRole,
    Cancel,
    ChangeSeverity,
    ChangeStatus,
    Close,
    Declare,
    DescribeImpact,
    ReceiveAlerts,
    RemoveNote,
    Reopen,
    Resolve,
)

AnyCommand = (
    Declare
    | ReceiveAlerts
    | ChangeSeverity
    | ChangeStatus
    | AssignRole
    | DescribeImpact
    | AddNote
    | RemoveNote
    | OpenHypothesis
    | PlaceHypothesis
    | ExtendHypothesis
    | HandOverHypothesis
    | AskSideChannel
    | MuteNudges
    | CloseHypothesis
    | AskProbe
    | TakeStep
    | FinishStep
    | Escalate
    | SnoozeClock
    | GiveUpdate
    | AcknowledgePage
    | NameCause
    | TakeBackCause
    | ProposeImprovement
    | AddActionItem
    | Resolve
    | Close
    | Cancel
    | Reopen
)

__all__ = [
    "TIME_BOX_MINUTES",
    "AcknowledgePage",
    "AddActionItem",
    "AddNote",
    "AnyCommand",
    "AskProbe",
    "AskSideChannel",
    "AssignRole",
    "Cancel",
    "ChangeSeverity",
    "ChangeStatus",
    "Close",
    "CloseHypothesis",
    "Command",
    "Declare",
    "DescribeImpact",
    "Escalate",
    "ExtendHypothesis",
    "FinishStep",
    "GiveUpdate",
    "HandOverHypothesis",
    "MuteNudges",
    "NameCause",
    "OpenHypothesis",
    "PlaceHypothesis",
    "ProposeImprovement",
    "ReceiveAlerts",
    "RemoveNote",
    "Reopen",
    "Resolve",
    "SnoozeClock",
    "TakeBackCause",
    "TakeStep",
]
