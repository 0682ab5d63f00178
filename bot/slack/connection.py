"""The connection to Slack: checks that it is up, keeps Socket Mode open, and catches up after a gap."""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from aiohttp import WSMessage, WSMsgType
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError

from bot.engine.background import background
from bot.slack.api.client import SlackClient, SlackFailed, SlackSaidNo, SlackUnreachable
from bot.slack.api.error_codes import judge

log = logging.getLogger("firstcheck.slack")

#: How often we check whether Slack is up. Its limit for auth.test is hundreds of calls a minute.
HEARTBEAT_S = 15.0
#: How soon we check again while it is down.
RETRY_S = 2.0
CLOSE_S = 5.0
MINUTE_S = 60.0
#: Slack's greeting is shorter than this, so longer messages need not be searched.
MAX_HELLO = 1000


class SlackConnection:
    """Runs beside the rest of the process, which keeps working while Slack is down."""

    def __init__(
        self,
        slack: SlackClient,
        catch_up: Callable[[], Awaitable[bool]],
        new_socket: Callable[[], AsyncSocketModeHandler] | None = None,
        *,
        heartbeat_s: float = HEARTBEAT_S,
        retry_s: float = RETRY_S,
    ) -> None:
        self._slack = slack
        self._catch_up = catch_up
        self._new_socket = new_socket
        self._heartbeat_s = heartbeat_s
        self._retry_s = retry_s
        self._socket: AsyncSocketModeHandler | None = None
        self._problem = "not checked yet"
        self._gap = asyncio.Event()

    def on_events_dropped(self, minute: float) -> None:
        """Catch up at the end of that minute (in seconds since 1970), until which Slack drops events."""
        ends_in_s = min(max(0.0, minute + MINUTE_S - time.time()), MINUTE_S)
        asyncio.get_running_loop().call_later(ends_in_s, self._gap.set)

    async def state(self) -> str:
        """Return "" if Slack is up, else a sentence that says what is wrong."""
        return self._problem

    async def run(self) -> None:
        """Keep the connection until cancelled."""
        behind, pause_s = True, self._retry_s
        # The socket opens a connection pool when it is created, which commands without a server don't need.
        self._socket = self._new_socket() if self._new_socket else None
        if self._socket:
            self._socket.client.on_message_listeners.append(self._on_socket_message)
        try:
            while True:
                behind = behind or self._gap.is_set()
                self._gap.clear()
                if not await self._heartbeat():
                    behind, pause_s = True, self._retry_s
                elif behind and not await self._caught_up():
                    # Each attempt makes many calls and may keep failing for a long time.
                    pause_s = min(2 * pause_s, self._heartbeat_s)
                else:
                    behind, pause_s = False, self._heartbeat_s
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._gap.wait(), pause_s)
        finally:
            await self._disconnect()

    async def _heartbeat(self) -> bool:
        """Check that Slack answers, and reopen the socket if it is closed. Return whether both work."""
        try:
            await self._slack.call("auth.test")
            if self._socket:
                await self._connect(self._socket)
        except SlackSaidNo as error:
            self._set_problem(f"{judge(error.method, error.error).why} ({error})")
        except SlackFailed as error:
            self._set_problem(f"{error}. Everything else works, and Slack will be updated later.")
        else:
            self._set_problem("")
        return not self._problem

    async def _caught_up(self) -> bool:
        """Return whether catching up worked. Rate limits may delay it for hours, so the heartbeat goes on."""
        try:
            async with background(self._keep_heartbeat()):
                return await self._catch_up()
        except Exception:  # a failure must not end the connection, which tries again
            log.exception("could not catch up with Slack")
            return False

    async def _keep_heartbeat(self) -> None:
        """Check the connection until cancelled. If it fails, events may be missed, so catch up again."""
        while True:
            await asyncio.sleep(self._heartbeat_s)
            if not await self._heartbeat():
                self._gap.set()

    async def _connect(self, socket: AsyncSocketModeHandler) -> None:
        """Open the socket if it is closed, which it may be without notice (bolt-python #1529)."""
        if socket.client.current_session is not None and await socket.client.is_connected():
            return
        try:
            # Each address works once. The handler's own connect would retry after a refusal.
            await asyncio.wait_for(socket.client.connect_to_new_endpoint(), timeout=CLOSE_S)
        except SlackApiError as error:
            raise self._slack.refusal("apps.connections.open", error) from error
        except Exception as error:  # aiohttp and slack_sdk raise many kinds; all mean "not connected"
            raise SlackUnreachable(f"Socket Mode could not connect ({type(error).__name__})") from error

    async def _on_socket_message(self, message: WSMessage) -> None:
        """Catch up after each new session, including those that the SDK opened by itself.

        Slack greets every session with `hello`. Events between two sessions are lost, and so are those that
        Slack sent to a session that was dead on its side only (python-slack-sdk #1701).
        """
        is_short = message.type is WSMsgType.TEXT and len(message.data) < MAX_HELLO
        if is_short and '"hello"' in message.data and json.loads(message.data).get("type") == "hello":
            self._gap.set()

    async def _disconnect(self) -> None:
        if self._socket:
            with suppress(TimeoutError):
                closing = self._socket.close_async()  # type: ignore[no-untyped-call]  # Bolt gives it no types
                await asyncio.wait_for(closing, timeout=CLOSE_S)

    def _set_problem(self, problem: str) -> None:
        if problem != self._problem:
            log.warning("%s", problem) if problem else log.info("connected to Slack")
        self._problem = problem
