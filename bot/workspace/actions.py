"""The actions of people in the workspace. Each one waits until the app has received it."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from bot.workspace import changes
from bot.workspace.dispatcher import Dispatcher
from bot.workspace.errors import SlackError
from bot.workspace.formatting import format_user_text
from bot.workspace.interactions import CommandAnswer, Interactions
from bot.workspace.state import Channel, Json, Message, State, View

Result = TypeVar("Result")


class Actions:
    """The actions of people. An action that Slack would not allow raises SlackError."""

    def __init__(self, state: State, dispatcher: Dispatcher) -> None:
        self.state = state
        self.dispatcher = dispatcher
        self.interactions = Interactions(state, dispatcher)

    async def _apply(self, change: Callable[[], Result]) -> Result:
        """Make a change and wait for the first delivery attempt of each event. Retries are not awaited."""
        with self.dispatcher.collect_attempts() as attempts:
            result = change()
        await asyncio.gather(*(attempt.wait() for attempt in attempts))
        return result

    def _get_joined_channel(self, person_id: str, channel_id: str) -> Channel:
        """Return a channel that this person is in. Raise not_in_channel."""
        channel = self.state.get_channel(channel_id)
        if person_id not in channel.members:
            raise SlackError("not_in_channel")
        return channel

    def _get_own_message(self, person_id: str, channel_id: str, ts: str) -> tuple[Channel, Message]:
        """Return a message that this person wrote. Raise cant_update_message for another author."""
        channel = self._get_joined_channel(person_id, channel_id)
        message = channel.message(ts)
        if message.user != person_id:
            raise SlackError("cant_update_message")
        return channel, message

    def _get_message(self, person_id: str, channel_id: str, ts: str) -> tuple[Channel, Message]:
        """Return a message in a channel that this person is in."""
        channel = self._get_joined_channel(person_id, channel_id)
        return channel, channel.message(ts)

    async def say(self, person_id: str, channel_id: str, text: str, *, thread_ts: str | None = None) -> str:
        """Post a message and return its ts. Raise not_in_channel or is_archived."""
        channel = self._get_joined_channel(person_id, channel_id)
        text = format_user_text(self.state, text, with_names=False)
        message = await self._apply(
            lambda: changes.post(self.state, channel, person_id, text, thread_ts=thread_ts)
        )
        return message.ts

    async def edit(self, person_id: str, channel_id: str, ts: str, text: str) -> None:
        """Edit the person's own message."""
        channel, message = self._get_own_message(person_id, channel_id, ts)
        changed = {"text": format_user_text(self.state, text, with_names=False)}
        await self._apply(lambda: changes.update(self.state, channel, message, changed))

    async def delete(self, person_id: str, channel_id: str, ts: str) -> None:
        """Delete the person's own message."""
        channel, message = self._get_own_message(person_id, channel_id, ts)
        await self._apply(lambda: changes.delete(self.state, channel, message))

    async def react(self, person_id: str, channel_id: str, ts: str, name: str) -> None:
        """Add a reaction to a message."""
        channel, message = self._get_message(person_id, channel_id, ts)
        await self._apply(lambda: changes.add_reaction(self.state, channel, message, person_id, name))

    async def unreact(self, person_id: str, channel_id: str, ts: str, name: str) -> None:
        """Remove the person's own reaction."""
        channel, message = self._get_message(person_id, channel_id, ts)
        await self._apply(lambda: changes.remove_reaction(self.state, channel, message, person_id, name))

    async def pin(self, person_id: str, channel_id: str, ts: str) -> None:
        """Pin a message."""
        channel, message = self._get_message(person_id, channel_id, ts)
        await self._apply(lambda: changes.set_pinned(self.state, channel, message, person_id, is_pinned=True))

    async def unpin(self, person_id: str, channel_id: str, ts: str) -> None:
        """Unpin a message."""
        channel, message = self._get_message(person_id, channel_id, ts)
        await self._apply(
            lambda: changes.set_pinned(self.state, channel, message, person_id, is_pinned=False)
        )

    async def join(self, person_id: str, channel_id: str) -> None:
        """Join a public channel."""
        channel = self.state.get_channel(channel_id)
        if channel.kind != "channel":
            raise SlackError("channel_not_found")
        await self._apply(lambda: changes.add_member(self.state, channel, person_id))

    async def remove(self, person_id: str, channel_id: str, user_id: str) -> None:
        """Remove a person or the bot from a channel."""
        channel = self._get_joined_channel(person_id, channel_id)
        self._get_joined_channel(user_id, channel_id)
        await self._apply(lambda: changes.remove_member(self.state, channel, user_id))

    async def rename(self, person_id: str, channel_id: str, name: str) -> None:
        """Rename a channel."""
        channel = self._get_joined_channel(person_id, channel_id)
        await self._apply(lambda: changes.rename_channel(self.state, channel, person_id, name))

    async def archive(self, person_id: str, channel_id: str) -> None:
        """Archive a channel."""
        channel = self._get_joined_channel(person_id, channel_id)
        await self._apply(lambda: changes.set_archived(self.state, channel, person_id, is_archived=True))

    async def unarchive(self, person_id: str, channel_id: str) -> None:
        """Unarchive a channel. The bot stays outside until someone invites it."""
        channel = self._get_joined_channel(person_id, channel_id)
        await self._apply(lambda: changes.set_archived(self.state, channel, person_id, is_archived=False))

    async def command(self, person_id: str, channel_id: str, command: str, text: str) -> CommandAnswer:
        """Run a slash command."""
        return await self.interactions.command(person_id, self.state.get_channel(channel_id), command, text)

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
        """Click a button or choose from a menu (`value`) in a message.

        Return the status of the app's response, or 0 if there was none.
        """
        channel = self.state.get_channel(channel_id)
        return await self.interactions.click(
            person_id, channel, ts, action_id, value=value, block_id=block_id
        )

    def _get_view(self, person_id: str, view_id: str) -> View:
        """Return a modal that is open for this person. Raise not_found."""
        view = self.state.views.get(view_id)
        if view is None or view.user != person_id:
            raise SlackError("not_found")
        return view

    async def click_view(
        self, person_id: str, view_id: str, action_id: str, *, value: Any = None, values: Json | None = None
    ) -> int:
        """Click a button or choose from a menu in an open modal; `values` is the input so far.

        Return the status of the app's response, or 0 if there was none.
        """
        view = self._get_view(person_id, view_id)
        return await self.interactions.click_view(
            person_id, view, action_id, value=value, values=values or {}
        )

    async def submit(self, person_id: str, view_id: str, values: Json) -> Json:
        """Submit a modal; `values` is described in forms.build_view_state.

        Return the app's response as Interactions.submit does.
        """
        return await self.interactions.submit(person_id, self._get_view(person_id, view_id), values)

    async def close_view(self, person_id: str, view_id: str) -> None:
        """Close a modal."""
        await self.interactions.close_view(person_id, self._get_view(person_id, view_id))

    async def shortcut(
        self, person_id: str, callback_id: str, channel_id: str | None = None, ts: str = ""
    ) -> int:
        """Run a global shortcut, or a message shortcut if a channel and ts are given.

        Return the status of the app's response, or 0 if there was none.
        """
        channel = self.state.get_channel(channel_id) if channel_id else None
        return await self.interactions.shortcut(person_id, callback_id, channel, ts)
