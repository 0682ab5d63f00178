"""All side effects as data: actions outside the incident, with IDs and no rendered text.

The effects of one incident are performed one at a time and oldest first in each queue. An effect whose
`not_before` (UTC) is in the future blocks nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar


class Lane(StrEnum):
    """A group of effects that wait for each other within one incident."""

    CHANNEL = "channel"
    SETUP = "setup"
    DIGEST = "digest"
    PAGER = "pager"
    DOCUMENT = "document"
    PROBE = "probe"
    TIMER = "timer"
    PEOPLE = "people"
    SIDE = "side"
    REDRAW = "redraw"


@dataclass(frozen=True, kw_only=True)
class Effect:
    """Something to do. Doing it twice must have the same result as doing it once."""

    lane: ClassVar[Lane]
    #: Whether several waiting effects are performed as one, because each renders the incident's current
    #: state.
    coalesced: ClassVar[bool]
    #: The field that splits the lane into queues, one for each value. "" if all effects share one queue.
    queue_per: ClassVar[str]
    not_before: datetime | None = None

    def __init_subclass__(cls, *, lane: Lane, coalesced: bool = False, queue_per: str = "") -> None:
        """Set the lane and the queues of the new class, which decide which effects wait for each other."""
        cls.lane, cls.coalesced, cls.queue_per = lane, coalesced, queue_per

    @property
    def queue(self) -> str:
        """The queue within its incident. Only the oldest effect of a queue is performed."""
        return f"{self.lane} {getattr(self, self.queue_per)}" if self.queue_per else self.lane


@dataclass(frozen=True, kw_only=True)
class OpenChannel(Effect, lane=Lane.CHANNEL):
    """Open the incident's channel. A second attempt adopts the channel that the first one created."""


@dataclass(frozen=True, kw_only=True)
class JoinChannel(Effect, lane=Lane.SETUP):
    """Rejoin the incident's channel after somebody unarchived it."""


@dataclass(frozen=True, kw_only=True)
class ShowCard(Effect, lane=Lane.CHANNEL, coalesced=True):
    """Post or update the card."""


@dataclass(frozen=True, kw_only=True)
class Announce(Effect, lane=Lane.CHANNEL):
    """Announce event number `version` in the channel, or update its question for an incident commander."""

    version: int


@dataclass(frozen=True, kw_only=True)
class PinCard(Effect, lane=Lane.SETUP):
    """Pin the card."""


@dataclass(frozen=True, kw_only=True)
class ShowMark(Effect, lane=Lane.REDRAW, coalesced=True, queue_per="ref"):
    """React to the message `ref` (channel/ts) while it is on the timeline, to show that it was added."""

    ref: str


@dataclass(frozen=True, kw_only=True)
class SetTopic(Effect, lane=Lane.SETUP, coalesced=True):
    """Set the channel's topic to the severity, the status and the incident commander."""


@dataclass(frozen=True, kw_only=True)
class InvitePeople(Effect, lane=Lane.SETUP):
    """Invite people to the channel. People who are there already are skipped."""

    people: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ShowDigest(Effect, lane=Lane.DIGEST, coalesced=True):
    """Post or update the incident's line in the digest channel."""


@dataclass(frozen=True, kw_only=True)
class PublishUpdate(Effect, lane=Lane.DIGEST):
    """Post event number `version` below the incident's line in the digest channel and in the update channels.

    The effect is in the same lane as that line, so the line is posted first.
    """

    version: int


@dataclass(frozen=True, kw_only=True)
class NotifyPeople(Effect, lane=Lane.PEOPLE):
    """Send direct messages about event number `version`.

    An escalation goes to the people it escalated to, any other event to everyone involved.
    """

    version: int


@dataclass(frozen=True, kw_only=True)
class NotifyChannel(Effect, lane=Lane.PEOPLE):
    """Post event number `version` in another channel.

    `to` is the channel escalated to (`#name`), or the ID of the one where the incident was declared.
    """

    to: str
    version: int


@dataclass(frozen=True, kw_only=True)
class SendRunbookFeedback(Effect, lane=Lane.CHANNEL, coalesced=True):
    """Send the feedback of a closed incident to the runbook's owner."""


@dataclass(frozen=True, kw_only=True)
class Page(Effect, lane=Lane.PAGER, queue_per="to"):
    """Send a page through the pager `to`, because of the escalation with event number `version`.

    Each pager has its own queue, so that a pager that is down doesn't delay the others.
    """

    to: str
    version: int


