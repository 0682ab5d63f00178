"""The composition root: builds, starts and stops the bot. The only module that knows all others."""

import asyncio
import gc
import logging
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import aiohttp
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.middleware import Middleware

from bot.alerts.intake import Intake
from bot.config.runbooks import load_runbooks
from bot.config.settings import Settings
from bot.documents.drafting import Names
from bot.domain.errors import ActionableError
from bot.domain.runbooks.runbook import Runbook
from bot.engine.housekeeping import run_housekeeping
from bot.engine.outbox import Outbox, Performer
from bot.engine.record import Clock, Recorder, utc_now
from bot.engine.runbook_library import RunbookLibrary
from bot.performers.local import LocalPerformers
from bot.performers.paging import PagePerformers
from bot.performers.timers import TimerPerformers
from bot.probes import PROBES
from bot.slack.api.client import SlackClient
from bot.slack.api.rate_limits import Limiter
from bot.slack.api.users import Profiles, display_names
from bot.slack.connection import SlackConnection
from bot.slack.incoming.bolt_app import bolt_app
from bot.slack.incoming.catchup import catch_up
from bot.slack.incoming.channel_events import ChannelEvents
from bot.slack.incoming.handlers import RequestHandlers
from bot.slack.incoming.http import PATH, slack_route
from bot.slack.outgoing.performers import SlackPerformers
from bot.slack.outgoing.quarantine_notices import QuarantineNotices
from bot.store import Store, open_store
from bot.store.sqlite.lock import only_server
from bot.telemetry import counted, observe, refresh_gauges
from bot.web import acknowledgements, alerts, guard, health
from bot.web.server import allow_many_files, serve_app

log = logging.getLogger("firstcheck")


