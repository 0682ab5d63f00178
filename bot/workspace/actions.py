"""What the people of a workspace can do; each returns once the app has been told and has answered."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from bot.workspace import changes
from bot.workspace.dispatcher import Courier
from bot.workspace.errors import SlackError
from bot.workspace.formatting import sent
from bot.workspace.interactions import CommandAnswer, Interactions
from bot.workspace.state import Channel, Json, Message, State, View

Result = TypeVar("Result")


class Actions:
    """People's hands: only what the person could do at Slack, everything else raises SlackError."""

    def __init__(self, state: State, courier: Courier) -> None:
        self.state = state
        self.courier = courier
        self.interactions = Interactions(state, courier)

    async def _told(self, change: Callable[[], Result]) -> Result:
        """Make a change and wait until the app was told of it once; retries go on without us."""
        with self.courier.watched() as attempts:
            result = change()
        await asyncio.gather(*(attempt.wait() for attempt in attempts))
        return result

    def _joined(self, person_id: str, channel_id: str) -> Channel:
        """Return a channel this person is in."""
        channel = self.state.channel(channel_id)
        if person_id not in channel.members:
            raise SlackError("not_in_channel")
        return channel

    def _own(self, person_id: str, channel_id: str, ts: str) -> tuple[Channel, Message]:
        """Return a message this person wrote."""
        channel = self._joined(person_id, channel_id)
        message = channel.message(ts)
        if message.user != person_id:
            raise SlackError("cant_update_message")
        return channel, message

    def _seen(self, person_id: str, channel_id: str, ts: str) -> tuple[Channel, Message]:
        """Return a message in a channel this person is in."""
        channel = self._joined(person_id, channel_id)
        return channel, channel.message(ts)

    async def say(self, person_id: str, channel_id: str, text: str, *, thread_ts: str | None = None) -> str:
        """Write a message; returns its ts. Raises not_in_channel, is_archived."""
        channel = self._joined(person_id, channel_id)
        text = sent(self.state, text, with_names=False)
        message = await self._told(
            lambda: changes.post(self.state, channel, person_id, text, thread_ts=thread_ts)
        )
        return message.ts

    async def edit(self, person_id: str, channel_id: str, ts: str, text: str) -> None:
        """Change an own message."""
        channel, message = self._own(person_id, channel_id, ts)
        changed = {"text": sent(self.state, text, with_names=False)}
        await self._told(lambda: changes.update(self.state, channel, message, changed))

    async def delete(self, person_id: str, channel_id: str, ts: str) -> None:
        """Delete an own message."""
        channel, message = self._own(person_id, channel_id, ts)
        await self._told(lambda: changes.delete(self.state, channel, message))

    async def react(self, person_id: str, channel_id: str, ts: str, name: str) -> None:
        """Add an emoji to a message."""
        channel, message = self._seen(person_id, channel_id, ts)
        await self._told(lambda: changes.react(self.state, channel, message, person_id, name))

    async def unreact(self, person_id: str, channel_id: str, ts: str, name: str) -> None:
        """Take an own emoji back."""
        channel, message = self._seen(person_id, channel_id, ts)
        await self._told(lambda: changes.unreact(self.state, channel, message, person_id, name))

    async def pin(self, person_id: str, channel_id: str, ts: str) -> None:
        """Pin a message."""
        channel, message = self._seen(person_id, channel_id, ts)
        await self._told(lambda: changes.pin(self.state, channel, message, person_id, is_pinned=True))

    async def unpin(self, person_id: str, channel_id: str, ts: str) -> None:
        """Take a pin away."""
        channel, message = self._seen(person_id, channel_id, ts)
        await self._told(lambda: changes.pin(self.state, channel, message, person_id, is_pinned=False))

    async def join(self, person_id: str, channel_id: str) -> None:
        """Become a member of a public channel."""
        channel = self.state.channel(channel_id)
        if channel.kind != "channel":
            raise SlackError("channel_not_found")
        await self._told(lambda: changes.join(self.state, channel, person_id))

    async def remove(self, person_id: str, channel_id: str, user_id: str) -> None:
        """Take somebody (the bot, for instance) out of a channel."""
        channel = self._joined(person_id, channel_id)
        self._joined(user_id, channel_id)
        await self._told(lambda: changes.leave(self.state, channel, user_id))

    async def rename(self, person_id: str, channel_id: str, name: str) -> None:
        """Give a channel another name."""
        channel = self._joined(person_id, channel_id)
        await self._told(lambda: changes.rename(self.state, channel, person_id, name))

    async def archive(self, person_id: str, channel_id: str) -> None:
        """Archive a channel."""
        channel = self._joined(person_id, channel_id)
        await self._told(lambda: changes.set_archived(self.state, channel, person_id, is_archived=True))

    async def unarchive(self, person_id: str, channel_id: str) -> None:
        """Bring an archived channel back; the bot stays outside until somebody invites it."""
        channel = self._joined(person_id, channel_id)
        await self._told(lambda: changes.set_archived(self.state, channel, person_id, is_archived=False))

    async def command(self, person_id: str, channel_id: str, command: str, text: str) -> CommandAnswer:
        """Type a slash command."""
        return await self.interactions.command(person_id, self.state.channel(channel_id), command, text)

    async def click(
        self,
        person_id: str,
        channel_id: str,
        ts: str,
        action_id: str,
        *,
        value: Any = None,
        block_id: str | None = None,
    ) -> int:
        """Press a button or choose from a menu in a message; returns the app's status, 0 for no answer."""
        channel = self.state.channel(channel_id)
        return await self.interactions.click(
            person_id, channel, ts, action_id, value=value, block_id=block_id
        )

    def _open_view(self, person_id: str, view_id: str) -> View:
        """Return a modal in front of this person."""
        view = self.state.views.get(view_id)
        if view is None or view.user != person_id:
            raise SlackError("not_found")
        return view

    async def click_view(
        self, person_id: str, view_id: str, action_id: str, *, value: Any = None, values: Json | None = None
    ) -> int:
        """Press a button or choose from a menu in an open modal; `values` is what its fields hold by now."""
        view = self._open_view(person_id, view_id)
        return await self.interactions.click_view(
            person_id, view, action_id, value=value, values=values or {}
        )

    async def submit(self, person_id: str, view_id: str, values: Json) -> Json:
        """Submit a modal; `values` as in forms.filled. Returns the app's response, as interactions.submit."""
        return await self.interactions.submit(person_id, self._open_view(person_id, view_id), values)

    async def close_view(self, person_id: str, view_id: str) -> None:
        """Dismiss a modal."""
        await self.interactions.close_view(person_id, self._open_view(person_id, view_id))

    async def shortcut(
        self, person_id: str, callback_id: str, channel_id: str | None = None, ts: str = ""
    ) -> int:
        """Run a global shortcut, or (with a channel and ts) one on a message; returns the app's status."""
        channel = self.state.channel(channel_id) if channel_id else None
        return await self.interactions.shortcut(person_id, callback_id, channel, ts)
