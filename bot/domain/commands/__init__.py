"""Every command: what people, alerts and timers request. Each may be refused with a reason."""

from bot.domain.commands.base import Command
from bot.domain.commands.escalation import AcknowledgePage, Escalate, PostUpdate, SnoozeEscalation
from bot.domain.commands.follow_up import AddActionItem, ProposeImprovement
from bot.domain.commands.investigation import (
    TIME_BOX_MINUTES,
    ChangeHypothesisArea,
    CloseHypothesis,
    ExtendHypothesis,
    FinishStep,
    HandOverHypothesis,
    MuteHints,
    NameCause,
    OpenHypothesis,
    RequestProbe,
    RequestSideChannel,
    TakeStep,
    WithdrawCause,
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
    | ChangeHypothesisArea
    | ExtendHypothesis
    | HandOverHypothesis
    | RequestSideChannel
    | MuteHints
    | CloseHypothesis
    | RequestProbe
    | TakeStep
    | FinishStep
    | Escalate
    | SnoozeEscalation
    | PostUpdate
    | AcknowledgePage
    | NameCause
    | WithdrawCause
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
    "AssignRole",
    "Cancel",
    "ChangeHypothesisArea",
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
    "HandOverHypothesis",
    "MuteHints",
    "NameCause",
    "OpenHypothesis",
    "PostUpdate",
    "ProposeImprovement",
    "ReceiveAlerts",
    "RemoveNote",
    "Reopen",
    "RequestProbe",
    "RequestSideChannel",
    "Resolve",
    "SnoozeEscalation",
    "TakeStep",
    "WithdrawCause",
]