class Firstcheck:
    """An assembled bot. It does nothing until `run` or `work` is called."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        web_client: Callable[..., AsyncWebClient],
        runbooks: tuple[Runbook, ...],
        clock: Clock,
        limiter: Limiter | None,
    ) -> None:
        self.store = store
        self.slack = SlackClient(web_client(token=settings.slack_bot_token or None), limiter)
        self.names: Names = partial(display_names, store, self.slack)
        self.recorder = recorder = Recorder(store, clock)
        self._library = RunbookLibrary(runbooks, settings.review_days)
        recorder.watchers.append(self._library.observe)
        self.outbox = Outbox(recorder=recorder, performers=self._performers(settings))
        recorder.wake = self.outbox.wake
        self.intake = Intake(recorder=recorder, settings=settings, runbooks=self._library)
        channel_events = ChannelEvents(recorder, self.slack)
        profiles = Profiles(self.slack)
        handlers = RequestHandlers(
            recorder=recorder, settings=settings, runbooks=self._library, profiles=profiles
        )
        bolt = bolt_app(web_client(), settings, self.slack, handlers, channel_events)
        app_token = settings.slack_app_token
        new_socket = partial(AsyncSocketModeHandler, bolt, app_token) if app_token else None
        catch_up_now = partial(catch_up, recorder, self.slack, channel_events)
        self._link = SlackConnection(self.slack, catch_up_now, new_socket)
        channel_events.on_dropped = self._link.on_events_dropped
        self.notices = QuarantineNotices(store.journal, self.slack, settings.digest_channel)
        #: Set while `run` is running.
        self._working = asyncio.Event()
        self.asgi = self._asgi(settings, bolt)

    def _performers(self, settings: Settings) -> dict[type, Performer]:
        return {
            **SlackPerformers(slack=self.slack, store=self.store, settings=settings).table(),
            **LocalPerformers(store=self.store, settings=settings, names=self.names).table(),
            **TimerPerformers(settings).table(),
            **PagePerformers(settings, self.store).table(),
        }

    def _asgi(self, settings: Settings, bolt: AsyncApp) -> Starlette:
        store, metrics = self.store, health.Metrics()
        observe(self.recorder, self.intake, self.outbox, self.slack, metrics)
        routes = [
            *alerts.routes(
                journal_append=counted(store.journal.append, metrics),
                secrets=settings.alerts,
                open_to_loopback=settings.open_to_loopback,
                now=self.recorder.clock,
                accepted=self.intake.wake,
            ),
            *acknowledgements.routes(self.recorder, settings.pagers),
            *health.routes(
                metrics=metrics,
                refresh=partial(refresh_gauges, store, metrics),
                required={"store": store.check, "workers": self._workers_state},
                optional={"slack": self._link.state},
            ),
        ]
        if settings.slack_signing_secret:
            routes.append(slack_route(bolt, settings.slack_signing_secret))
        guards = [Middleware(guard.BodyLimit), Middleware(guard.Utf8Body, prefix=PATH)]
        return Starlette(routes=routes, middleware=guards)

    async def _workers_state(self) -> str:
        return "" if self._working.is_set() else "The workers have stopped. See the log."

    async def run(self) -> None:
        """Run the intake, the outbox, the Slack connection, notices and housekeeping until cancelled."""
        self._working.set()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.intake.run(), name="intake")
                group.create_task(self.outbox.run(), name="outbox")
                group.create_task(self._link.run(), name="link")
                group.create_task(self.notices.run(), name="notices")
                group.create_task(run_housekeeping(self.store, self.recorder.clock), name="housekeeping")
                group.create_task(self._library.load(self.store), name="experience")
        finally:
            self._working.clear()

    async def work(self) -> None:
        """Do everything that is due now and return, for replays with their own clock."""
        await self.intake.work()
        await self.outbox.idle()


@asynccontextmanager
async def assembled(
    settings: Settings,
    *,
    clock: Clock = utc_now,
    limiter: Limiter | None = None,
    runbooks: tuple[Runbook, ...] | None = None,
) -> AsyncIterator[Firstcheck]:
    """Assemble a bot, and close it when the block ends. By default it loads the configured runbooks.

    Raise StoreError if the database cannot be opened, and ConfigMistakes if a runbook is invalid.
    """
    if runbooks is None:
        runbooks = load_runbooks(settings.runbooks, PROBES)
    async with AsyncExitStack() as stack:
        store = await open_store(settings.database)
        stack.push_async_callback(store.close)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        web_client = partial(
            AsyncWebClient,
            base_url=settings.slack_api_url,
            session=session,
            retry_handlers=[],  # the outbox retries, and knows which calls are safe to repeat
        )
        yield Firstcheck(settings, store, web_client, runbooks, clock, limiter)


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[str]:
    """Serve a bot at its configured address until the block ends. Yield its URL.

    Raise AlreadyServed or StoreUnusable if the database can't be used, and whatever `assembled` and
    `serve_app` raise.
    """
    with only_server(settings.database):
        async with assembled(settings) as bot:
            await bot.store.outbox.release_leases()
            # In a group, so that the server ends with an error if a worker fails.
            async with serve_app(bot.asgi, settings.host, settings.port) as url, asyncio.TaskGroup() as group:
                working = group.create_task(bot.run())
                yield url
                working.cancel()


async def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM, and finish what is in progress.

    Raise the same errors as `serving`, and the first error for the operator that ended a worker.
    """
    ended = exit_requested()
    allow_many_files()
    try:
        async with serving(settings) as url:
            log.info("Firstcheck is listening on %s", url)
            # Exempt the imported modules from garbage collection, which would delay opening by 70 ms.
            gc.freeze()
            await ended.wait()
    except ExceptionGroup as errors:
        for_operator: Exception | None = errors.subgroup(ActionableError)
        while isinstance(for_operator, ExceptionGroup):
            for_operator = for_operator.exceptions[0]
        raise for_operator or errors from errors


def exit_requested() -> asyncio.Event:
    """Return an event that SIGINT and SIGTERM set instead of ending the process."""
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    return ended
