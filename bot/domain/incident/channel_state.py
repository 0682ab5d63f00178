"""The state of the incident's Slack channel, as reported by Slack."""

from dataclasses import dataclass, replace
from typing import assert_never

from bot.domain import events


@dataclass(frozen=True, kw_only=True)
class Channel:
    """The channel of an incident. `id` is empty until the channel is open."""

    id: str = ""
    name: str = ""
    #: Why the bot can no longer post in the channel; empty while it can.
    lost_reason: str = ""
    is_archived: bool = False
    #: Whether Slack made us wait before the channel could be created.
    is_delayed: bool = False


def apply_to_channel(channel: Channel, event: events.ChannelEvent) -> Channel:
    """Return the channel after an event about it."""
    match event:
        case events.ChannelOpened():
            return replace(channel, id=event.channel, name=event.name, lost_reason="", is_archived=False)
        case events.ChannelDelayed():
            return replace(channel, is_delayed=True)
        case events.ChannelLost():
            return replace(channel, lost_reason=event.why, is_archived=event.archived)
        case events.ChannelUnarchived():
            return replace(channel, is_archived=False)
        case _:
            assert_never(event)
