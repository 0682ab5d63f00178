"""The workspace itself: its HTTP side, and what its people can do in it."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from bot.workspace import changes
from bot.workspace.delivery import Courier, Delivery
from bot.workspace.errors import SlackError
from bot.workspace.faults import Faults
from bot.workspace.interactions import CommandAnswer, Interactions
from bot.workspace.limits import Limits
from bot.workspace.page_api import PageApi
from bot.workspace.people import BOT_USER_ID, PEOPLE, Person
from bot.workspace.state import Channel, Ephemeral, Json, Message, State, View
from bot.workspace.typed import sent
from bot.workspace.web_api import EVERY_SCOPE, Call, WebApi

PAGE = Path(__file__).parent / "page"
GENERAL, INCIDENTS = "C0GENERAL", "C0INCIDENTS"


class Workspace:
    """A Slack workspace in this process; serve `asgi` with bot.listening and it lives."""

    def __init__(
        self,
        *,
        people: tuple[Person, ...] = PEOPLE,
        clock: Callable[[], float] = time.time,
        bot_token: str = "xoxb-local",  # noqa: S107 - opens nothing but this process
        app_token: str = "xapp-local",  # noqa: S107 - the same
        signing_secret: str = "local-signing-secret",  # noqa: S107 - the same
        scopes: frozenset[str] | None = None,
        events: frozenset[str] | None = None,
        retry_delays_s: tuple[float, ...] = (0, 60, 300),
    ) -> None:
        """`scopes` and `events` None: every scope is granted, every event (such as message.channels) subscribed."""
        self.state = State(people, clock)
        self.courier = Courier(
            signing_secret=signing_secret, retry_delays_s=retry_delays_s, next_id=self.state.next_id
        )
        self.courier.subscriptions = events
        self.web_api = WebApi(
            self.state,
            self.courier.sockets,
            bot_token=bot_token,
            app_token=app_token,
            scopes=EVERY_SCOPE if scopes is None else scopes,
        )
        self.interactions = Interactions(self.state, self.courier)
        self.commands = ["/incident"]
        everybody = [person.id for person in people]
        now = int(clock())
        for channel_id, name, members in (
            (GENERAL, "general", [*everybody, BOT_USER_ID]),
            (INCIDENTS, "incidents", [*everybody, BOT_USER_ID]),
        ):
            self.state.add_channel(
                Channel(id=channel_id, name=name, creator=everybody[0], created=now, members=members)
            )
        self.state.announce = self.courier.announce
        page_api = PageApi(self)
        self.state.show = page_api.show
        routes = [
            Route("/api/{method}", self.web_api.endpoint, methods=["GET", "POST"]),
            Route("/response/{token}", self.interactions.response_urls.endpoint, methods=["POST"]),
            WebSocketRoute("/socket", self.courier.sockets.serve),
            *page_api.routes,
            Mount("/", StaticFiles(directory=PAGE, html=True, check_dir=False)),
        ]
        self.asgi = Starlette(routes=routes, lifespan=self._lifespan)

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        """Open and close the connections to the app under test; learn the own address."""
        self.state.url = app.state.url
        await self.courier.start()
        try:
            yield
        finally:
            await self.courier.stop()

    @property
    def url(self) -> str:
        """Where the workspace is served; the Web API is below `/api/`."""
        return self.state.url

    @property
    def request_url(self) -> str | None:
        """Where events, commands and clicks are POSTed."""
        return self.courier.request_url

    @request_url.setter
    def request_url(self, url: str | None) -> None:
        self.courier.request_url = url

    @property
    def latency_s(self) -> float:
        """How long every Web API call takes before it is answered."""
        return self.web_api.latency_s

    @latency_s.setter
    def latency_s(self, seconds: float) -> None:
        self.web_api.latency_s = seconds

    @property
    def limits(self) -> Limits:
        """Slack's rate limits, off unless enabled."""
        return self.web_api.limits

    @property
    def faults(self) -> Faults:
        """What is to go wrong."""
        return self.web_api.faults

    @property
    def calls(self) -> list[Call]:
        """Every Web API call so far."""
        return self.web_api.calls

    @property
    def deliveries(self) -> list[Delivery]:
        """Every attempt to bring something to the app."""
        return self.courier.deliveries

    @property
    def channels(self) -> dict[str, Channel]:
        """All channels by id, direct messages included."""
        return self.state.channels

    @property
    def ephemerals(self) -> list[Ephemeral]:
        """What was shown to one person only."""
        return self.state.ephemerals

    @property
    def views(self) -> dict[str, View]:
        """The open modals by id."""
        return self.state.views

    def channel_named(self, name: str) -> Channel | None:
        """Return a channel by its name, None when there is none."""
        return self.channels.get(self.state.names.get(name, ""))

    def messages(self, channel_id: str) -> list[Message]:
        """Return everything written in a channel, oldest first, deleted messages included."""
        return self.state.channel(channel_id).messages

    async def _told(self) -> None:
        """Wait until the app has been told (once; retries go on without us)."""
        await self.courier.told()

    async def settled(self) -> None:
        """Return once no event is on its way or waiting to be retried."""
        await self.courier.settled()

    async def say(self, person_id: str, channel_id: str, text: str, *, thread_ts: str | None = None) -> str:
        """Write a message; returns its ts. Raises not_in_channel, is_archived."""
        channel = self._joined(person_id, channel_id)
        text = sent(self.state, text, with_names=False)
        message = changes.post(self.state, channel, person_id, text, thread_ts=thread_ts)
        await self._told()
        return message.ts

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

    async def edit(self, person_id: str, channel_id: str, ts: str, text: str) -> None:
        """Change an own message."""
        channel, message = self._own(person_id, channel_id, ts)
        changes.update(self.state, channel, message, {"text": sent(self.state, text, with_names=False)})
        await self._told()

    async def delete(self, person_id: str, channel_id: str, ts: str) -> None:
        """Delete an own message."""
        changes.delete(self.state, *self._own(person_id, channel_id, ts))
        await self._told()

    async def react(self, person_id: str, channel_id: str, ts: str, name: str) -> None:
        """Add an emoji to a message."""
        channel = self._joined(person_id, channel_id)
        changes.react(self.state, channel, channel.message(ts), person_id, name)
        await self._told()

    async def unreact(self, person_id: str, channel_id: str, ts: str, name: str) -> None:
        """Take an own emoji back."""
        channel = self._joined(person_id, channel_id)
        changes.unreact(self.state, channel, channel.message(ts), person_id, name)
        await self._told()

    async def pin(self, person_id: str, channel_id: str, ts: str) -> None:
        """Pin a message."""
        channel = self._joined(person_id, channel_id)
        changes.pin(self.state, channel, channel.message(ts), person_id, is_pinned=True)
        await self._told()

    async def unpin(self, person_id: str, channel_id: str, ts: str) -> None:
        """Take a pin away."""
        channel = self._joined(person_id, channel_id)
        changes.pin(self.state, channel, channel.message(ts), person_id, is_pinned=False)
        await self._told()

    async def join(self, person_id: str, channel_id: str) -> None:
        """Become a member of a public channel."""
        channel = self.state.channel(channel_id)
        if channel.is_private and person_id not in channel.members:
            raise SlackError("channel_not_found")
        changes.join(self.state, channel, person_id)
        await self._told()

    async def archive(self, person_id: str, channel_id: str) -> None:
        """Archive a channel."""
        channel = self._joined(person_id, channel_id)
        changes.set_archived(self.state, channel, person_id, is_archived=True)
        await self._told()

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
        view = self.views.get(view_id)
        if view is None or view.user != person_id:
            raise SlackError("not_found")
        return view

    async def click_view(self, person_id: str, view_id: str, action_id: str, *, value: Any = None) -> int:
        """Press a button or choose from a menu in an open modal."""
        view = self._open_view(person_id, view_id)
        return await self.interactions.click_view(person_id, view, action_id, value=value)

    async def submit(self, person_id: str, view_id: str, values: Json) -> Json:
        """Submit a modal; `values` as in forms.filled. Returns the app's response."""
        return await self.interactions.submit(person_id, self._open_view(person_id, view_id), values)

    async def close_view(self, person_id: str, view_id: str) -> None:
        """Dismiss a modal."""
        await self.interactions.close_view(person_id, self._open_view(person_id, view_id))

    async def redeliver(self, n: int = -1) -> Delivery:
        """Deliver an earlier payload again, byte for byte."""
        return await self.courier.redeliver(n)
