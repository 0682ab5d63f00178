"""Every side effect as data: what to do outside, with IDs and no rendered text.

The effects of one incident are performed one at a time and oldest first in each queue. An effect whose
`not_before` (UTC) is in the future blocks nothing.
"""

from dataclasses import dataclass

from bot.domain.effects.base import Effect, Lane
from bot.domain.effects.investigation import (
    EndTimeBox,
    OpenSideChannel,
    RedrawStep,
    RunProbe,
    ShowHint,
    ShowHypothesis,
    ShowRunbookEnd,
    ShowStep,
    ShowTimeBox,
)


@dataclass(frozen=True, kw_only=True)
class OpenChannel(Effect):
    """Open the incident's channel. A second attempt adopts the channel that the first one created."""

    lane = Lane.CHANNEL


@dataclass(frozen=True, kw_only=True)
class JoinChannel(Effect):
    """Rejoin the incident's channel after somebody unarchived it."""

    lane = Lane.SETUP


@dataclass(frozen=True, kw_only=True)
class ShowCard(Effect):
    """Post or update the card."""

    lane = Lane.CHANNEL
    coalesced = True


@dataclass(frozen=True, kw_only=True)
class Announce(Effect):
    """Announce event number `version` in the channel, or update its question for an incident commander."""

    lane = Lane.CHANNEL
    version: int


@dataclass(frozen=True, kw_only=True)
class PinCard(Effect):
    """Pin the card."""

    lane = Lane.SETUP


@dataclass(frozen=True, kw_only=True)
class SetTopic(Effect):
    """Set the channel's topic to the severity, the status and the incident commander."""

    lane = Lane.SETUP
    coalesced = True


@dataclass(frozen=True, kw_only=True)
class InvitePeople(Effect):
    """Invite people to the channel. People who are there already are skipped."""

    lane = Lane.SETUP
    people: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ShowDigest(Effect):
    """Post or update the incident's line in the channel that lists all incidents."""

    lane = Lane.DIGEST
    coalesced = True


@dataclass(frozen=True, kw_only=True)
class NotifyPeople(Effect):
    """Send direct messages about event number `version` to the people involved or escalated to."""

    lane = Lane.PEOPLE
    version: int


@dataclass(frozen=True, kw_only=True)
class NotifyChannel(Effect):
    """Post event number `version` in another channel (`#name`) to which the incident was escalated."""

    lane = Lane.PEOPLE
    to: str
    version: int


@dataclass(frozen=True, kw_only=True)
class SendRunbookFeedback(Effect):
    """Send the feedback of a closed incident to the runbook's owner."""

    lane = Lane.CHANNEL
    coalesced = True


@dataclass(frozen=True, kw_only=True)
class Page(Effect):
    """Send a page through the pager `to` because of the escalation with event number `version`."""

    lane = Lane.PAGER
    to: str
    version: int

    @property
    def queue(self) -> str:
        """A queue for each pager, so that none waits for another that is down."""
        return f"{self.lane} {self.to}"


@dataclass(frozen=True, kw_only=True)
class EndPage(Effect):
    """End the page `key` at the pager `to`."""

    lane = Lane.PAGER
    to: str
    key: str

    @property
    def queue(self) -> str:
        """The queue of the pages, so that the page is sent first."""
        return f"{self.lane} {self.to}"


@dataclass(frozen=True, kw_only=True)
class DraftPostmortem(Effect):
    """Draft the postmortem and keep what people wrote in it."""

    lane = Lane.DOCUMENT
    coalesced = True


@dataclass(frozen=True, kw_only=True)
class RefreshCard(Effect):
    """Update the elapsed time on the card regularly while the incident is open."""

    lane = Lane.TIMER
    coalesced = True


@dataclass(frozen=True, kw_only=True)
class ChooseLadder(Effect):
    """Record the escalation ladder of the incident's severity."""

    lane = Lane.TIMER


@dataclass(frozen=True, kw_only=True)
class ClimbLadder(Effect):
    """When due, escalate to the people of the rung, if its need is still unmet."""

    lane = Lane.TIMER
    rung: int


@dataclass(frozen=True, kw_only=True)
class Remind(Effect):
    """When due, remind the channel of `what` (see insights/reminders.py), if it still matters."""

    lane = Lane.TIMER
    coalesced = True
    what: str

    @property
    def queue(self) -> str:
        """A queue for each kind of reminder, so that they are coalesced separately."""
        return f"{self.lane} {self.what}"


AnyEffect = (
    OpenChannel
    | JoinChannel
    | ShowCard
    | ShowStep
    | RedrawStep
    | ShowHypothesis
    | ShowHint
    | ShowTimeBox
    | ShowRunbookEnd
    | Announce
    | PinCard
    | SetTopic
    | InvitePeople
    | ShowDigest
    | NotifyPeople
    | NotifyChannel
    | SendRunbookFeedback
    | Page
    | EndPage
    | RunProbe
    | DraftPostmortem
    | RefreshCard
    | ChooseLadder
    | ClimbLadder
    | Remind
    | EndTimeBox
    | OpenSideChannel
)

__all__ = [
    "Announce",
    "AnyEffect",
    "ChooseLadder",
    "ClimbLadder",
    "DraftPostmortem",
    "Effect",
    "EndPage",
    "EndTimeBox",
    "InvitePeople",
    "JoinChannel",
    "Lane",
    "NotifyChannel",
    "NotifyPeople",
    "OpenChannel",
    "OpenSideChannel",
    "Page",
    "PinCard",
    "RedrawStep",
    "RefreshCard",
    "Remind",
    "RunProbe",
    "SendRunbookFeedback",
    "SetTopic",
    "ShowCard",
    "ShowDigest",
    "ShowHint",
    "ShowHypothesis",
    "ShowRunbookEnd",
    "ShowStep",
    "ShowTimeBox",
]
