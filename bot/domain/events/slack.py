"""Facts that Slack reported while effects were performed."""

from dataclasses import dataclass

from bot.domain.events.base import Bookkeeping


@dataclass(frozen=True, kw_only=True)
class ChannelOpened(Bookkeeping):
    """The incident's channel was opened."""

    channel: str
    name: str


@dataclass(frozen=True, kw_only=True)
class ChannelDelayed(Bookkeeping):
    """Slack delayed the opening of the channel by `seconds`."""

    seconds: float


@dataclass(frozen=True, kw_only=True)
class ChannelLost(Bookkeeping):
    """The channel was archived or deleted, or the bot was removed from it."""

    why: str
    #: Whether it was archived, so that somebody may unarchive it.
    archived: bool = False


@dataclass(frozen=True, kw_only=True)
class ChannelUnarchived(Bookkeeping):
    """Somebody unarchived the channel. The bot has to rejoin it, because archiving removed it."""


@dataclass(frozen=True, kw_only=True)
class MessagePosted(Bookkeeping):
    """The bot posted a message that it will update. `what` is its key (see effects/message_keys.py)."""

    what: str
    channel: str
    ts: str


@dataclass(frozen=True, kw_only=True)
class PeopleInvited(Bookkeeping):
    """People were invited to the channel. `missing` lists everyone who could not be, as `ID: reason`."""

    people: tuple[str, ...]
    missing: tuple[str, ...] = ()

    @property
    def not_invited(self) -> tuple[tuple[str, str], ...]:
        """The people who could not be invited, each with the reason."""
        parts = (entry.partition(": ") for entry in self.missing)
        return tuple((person, reason) for person, _, reason in parts)


@dataclass(frozen=True, kw_only=True)
class EffectFailed(Bookkeeping):
    """An effect failed permanently. `effect` is its stored name."""

    effect: str
    why: str


ChannelEvent = ChannelOpened | ChannelDelayed | ChannelLost | ChannelUnarchived
SlackEvent = ChannelEvent | MessagePosted | PeopleInvited | EffectFailed
