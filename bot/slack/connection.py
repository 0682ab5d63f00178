"""The link to Slack: notices a gap, catches up after it, and keeps the Socket Mode connection."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError

from bot.engine.background import background
from bot.slack.api.client import SlackClient, SlackFailed, SlackSaidNo, SlackUnreachable
from bot.slack.api.error_codes import judge

log = logging.getLogger("firstcheck.link")

#: How often we ask Slack whether it is up. Its limit for auth.test is hundreds of calls a minute.
BEAT_S = 15.0
#: How soon we ask again while it is down.
RETRY_S = 2.0
CLOSE_S = 5.0
MINUTE_S = 60.0


class SlackConnection:
    """Runs beside everything else; Slack being away stops nothing."""

    def __init__(
        self,
        slack: SlackClient,
        catch_up: Callable[[], Awaitable[bool]],
        new_socket: Callable[[], AsyncSocketModeHandler] | None = None,
        *,
        beat_s: float = BEAT_S,
        retry_s: float = RETRY_S,
    ) -> None:
        self._slack = slack
        self._catch_up = catch_up
        self._new_socket = new_socket
        self._beat_s = beat_s
        self._retry_s = retry_s
        self._socket: AsyncSocketModeHandler | None = None
        self._why = "not asked yet"
        self._gap = asyncio.Event()

    def on_events_dropped(self, minute: float) -> None:
        """Catch up once that minute, in seconds since 1970, is over: Slack leaves out what happens in it."""
        over_in_s = min(max(0.0, minute + MINUTE_S - time.time()), MINUTE_S)
        asyncio.get_running_loop().call_later(over_in_s, self._gap.set)

    async def state(self) -> str:
        """Return "" when Slack is there, else a sentence that says what is wrong."""
        return self._why

    async def run(self) -> None:
        """Keep the link until cancelled."""
        behind, pause_s = True, self._retry_s
        # Not before: it holds a connection pool from the start, and the command line never runs a link.
        self._socket = self._new_socket() if self._new_socket else None
        try:
            while True:
                behind = behind or self._gap.is_set()
                self._gap.clear()
                if not await self._heartbeat():
                    behind, pause_s = True, self._retry_s
                elif behind and not await self._caught_up():
                    pause_s = min(2 * pause_s, self._beat_s)  # it read much already, and may fail for long
                else:
                    behind, pause_s = False, self._beat_s
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._gap.wait(), pause_s)
        finally:
            await self._disconnect()

    async def _heartbeat(self) -> bool:
        """Ask Slack whether it is there, and the socket whether it lives; returns whether both do."""
        try:
            await self._slack.call("auth.test")
            if self._socket:
                await self._connect(self._socket)
        except SlackSaidNo as no:
            self._say(f"{judge(no.method, no.error).why} ({no})")
        except SlackFailed as away:
            self._say(f"{away}. Everything else works; Slack catches up.")
        else:
            self._say("")
        return not self._why

    async def _caught_up(self) -> bool:
        """Catch up; that may take hours where Slack limits it, and the link is looked after meanwhile."""
        try:
            async with background(self._beat_on()):
                return await self._catch_up()
        except Exception:  # the link must not die of what it could not read; it asks again
            log.exception("what was missed could not be taken in")
            return False

    async def _beat_on(self) -> None:
        """Beat until cancelled; where one fails, there is another gap."""
        while True:
            await asyncio.sleep(self._beat_s)
            if not await self._heartbeat():
                self._gap.set()

    async def _connect(self, socket: AsyncSocketModeHandler) -> None:
        """Open the socket if it is not open; one that died silently is opened anew (bolt-python #1529)."""
        if socket.client.current_session is not None and await socket.client.is_connected():
            return
        try:
            # An address serves once; and the handler's own connect takes a refusal for a reason to try again.
            await asyncio.wait_for(socket.client.connect_to_new_endpoint(), timeout=CLOSE_S)
        except SlackApiError as no:
            raise self._slack.refusal("apps.connections.open", no) from no
        except Exception as error:  # aiohttp and slack_sdk raise many kinds; all mean "not connected"
            raise SlackUnreachable(f"Socket Mode could not connect ({type(error).__name__})") from error

    async def _disconnect(self) -> None:
        if self._socket:
            with suppress(TimeoutError):
                closing = self._socket.close_async()  # type: ignore[no-untyped-call]  # Bolt gives it no types
                await asyncio.wait_for(closing, timeout=CLOSE_S)

    def _say(self, why: str) -> None:
        if why != self._why:
            log.warning("%s", why) if why else log.info("Slack is there")
        self._why = why
