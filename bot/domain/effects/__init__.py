"""Every side effect, as data: what to do to the world, with ids and never rendered text.

Effects of one incident are performed one at a time and oldest first per lane; an effect whose `not_before`
(UTC) lies ahead holds up nothing.
"""

from dataclasses import dataclass

from bot.domain.effects.base import Effect, Lane
from bot.domain.effects.investigation import (
    EndTimeBox,
    OpenSideChannel,
    RedrawStep,
    RunProbe,
    ShowHypothesis,
    ShowNudge,
    ShowRunbookEnd,
    ShowStep,
    ShowTimeBox,
)


@dataclass(frozen=True, kw_only=True)
class OpenChannel(Effect):
    """Open the incident's channel; a second try adopts the one the first made."""

    lane = Lane.CHANNEL


@dataclass(frozen=True, kw_only=True)
class JoinChannel(Effect):
    """Enter the incident's channel again, after somebody unarchived it."""

    lane = Lane.SETUP


@dataclass(frozen=True, kw_only=True)
class ShowCard(Effect):
    """Post the card, or bring it up to date."""

    lane = Lane.CHANNEL
    coalesced = True


@dataclass(frozen=True, kw_only=True)
class TellChannel(Effect):
    """Say in the channel what event number `version` tells; if it asked who commands, that somebody does."""

    lane = Lane.CHANNEL
    version: int


@dataclass(frozen=True, kw_only=True)
class PinCard(Effect):
    """Pin the card."""

    lane = Lane.SETUP


@dataclass(frozen=True, kw_only=True)
class SetTopic(Effect):
    """Say severity, status and commander in the channel's topic."""

    lane = Lane.SETUP
    coalesced = True


@dataclass(frozen=True, kw_only=True)
class InvitePeople(Effect):
    """Invite people to the channel; who is there already is fine."""

    lane = Lane.SETUP
    people: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ShowDigest(Effect):
    """Post the incident's line in the channel of all incidents, or bring it up to date."""

    lane = Lane.DIGEST
    coalesced = True


@dataclass(frozen=True, kw_only=True)
class TellPeople(Effect):
    """Tell people directly what event number `version` tells: the incident's, or those who are called in."""

    lane = Lane.PEOPLE
    version: int


@dataclass(frozen=True, kw_only=True)
class TellPlace(Effect):
    """Tell another channel, `#name`, or a user group's, what event number `version` tells."""

    lane = Lane.PEOPLE
    to: str
    version: int


@dataclass(frozen=True, kw_only=True)
class TeachOwner(Effect):
    """Tell the runbook's owner what the closed incident taught: what found nothing, what no step covered."""

    lane = Lane.CHANNEL
    coalesced = True


@dataclass(frozen=True, kw_only=True)
class Page(Effect):
    """Page by the pager `to` because of event number `version`, which called somebody in."""

    lane = Lane.PAGER
    to: str
    version: int

    @property
    def queue(self) -> str:
        """No pager waits for another that is down."""
        return f"{self.lane} {self.to}"


@dataclass(frozen=True, kw_only=True)
class EndPage(Effect):
    """Say at the pager `to` that the page known there as `key` is over."""

    lane = Lane.PAGER
    to: str
    key: str

    @property
    def queue(self) -> str:
        """Behind the page itself."""
        return f"{self.lane} {self.to}"


@dataclass(frozen=True, kw_only=True)
class DraftPostmortem(Effect):
    """Write the postmortem, keeping what people wrote in it."""

    lane = Lane.DOCUMENT
    coalesced = True


@dataclass(frozen=True, kw_only=True)
class RefreshCard(Effect):
    """Bring the card's elapsed time up to date now and then, while the incident is open."""

    lane = Lane.TIMER
    coalesced = True


@dataclass(frozen=True, kw_only=True)
class ChooseLadder(Effect):
    """Copy the ladder of the incident's severity into its log."""

    lane = Lane.TIMER


@dataclass(frozen=True, kw_only=True)
class ClimbLadder(Effect):
    """When due, call in whom that rung of the ladder names, if what it asks for still lacks."""

    lane = Lane.TIMER
    rung: int


@dataclass(frozen=True, kw_only=True)
class Remind(Effect):
    """When due, remind the channel of `what` (see reminders.py), if it still matters."""

    lane = Lane.TIMER
    coalesced = True
    what: str

    @property
    def queue(self) -> str:
        """A timer for one thing does not do for another."""
        return f"{self.lane} {self.what}"


AnyEffect = (
    OpenChannel
    | JoinChannel
    | ShowCard
    | ShowStep
    | RedrawStep
    | ShowHypothesis
    | ShowNudge
    | ShowTimeBox
    | ShowRunbookEnd
    | TellChannel
    | PinCard
    | SetTopic
    | InvitePeople
    | ShowDigest
    | TellPeople
    | TellPlace
    | TeachOwner
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
    "OpenChannel",
    "OpenSideChannel",
    "Page",
    "PinCard",
    "RedrawStep",
    "RefreshCard",
    "Remind",
    "RunProbe",
    "SetTopic",
    "ShowCard",
    "ShowDigest",
    "ShowHypothesis",
    "ShowNudge",
    "ShowRunbookEnd",
    "ShowStep",
    "ShowTimeBox",
    "TeachOwner",
    "TellChannel",
    "TellPeople",
    "TellPlace",
]
