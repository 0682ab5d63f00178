"""Every side effect, as data: what to do to the world, with ids and never rendered text.

Effects of one incident are performed one at a time and oldest first per lane; an effect whose `not_before`
(UTC) lies ahead holds up nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar


class Lane(StrEnum):
    """What waits for what, within one incident."""

    CHANNEL = "channel"
    SETUP = "setup"
    DIGEST = "digest"
    PAGER = "pager"
    DOCUMENT = "document"
    PROBE = "probe"
    TIMER = "timer"
    PEOPLE = "people"
    SIDE = "side"


@dataclass(frozen=True, kw_only=True)
class Effect:
    """Something to do; performing twice must look like performing once."""

    lane: ClassVar[Lane]
    #: Ten of these while Slack is slow make one: it is drawn from the incident when it is performed.
    coalesced: ClassVar[bool] = False
    not_before: datetime | None = None

    @property
    def line(self) -> str:
        """What it stands in line with, within its incident."""
        return self.lane


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
class ShowStep(Effect):
    """Post a step of the runbook with its buttons, or bring it up to date."""

    lane = Lane.CHANNEL
    step: str


@dataclass(frozen=True, kw_only=True)
class ShowHypothesis(Effect):
    """Post a suspicion with its buttons, or bring it up to date."""

    lane = Lane.CHANNEL
    number: int


@dataclass(frozen=True, kw_only=True)
class ShowNudge(Effect):
    """Post the hint beside a suspicion, or bring it up to date with what came out."""

    lane = Lane.CHANNEL
    number: int


@dataclass(frozen=True, kw_only=True)
class ShowTimeBox(Effect):
    """Ask the owner of a suspicion what becomes of it, their `question`-th time, or say what was answered."""

    lane = Lane.CHANNEL
    number: int
    question: int


@dataclass(frozen=True, kw_only=True)
class ShowRunbookEnd(Effect):
    """Say that no step is left and none found the cause, and whom to call in; or bring that up to date."""

    lane = Lane.CHANNEL


@dataclass(frozen=True, kw_only=True)
class TellChannel(Effect):
    """Say in the channel what event number `version` of the incident tells."""

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


@dataclass(frozen=True, kw_only=True)
class Page(Effect):
    """Page by the pager `to` because of event number `version`, which called somebody in."""

    lane = Lane.PAGER
    to: str
    version: int

    @property
    def line(self) -> str:
        """No pager waits for another that is down."""
        return f"{self.lane} {self.to}"


@dataclass(frozen=True, kw_only=True)
class EndPage(Effect):
    """Say at the pager `to` that the page known there as `key` is over."""

    lane = Lane.PAGER
    to: str
    key: str

    @property
    def line(self) -> str:
        """Behind the page itself."""
        return f"{self.lane} {self.to}"


@dataclass(frozen=True, kw_only=True)
class RunProbe(Effect):
    """Run a step's probe and write down what it saw."""

    lane = Lane.PROBE
    step: str

    @property
    def line(self) -> str:
        """Probes of different steps look at the same time."""
        return f"{self.lane} {self.step}"


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
    def line(self) -> str:
        """A timer for one thing does not do for another."""
        return f"{self.lane} {self.what}"


@dataclass(frozen=True, kw_only=True)
class EndTimeBox(Effect):
    """When due, ask the owner of a suspicion what becomes of it, unless it is settled or got more time."""

    lane = Lane.TIMER
    number: int


@dataclass(frozen=True, kw_only=True)
class OpenSideChannel(Effect):
    """Open the private channel of a suspicion and bring its people in; a second try adopts the first's."""

    lane = Lane.SIDE
    number: int


AnyEffect = (
    OpenChannel
    | JoinChannel
    | ShowCard
    | ShowStep
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
