"""The workspace itself: its HTTP side, and what its people can do in it."""

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
from bot.workspace.dispatcher import Courier, Delivery
from bot.workspace.faults import Faults
from bot.workspace.loopback import OnlyFromHere
from bot.workspace.page_api import PageApi
from bot.workspace.people import BOT_USER_ID, PEOPLE, Person
from bot.workspace.rate_limits import Limits
from bot.workspace.state import Channel, Ephemeral, Json, Message, State, View
from bot.workspace.web_api import EVERY_SCOPE, Call, WebApi

PAGE = Path(__file__).parent / "page"
GENERAL, INCIDENTS = "C0GENERAL", "C0INCIDENTS"


class Workspace(Actions):
    """A Slack workspace in this process; serve `asgi` with bot.listening and it lives."""

    def __init__(
        self,
        *,
        people: tuple[Person, ...] = PEOPLE,
        clock: Callable[[], float] = time.time,
        bot_token: str = "xoxb-local",  # noqa: S107 - a made-up token, which opens nothing but this process
        app_token: str = "xapp-local",  # noqa: S107 - the same
        signing_secret: str = "local-signing-secret",  # noqa: S107 - the same
        scopes: frozenset[str] | None = None,
        events: frozenset[str] | None = None,
        retry_delays_s: tuple[float, ...] = (0, 60, 300),
    ) -> None:
        """None as `scopes` grants every scope, as `events` subscribes to every event (message.channels …).

        Timestamps of messages are told by `clock`; retries wait in real seconds.
        """
        state = State(people, clock)
        courier = Courier(signing_secret=signing_secret, retry_delays_s=retry_delays_s, next_id=state.next_id)
        super().__init__(state, courier)
        self.courier.subscriptions = events
        self.web_api = WebApi(
            self.state,
            self.courier.sockets,
            bot_token=bot_token,
            app_token=app_token,
            scopes=EVERY_SCOPE if scopes is None else scopes,
        )
        self.state.announce = self.courier.announce
        self.state.show = self._show
        self._changed = asyncio.Event()
        self._page_api = PageApi(self)
        self.asgi = Starlette(
            routes=self._routes(), middleware=[Middleware(OnlyFromHere)], lifespan=self._lifespan
        )
        self._open_first_channels([person.id for person in people])

    def _open_first_channels(self, everybody: list[str]) -> None:
        """Start with two channels everybody is in, as workspaces do."""
        now = int(self.state.clock())
        for channel_id, name in ((GENERAL, "general"), (INCIDENTS, "incidents")):
            members = [*everybody, BOT_USER_ID]
            self.state.add_channel(
                Channel(id=channel_id, name=name, creator=everybody[0], created=now, members=members)
            )

    def _routes(self) -> list[BaseRoute]:
        """Return what is served: Slack's side for the app, the page for people."""
        return [
            Route("/api/{method}", self.web_api.endpoint, methods=["GET", "POST"]),
            Route("/response/{token}", self.interactions.response_urls.endpoint, methods=["POST"]),
            WebSocketRoute("/socket", self.courier.sockets.serve),
            *self._page_api.routes,
            Mount("/", StaticFiles(directory=PAGE, html=True, check_dir=False)),
        ]

    def _show(self, change: Json, person_id: str | None) -> None:
        """Tell open pages, and whoever waits in `until`, of a change."""
        self._page_api.show(change, person_id)
        self._changed.set()

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        """Open and close the connections to the app under test; learn the own address."""
        self.state.url = app.state.url
        await self.courier.start()
        ending = asyncio.create_task(self._end_streams(app.state.closing))
        try:
            yield
        finally:
            ending.cancel()
            await self.courier.stop()

    async def _end_streams(self, closing: asyncio.Event) -> None:
        """Let go of open pages, so that they hold up nothing."""
        await closing.wait()
        self._page_api.end_streams()

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

    def messages(self, channel_id: str) -> list[Message]:
        """Return everything written in a channel, oldest first, deleted messages included."""
        return self.state.channel(channel_id).messages

    async def until(self, holds: Callable[[], bool], *, within_s: float = 5.0) -> None:
        """Return as soon as `holds()`, asked after every change people can see; raises TimeoutError."""
        async with asyncio.timeout(within_s):
            while not holds():
                self._changed.clear()
                await self._changed.wait()

    async def settled(self) -> None:
        """Return once no event is on its way or waiting to be retried."""
        await self.courier.settled()

    async def redeliver(self, n: int = -1) -> Delivery:
        """Deliver an earlier payload again, byte for byte."""
        return await self.courier.redeliver(n)