@dataclass(frozen=True, kw_only=True)
class EndPage(Effect, lane=Lane.PAGER, queue_per="to"):
    """End the page `key` in the pager `to`.

    It uses the pager's queue, so that the page has been sent before it is ended.
    """

    to: str
    key: str


@dataclass(frozen=True, kw_only=True)
class DraftPostmortem(Effect, lane=Lane.DOCUMENT, coalesced=True):
    """Draft the postmortem and keep what people wrote in it."""


@dataclass(frozen=True, kw_only=True)
class SharePostmortem(Effect, lane=Lane.CHANNEL, coalesced=True):
    """Post the postmortem in the channel, as a file."""


@dataclass(frozen=True, kw_only=True)
class SendPostmortem(Effect, lane=Lane.DOCUMENT):
    """Send the postmortem to a person, as a file. The lane's earlier drafts are written first."""

    to: str


@dataclass(frozen=True, kw_only=True)
class RefreshCard(Effect, lane=Lane.TIMER, coalesced=True):
    """Update the elapsed time on the card regularly while the incident is open."""


@dataclass(frozen=True, kw_only=True)
class ChooseLadder(Effect, lane=Lane.TIMER):
    """Record the escalation ladder of the incident's severity."""


@dataclass(frozen=True, kw_only=True)
class ClimbLadder(Effect, lane=Lane.TIMER):
    """When due, escalate to the recipients of the rung if its need is still unmet."""

    rung: int


@dataclass(frozen=True, kw_only=True)
class Remind(Effect, lane=Lane.TIMER, coalesced=True, queue_per="what"):
    """When due, remind the channel of `what` (see insights/reminders.py), if it still matters.

    Each kind of reminder has its own queue, so that it is coalesced separately.
    """

    what: str


@dataclass(frozen=True, kw_only=True)
class ShowStep(Effect, lane=Lane.CHANNEL):
    """Post or update a step of the runbook with its buttons."""

    step: str


@dataclass(frozen=True, kw_only=True)
class RedrawStep(Effect, lane=Lane.REDRAW, coalesced=True, queue_per="step"):
    """Update the posted message of a step. New messages and other steps do not wait for it."""

    step: str


@dataclass(frozen=True, kw_only=True)
class ShowHypothesis(Effect, lane=Lane.CHANNEL):
    """Post or update a hypothesis with its buttons."""

    number: int


@dataclass(frozen=True, kw_only=True)
class ShowHint(Effect, lane=Lane.CHANNEL):
    """Post or update the hint for a hypothesis."""

    number: int


@dataclass(frozen=True, kw_only=True)
class ShowTimeBox(Effect, lane=Lane.CHANNEL):
    """Ask a hypothesis's owner for the result for the `question`-th time, or show the answer."""

    number: int
    question: int


@dataclass(frozen=True, kw_only=True)
class ShowRunbookEnd(Effect, lane=Lane.CHANNEL):
    """Post or update the message that no step is left, which suggests who to escalate to."""


@dataclass(frozen=True, kw_only=True)
class RunProbe(Effect, lane=Lane.PROBE, queue_per="step"):
    """Run the probe of a step and record its result. Probes of different steps run at the same time."""

    step: str


@dataclass(frozen=True, kw_only=True)
class EndTimeBox(Effect, lane=Lane.TIMER):
    """When due, end a hypothesis's time, unless it has a verdict or more time."""

    number: int


@dataclass(frozen=True, kw_only=True)
class OpenSideChannel(Effect, lane=Lane.SIDE):
    """Open the private channel of a hypothesis, update its first message and invite its people.

    A second attempt adopts the channel and the message of the first.
    """

    number: int


ChannelEffect = OpenChannel | JoinChannel | SetTopic | InvitePeople | Announce | ShowDigest | PublishUpdate
CardEffect = ShowCard | PinCard | RefreshCard | ShowMark
StepEffect = ShowStep | RedrawStep | RunProbe | ShowRunbookEnd
HypothesisEffect = ShowHypothesis | ShowHint | ShowTimeBox | OpenSideChannel
EscalationEffect = ChooseLadder | Page | EndPage | NotifyPeople | NotifyChannel
FollowUpEffect = DraftPostmortem | SharePostmortem | SendPostmortem | SendRunbookFeedback
#: Effects for a later time, which are performed only if they are still needed then.
Timer = ClimbLadder | Remind | EndTimeBox

AnyEffect = (
    ChannelEffect | CardEffect | StepEffect | HypothesisEffect | EscalationEffect | FollowUpEffect | Timer
)
