"""Whether we are in the incidents' channels: what archives, deletes and reopens them, or throws us out."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.domain import events
from bot.domain.incident.incident import Incident
from bot.engine.record import Recorder
from bot.slack.api.client import SlackClient

Take = Callable[[dict[str, Any]], Awaitable[None]]


class ChannelMembership:
    """Takes the events in that tell of it; twice is as good as once."""

    def __init__(self, recorder: Recorder, slack: SlackClient) -> None:
        self._recorder = recorder
        self._slack = slack
        #: By the type of the event, what takes it in.
        self.takers: Mapping[str, Take] = {
            "channel_archive": self._channel_lost,
            "channel_deleted": self._channel_lost,
            "group_archive": self._channel_lost,
            "group_deleted": self._channel_lost,
            "member_left_channel": self._left,
            # Who is thrown out hears these, who stays the one above.
            "channel_left": self._thrown_out,
            "group_left": self._thrown_out,
            "channel_unarchive": self._unarchived,
            "member_joined_channel": self._joined,
        }

    async def _channel_lost(self, event: dict[str, Any]) -> None:
        archived = event["type"].endswith("archive")
        why = f"the channel was {'archived' if archived else 'deleted'}"
        await self._lose(str(event["channel"]), why, archived=archived)

    async def _left(self, event: dict[str, Any]) -> None:
        if await self._is_ours(event):
            await self._thrown_out(event)

    async def _thrown_out(self, event: dict[str, Any]) -> None:
        await self._lose(str(event["channel"]), "Firstcheck was removed from the channel")

    async def _lose(self, channel: str, why: str, *, archived: bool = False) -> None:
        incident = await self._incident(channel)
        if incident and not incident.channel.lost_reason:
            lost = events.ChannelLost(at=self._recorder.clock(), why=why, archived=archived)
            await self._recorder.learn(incident.number, (lost,))

    async def _unarchived(self, event: dict[str, Any]) -> None:
        incident = await self._incident(str(event["channel"]))
        if incident and incident.channel.lost_reason:
            unarchived = events.ChannelUnarchived(at=self._recorder.clock(), by=str(event.get("user", "")))
            await self._recorder.learn(incident.number, (unarchived,))

    async def _joined(self, event: dict[str, Any]) -> None:
        channel = str(event["channel"])
        incident = await self._incident(channel) if await self._is_ours(event) else None
        if incident and incident.channel.lost_reason:
            back = events.ChannelOpened(
                at=self._recorder.clock(), channel=channel, name=incident.channel.name
            )
            await self._recorder.learn(incident.number, (back,))

    async def _incident(self, channel: str) -> Incident | None:
        number = await self._recorder.store.log.lookup(f"channel:{channel}")
        return None if number is None else await self._recorder.load(number)

    async def _is_ours(self, event: dict[str, Any]) -> bool:
        """Whether it is we who came or went."""
        return event.get("user") == (await self._slack.identity_or_empty()).get("user_id")
