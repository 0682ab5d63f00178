"""Serves an ASGI application in the running event loop and closes it cleanly."""

import asyncio
import errno
import logging
import resource
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.engine.background import background

log = logging.getLogger("firstcheck.listening")

GRACE_S = 1  # seconds that open requests may delay closing; server-sent events never end by themselves
POLL_S = 0.005  # seconds between checks for open connections on shutdown
IDLE_TIMEOUT_S = 10.0  # seconds a connection may stay open without a complete request
#: File descriptors reserved for the database and outgoing calls. If connections took the last one, asyncio
#: would retry `accept` in a busy loop.
SPARE_FILES = 100
#: In a test, Alertmanager opened 9,583 connections at once. macOS does not allow a higher limit than this.
MIN_OPEN_FILES = 10_240


class PortTaken(OSError):
    """Another program uses the port."""


class IdleTimeoutProtocol(H11Protocol):
    """A connection that is closed after `idle_timeout_s` seconds without a complete request.

    uvicorn itself waits forever for the rest of a request's head, and for a body that was answered before it
    arrived. Between requests, uvicorn's keep-alive of 5 s applies.
    """

    idle_timeout_s = IDLE_TIMEOUT_S
    _timeout: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn narrows the type too
        """Start the timeout. If too many connections are open, close this one."""
        super().connection_made(transport)
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        if files != resource.RLIM_INFINITY and len(self.connections) > max(1, files - SPARE_FILES):
            transport.abort()
        self._update_timeout()

    def data_received(self, data: bytes) -> None:
        """Handle data, which may complete a request or turn the connection into a WebSocket."""
        super().data_received(data)
        self._update_timeout()

    def on_response_complete(self) -> None:
        """Start the timeout for the next request."""
        super().on_response_complete()
        self._update_timeout()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timeout."""
        super().connection_lost(exc)
        self._stop_timeout()

    def _update_timeout(self) -> None:
        """Start the timeout if no request is being answered, and stop it otherwise."""
        is_answering = self.cycle is not None and not self.cycle.response_complete
        if is_answering or self.transport.is_closing() or self.transport.get_protocol() is not self:
            self._stop_timeout()
        elif self._timeout is None:
            self._timeout = self.loop.call_later(self.idle_timeout_s, self.transport.abort)

    def _stop_timeout(self) -> None:
        if self._timeout is not None:
            self._timeout.cancel()
            self._timeout = None


class PromptServer(uvicorn.Server):
    """A server that closes as soon as its last connection has; uvicorn's own takes at least 0.1 s."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop accepting connections and finish the open requests, cancelling those that take too long."""
        for server in self.servers:
            server.close()
        for listener in sockets or ():
            listener.close()
        state = self.server_state
        for connection in tuple(state.connections):
            connection.shutdown()
        try:
            async with asyncio.timeout(self.config.timeout_graceful_shutdown):
                while state.connections or state.tasks:  # noqa: ASYNC110 - uvicorn sets no event
                    await asyncio.sleep(POLL_S)
                for server in self.servers:
                    await server.wait_closed()
        except TimeoutError:
            log.warning("Cancelled %d requests that were still open while closing", len(state.tasks))
            for task in state.tasks:
                task.cancel()
        await self.lifespan.shutdown()


def allow_many_files() -> None:
    """Raise the limit of open files to MIN_OPEN_FILES, if allowed. The usual 1024 is for select()."""
    files, maximum = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = MIN_OPEN_FILES if maximum == resource.RLIM_INFINITY else min(MIN_OPEN_FILES, maximum)
    if files != resource.RLIM_INFINITY and files < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, maximum))


def _bound(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raise PortTaken if another program uses the port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sets TCP_NODELAY only if the protocol is explicit. Without it each response takes 40 ms longer.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        if error.errno != errno.EADDRINUSE:
            raise
        raise PortTaken(
            f"Another program uses port {port} on {host}. Stop that program or choose another port"
            " (--port for the demo, PORT for serve; 0 picks a free one)."
        ) from error
    return listener


def _config(app: ASGIApp, idle_timeout_s: float) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        # uvicorn creates a protocol per connection, and only its class can carry our timeout.
        http=type("Protocol", (IdleTimeoutProtocol,), {"idle_timeout_s": idle_timeout_s}),
        ws="websockets-sansio",  # the other websockets backend is deprecated and warns
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=GRACE_S,
    )


@asynccontextmanager
async def serve_app(
    app: ASGIApp, host: str = "127.0.0.1", port: int = 0, *, idle_timeout_s: float = IDLE_TIMEOUT_S
) -> AsyncIterator[str]:
    """Serve `app` until the block ends. Yield its base URL, such as `http://127.0.0.1:8080`.

    Port 0 picks a free one. A connection without a complete request is closed after `idle_timeout_s` seconds.
    A Starlette application finds its URL in `app.state.url`, and in `app.state.closing` an asyncio.Event that
    is set when its endless responses should end.
    Raise PortTaken if another program uses the port, and RuntimeError if the application's lifespan fails.
    """
    listener = _bound(host, port)
    host_in_url = f"[{host}]" if ":" in host else host
    url = f"http://{host_in_url}:{listener.getsockname()[1]}"
    closing = asyncio.Event()
    if isinstance(app, Starlette):
        app.state.url = url
        app.state.closing = closing
    config = _config(app, idle_timeout_s)
    config.load()
    server = PromptServer(config)
    server.lifespan = config.lifespan_class(config)
    try:
        await server.startup(sockets=[listener])
    except SystemExit as error:  # uvicorn exits the process if the lifespan fails
        listener.close()
        raise RuntimeError(
            "The application did not start because its lifespan failed. See the log."
        ) from error
    # uvicorn's own `serve` installs signal handlers, which the caller does itself.
    try:
        async with background(server.main_loop()):
            yield url
    finally:
        closing.set()
        await server.shutdown(sockets=[listener])
