"""What was learned from Slack while doing what the log called for."""

from dataclasses import dataclass

from bot.domain.events.base import Event


@dataclass(frozen=True, kw_only=True)
class ChannelOpened(Event):
    """The incident's channel stands."""

    channel: str
    name: str


@dataclass(frozen=True, kw_only=True)
class ChannelDelayed(Event):
    """Slack makes us wait for the channel; its people are told."""

    seconds: float


@dataclass(frozen=True, kw_only=True)
class ChannelLost(Event):
    """The channel was archived, deleted, or the bot was removed from it."""

    why: str
    #: It was archived, so somebody may unarchive it.
    archived: bool = False


@dataclass(frozen=True, kw_only=True)
class ChannelUnarchived(Event):
    """Somebody brought the archived channel back; archiving took us out of it."""


@dataclass(frozen=True, kw_only=True)
class MessagePosted(Event):
    """A message of ours stands; posts.py says what `what` may be."""

    what: str
    channel: str
    ts: str


@dataclass(frozen=True, kw_only=True)
class PeopleInvited(Event):
    """Who was invited to the channel, and who could not be (`id: why`)."""

    people: tuple[str, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class EffectGaveUp(Event):
    """Something could not be done; the card says so."""

    effect: str
    why: str


SlackEvent = (
    ChannelOpened
    | ChannelDelayed
    | ChannelLost
    | ChannelUnarchived
    | MessagePosted
    | PeopleInvited
    | EffectGaveUp
)
