"""The workspace: serves Slack's side over HTTP and offers the actions that its people can take."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from bot.workspace.actions import Actions
from bot.workspace.dispatcher import Delivery, Dispatcher
from bot.workspace.faults import Faults
from bot.workspace.files import FileServer
from bot.workspace.loopback import LoopbackOnly
from bot.workspace.page_api import PageApi
from bot.workspace.people import BOT_USER_ID, PEOPLE, Person
from bot.workspace.rate_limits import RateLimits
from bot.workspace.state import GENERAL_ID, Channel, Ephemeral, Json, Message, State, View
from bot.workspace.web_api import ALL_SCOPES, Call, WebApi

PAGE_DIRECTORY = Path(__file__).parent / "page"
INCIDENTS_ID = "C0INCIDENTS"


class Workspace(Actions):
    """A Slack workspace in this process. Serve `asgi` with `serve_app` (bot/web/server.py) to start it."""

    def __init__(
        self,
        *,
        people: tuple[Person, ...] = PEOPLE,
        clock: Callable[[], float] = time.time,
        bot_token: str = "xoxb-local",  # noqa: S107 - made up, valid in this process only
        app_token: str = "xapp-local",  # noqa: S107 - made up, valid in this process only
        signing_secret: str = "local-signing-secret",  # noqa: S107 - made up, valid in this process only
        scopes: frozenset[str] | None = None,
        events: frozenset[str] | None = None,
        retry_delays_s: tuple[float, ...] = (0, 60, 300),
    ) -> None:
        """Create a workspace whose message timestamps come from `clock`; retries wait in real seconds.

        Without `scopes` every scope is granted, without `events` every event is subscribed to.
        """
        state = State(people, clock)
        dispatcher = Dispatcher(
            signing_secret=signing_secret, retry_delays_s=retry_delays_s, next_id=state.next_id
        )
        super().__init__(state, dispatcher)
        self.dispatcher.subscriptions = events
        self.web_api = WebApi(
            self.state,
            self.dispatcher.sockets,
            bot_token=bot_token,
            app_token=app_token,
            scopes=ALL_SCOPES if scopes is None else scopes,
        )
        self.state.publish_event = self.dispatcher.publish_event
        self.state.notify_pages = self._notify_pages
        self._changed = asyncio.Event()
        self._page_api = PageApi(self)
        self.asgi = Starlette(
            routes=self._build_routes(), middleware=[Middleware(LoopbackOnly)], lifespan=self._lifespan
        )
        self._create_default_channels([person.id for person in people])

    def _create_default_channels(self, people_ids: list[str]) -> None:
        """Create #general and #incidents with everyone as a member."""
        now = int(self.state.clock())
        for channel_id, name in ((GENERAL_ID, "general"), (INCIDENTS_ID, "incidents")):
            members = [*people_ids, BOT_USER_ID]
            self.state.add_channel(
                Channel(id=channel_id, name=name, creator=people_ids[0], created=now, members=members)
            )

    def _build_routes(self) -> list[BaseRoute]:
        """Return the routes: Slack's side for the app, the page for people."""
        return [
            Route("/api/{method}", self.web_api.endpoint, methods=["GET", "POST"]),
            Route("/files/{file}", FileServer(self.state).endpoint, methods=["GET", "POST"]),
            Route("/response/{token}", self.interactions.response_urls.endpoint, methods=["POST"]),
            WebSocketRoute("/socket", self.dispatcher.sockets.serve),
            *self._page_api.routes,
            Mount("/", StaticFiles(directory=PAGE_DIRECTORY, html=True, check_dir=False)),
        ]

    def _notify_pages(self, change: Json, person_id: str | None) -> None:
        """Notify the open pages and the callers of `until` of a change."""
        self._page_api.notify(change, person_id)
        self._changed.set()

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        """Store the workspace's URL, open the connections to the app, and close them at the end."""
        self.state.url = app.state.url
        await self.dispatcher.start()
        stream_task = asyncio.create_task(self._end_streams(app.state.closing))
        try:
            yield
        finally:
            stream_task.cancel()
            await self.dispatcher.stop()

    async def _end_streams(self, closing: asyncio.Event) -> None:
        """End the streams of open pages on shutdown, so that they do not delay it."""
        await closing.wait()
        self._page_api.end_streams()

    @property
    def url(self) -> str:
        """The URL of the workspace. The Web API is below `/api/`."""
        return self.state.url

    @property
    def request_url(self) -> str | None:
        """The URL that events, commands and clicks are POSTed to."""
        return self.dispatcher.request_url

    @request_url.setter
    def request_url(self, url: str | None) -> None:
        self.dispatcher.request_url = url

    @property
    def latency_s(self) -> float:
        """How long every Web API call takes."""
        return self.web_api.latency_s

    @latency_s.setter
    def latency_s(self, seconds: float) -> None:
        self.web_api.latency_s = seconds

    @property
    def limits(self) -> RateLimits:
        """Slack's rate limits, which are off by default."""
        return self.web_api.limits

    @property
    def faults(self) -> Faults:
        """The planned failures."""
        return self.web_api.faults

    @property
    def calls(self) -> list[Call]:
        """Every Web API call so far."""
        return self.web_api.calls

    @property
    def deliveries(self) -> list[Delivery]:
        """Every delivery attempt so far."""
        return self.dispatcher.deliveries

    @property
    def channels(self) -> dict[str, Channel]:
        """All channels by id, including direct messages."""
        return self.state.channels

    @property
    def ephemerals(self) -> list[Ephemeral]:
        """The messages that were shown to one person only."""
        return self.state.ephemerals

    @property
    def views(self) -> dict[str, View]:
        """The open modals by id."""
        return self.state.views

    def messages(self, channel_id: str) -> list[Message]:
        """Return all messages of a channel, oldest first, including deleted ones."""
        return self.state.get_channel(channel_id).messages

    async def until(self, condition: Callable[[], bool], *, within_s: float = 5.0) -> None:
        """Wait until `condition()` is true; it is checked after every visible change. Raise TimeoutError."""
        async with asyncio.timeout(within_s):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    async def settled(self) -> None:
        """Wait until no event is being delivered or waiting for a retry."""
        await self.dispatcher.settled()

    async def redeliver(self, index: int = -1) -> Delivery:
        """Deliver an earlier payload again, byte for byte."""
        return await self.dispatcher.redeliver(index)
