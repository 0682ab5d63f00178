"""Records when an incident's channel is archived, unarchived or deleted, and when we leave or join it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.domain import events
from bot.domain.incident.incident import Incident
from bot.engine.record import Recorder
from bot.slack.api.client import SlackClient

Handler = Callable[[dict[str, Any]], Awaitable[None]]


class ChannelMembership:
    """Handles the events about channels and their members. The same event may come twice."""

    def __init__(self, recorder: Recorder, slack: SlackClient) -> None:
        self._recorder = recorder
        self._slack = slack
        #: The handler for each type of event.
        self.handlers: Mapping[str, Handler] = {
            "channel_archive": self._on_archived_or_deleted,
            "channel_deleted": self._on_archived_or_deleted,
            "group_archive": self._on_archived_or_deleted,
            "group_deleted": self._on_archived_or_deleted,
            "member_left_channel": self._on_member_left,
            # Slack sends these two to a member who is removed, and the one above to the others.
            "channel_left": self._on_removed,
            "group_left": self._on_removed,
            "channel_unarchive": self._on_unarchived,
            "member_joined_channel": self._on_member_joined,
        }

    async def _on_archived_or_deleted(self, event: dict[str, Any]) -> None:
        archived = event["type"].endswith("archive")
        why = f"the channel was {'archived' if archived else 'deleted'}"
        await self._record_lost(str(event["channel"]), why, archived=archived)

    async def _on_member_left(self, event: dict[str, Any]) -> None:
        if await self._is_about_bot(event):
            await self._on_removed(event)

    async def _on_removed(self, event: dict[str, Any]) -> None:
        await self._record_lost(str(event["channel"]), "Firstcheck was removed from the channel")

    async def _record_lost(self, channel: str, why: str, *, archived: bool = False) -> None:
        incident = await self._incident(channel)
        if incident and not incident.channel.lost_reason:
            event = events.ChannelLost(at=self._recorder.clock(), why=why, archived=archived)
            await self._recorder.learn(incident.number, (event,))

    async def _on_unarchived(self, event: dict[str, Any]) -> None:
        if incident := await self._lost_incident(event):
            unarchived = events.ChannelUnarchived(at=self._recorder.clock(), by=str(event.get("user", "")))
            await self._recorder.learn(incident.number, (unarchived,))

    async def _on_member_joined(self, event: dict[str, Any]) -> None:
        if await self._is_about_bot(event) and (incident := await self._lost_incident(event)):
            at, channel = self._recorder.clock(), str(event["channel"])
            opened = events.ChannelOpened(at=at, channel=channel, name=incident.channel.name)
            await self._recorder.learn(incident.number, (opened,))

    async def _lost_incident(self, event: dict[str, Any]) -> Incident | None:
        """Return the event's incident if its channel is recorded as lost."""
        incident = await self._incident(str(event["channel"]))
        return incident if incident and incident.channel.lost_reason else None

    async def _incident(self, channel: str) -> Incident | None:
        number = await self._recorder.store.log.lookup(f"channel:{channel}")
        return None if number is None else await self._recorder.load(number)

    async def _is_about_bot(self, event: dict[str, Any]) -> bool:
        """Return whether the event is about the bot itself."""
        return event.get("user") == (await self._slack.identity_or_empty()).get("user_id")
