"""The words for every effect: what is still to be done while it waits, and what failed if it fails."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain import effects
from bot.domain.stored_names import stored_name


@dataclass(frozen=True, kw_only=True)
class Words:
    """The words for one effect, each written as the start of a sentence without its capital."""

    #: What is done, in the imperative. Empty if that depends on the effect's fields or is only internal.
    doing: str = ""
    failed: str


_SHOWING = "show a step or a hypothesis in the channel"
_UPDATING = "update the card and the channel's topic"
_MESSAGING = "send direct messages"

EFFECT_WORDS: Mapping[type[effects.Effect], Words] = {
    effects.OpenChannel: Words(doing="open the channel", failed="the channel could not be opened"),
    effects.JoinChannel: Words(
        doing="rejoin the channel", failed="Firstcheck could not rejoin the channel; invite it"
    ),
    effects.ShowCard: Words(doing=_UPDATING, failed="the card could not be posted"),
    effects.PinCard: Words(doing=_UPDATING, failed="the card could not be pinned"),
    effects.SetTopic: Words(doing=_UPDATING, failed="the topic could not be set"),
    effects.RefreshCard: Words(failed="the card could not be refreshed"),
    effects.ShowStep: Words(doing=_SHOWING, failed="a step of the runbook could not be posted"),
    effects.RedrawStep: Words(doing=_SHOWING, failed="a step of the runbook could not be updated"),
    effects.ShowHypothesis: Words(doing=_SHOWING, failed="a hypothesis could not be posted"),
    effects.ShowHint: Words(doing=_SHOWING, failed="a hint could not be posted"),
    effects.ShowTimeBox: Words(
        doing=_SHOWING, failed="the question at the end of a time-box could not be posted"
    ),
    effects.ShowRunbookEnd: Words(
        doing=_SHOWING, failed="the message that the runbook has no steps left could not be posted"
    ),
    effects.Announce: Words(doing="post in the channel", failed="a message could not be posted"),
    effects.InvitePeople: Words(doing="invite people to the channel", failed="people could not be invited"),
    effects.ShowDigest: Words(
        doing="update the channel that lists all incidents",
        failed="the line in the channel that lists all incidents could not be posted",
    ),
    effects.NotifyPeople: Words(doing=_MESSAGING, failed="direct messages could not be sent"),
    effects.NotifyChannel: Words(doing=_MESSAGING, failed="another channel could not be notified"),
    effects.SendRunbookFeedback: Words(
        doing=_MESSAGING, failed="the runbook feedback could not be sent to the runbook's owner"
    ),
    effects.Page: Words(failed="a page could not be sent"),
    effects.EndPage: Words(failed="a page could not be resolved at its pager"),
    effects.RunProbe: Words(failed="a probe could not be run"),
    effects.OpenSideChannel: Words(failed="a private channel could not be opened"),
    effects.DraftPostmortem: Words(
        doing="draft the postmortem", failed="the postmortem could not be drafted"
    ),
    effects.ChooseLadder: Words(
        doing="choose the escalation ladder", failed="the escalation ladder could not be chosen"
    ),
    effects.ClimbLadder: Words(failed="an automatic escalation could not be made"),
    effects.Remind: Words(failed="a reminder could not be posted"),
    effects.EndTimeBox: Words(failed="the end of a time-box could not be recorded"),
}

_FAILED_BY_NAME = {stored_name(effect): words.failed for effect, words in EFFECT_WORDS.items()}


def failure(effect: str) -> str:
    """Return what could not be done, given the stored name of an effect."""
    return _FAILED_BY_NAME.get(effect, f"{effect} could not be done")
