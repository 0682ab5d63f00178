"""The names that events and effects are stored under, where the class has a better one. They never change."""

from collections.abc import Mapping

from bot.domain import effects, events

STORED_NAMES: Mapping[type, str] = {
    events.CauseWithdrawn: "CauseTakenBack",
    events.EffectFailed: "EffectGaveUp",
    events.EscalationSnoozed: "ClockSnoozed",
    events.HintGiven: "NudgeGiven",
    events.HintsMuted: "NudgesMuted",
    events.HypothesisAreaChanged: "HypothesisPlaced",
    events.ProbeRequested: "ProbeAsked",
    events.ReminderPosted: "ReminderGiven",
    events.SideChannelRequested: "SideChannelAsked",
    events.UpdatePosted: "UpdateGiven",
    effects.Announce: "TellChannel",
    effects.NotifyChannel: "TellPlace",
    effects.NotifyPeople: "TellPeople",
    effects.SendRunbookFeedback: "TeachOwner",
    effects.ShowHint: "ShowNudge",
}


def stored_name(kind: type) -> str:
    """Return the name that an event or effect of this class is stored under."""
    return STORED_NAMES.get(kind, kind.__name__)
