"""The words for every effect, which describe it while it waits and report its failure."""

from collections.abc import Mapping
from typing import NamedTuple

from bot.domain import effects
from bot.domain.stored_names import stored_name


class Words(NamedTuple):
    """The words for one effect, each written to start a sentence, but not capitalized."""

    #: The action, in the imperative. Empty if it depends on the effect's fields or is only internal.
    doing: str
    failed: str


_SHOWING = "post a step or a hypothesis in the channel"
_UPDATING = "update the card and the channel's topic"
_MESSAGING = "send direct messages"

EFFECT_WORDS: Mapping[type[effects.Effect], Words] = {
    effects.OpenChannel: Words("open the channel", "the channel could not be opened"),
    effects.JoinChannel: Words("rejoin the channel", "Firstcheck could not rejoin the channel; invite it"),
    effects.ShowCard: Words(_UPDATING, "the card could not be posted"),
    effects.PinCard: Words(_UPDATING, "the card could not be pinned"),
    effects.ShowMark: Words("", "the reaction to a marked message could not be added"),
    effects.SetTopic: Words(_UPDATING, "the topic could not be set"),
    effects.RefreshCard: Words("", "the card could not be refreshed"),
    effects.ShowStep: Words(_SHOWING, "a step of the runbook could not be posted"),
    effects.RedrawStep: Words(_SHOWING, "a step of the runbook could not be updated"),
    effects.ShowHypothesis: Words(_SHOWING, "a hypothesis could not be posted"),
    effects.ShowHint: Words(_SHOWING, "a hint could not be posted"),
    effects.ShowTimeBox: Words(_SHOWING, "the question at the end of a time limit could not be posted"),
    effects.ShowRunbookEnd: Words(
        _SHOWING, "the message that the runbook has no steps left could not be posted"
    ),
    effects.Announce: Words("post in the channel", "a message could not be posted"),
    effects.InvitePeople: Words("invite people to the channel", "people could not be invited"),
    effects.ShowDigest: Words(
        "update the digest channel",
        "the line in the digest channel could not be posted",
    ),
    effects.PublishUpdate: Words(
        "post an update for stakeholders", "an update for stakeholders could not be posted everywhere"
    ),
    effects.NotifyPeople: Words(_MESSAGING, "direct messages could not be sent"),
    effects.NotifyChannel: Words(_MESSAGING, "another channel could not be notified"),
    effects.SendRunbookFeedback: Words(
        _MESSAGING, "the runbook feedback could not be sent to the runbook's owner"
    ),
    effects.Page: Words("", "a page could not be sent"),
    effects.EndPage: Words("", "a page could not be resolved in its pager"),
    effects.RunProbe: Words("", "a probe could not be run"),
    effects.OpenSideChannel: Words("", "a private channel could not be opened"),
    effects.DraftPostmortem: Words("draft the postmortem", "the postmortem could not be drafted"),
    effects.SharePostmortem: Words("post the postmortem", "the postmortem could not be posted"),
    effects.SendPostmortem: Words(_MESSAGING, "the postmortem could not be sent to the person who asked"),
    effects.ChooseLadder: Words("choose the escalation ladder", "the escalation ladder could not be chosen"),
    effects.ClimbLadder: Words("", "an automatic escalation could not be made"),
    effects.Remind: Words("", "a reminder could not be posted"),
    effects.EndTimeBox: Words("", "the end of a time limit could not be recorded"),
}

_FAILED_BY_NAME = {stored_name(effect): words.failed for effect, words in EFFECT_WORDS.items()}


def failure(effect: str) -> str:
    """Return the action that failed, given the stored name of an effect."""
    return _FAILED_BY_NAME.get(effect, f"{effect} could not be done")
