"""Serves an ASGI application in the running event loop and closes it cleanly."""

import asyncio
import contextlib
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

log = logging.getLogger("firstcheck.listening")

GRACE_S = 1  # how long open requests (server-sent events never end by themselves) may hold up closing
POLL_S = 0.005  # how often a closing server looks whether its connections have ended
IDLE_TIMEOUT_S = 10.0  # how long a connection may stay without a request to answer
#: Files for the database and for calls of our own. Connections may not take the last ones: asyncio would then
#: try to accept without a pause.
SPARE_FILES = 100
#: Alertmanager was seen to open 9,583 connections at once; more than this macOS gives to nobody.
MIN_OPEN_FILES = 10_240


class PortTaken(OSError):
    """Another program listens on the port we were told to use."""


class IdleTimeoutProtocol(H11Protocol):
    """One connection; it ends when there is nothing to answer on it for `patience_s` seconds.

    uvicorn itself waits for ever for the rest of a request's head, and of a body that was answered before it
    came; what came of one it throws away. An idle connection ends after uvicorn's 5 s of keep-alive.
    """

    patience_s = IDLE_TIMEOUT_S
    _ending: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn narrows the type too
        """Begin to wait for a request; one connection too many ends at once."""
        super().connection_made(transport)
        files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        if files != resource.RLIM_INFINITY and len(self.connections) > max(1, files - SPARE_FILES):
            transport.abort()
        self._look()

    def data_received(self, data: bytes) -> None:
        """Take what came in: it may have made a request whole, or a WebSocket of the connection."""
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        super().on_response_complete()
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        super().connection_lost(exc)
        self._wait_no_more()

    def _look(self) -> None:
        """Start the clock when there is nothing to answer, and stop it when there is."""
        is_answering = self.cycle is not None and not self.cycle.response_complete
        if is_answering or self.transport.is_closing() or self.transport.get_protocol() is not self:
            self._wait_no_more()
        elif self._ending is None:
            self._ending = self.loop.call_later(self.patience_s, self.transport.abort)

    def _wait_no_more(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None


class PromptServer(uvicorn.Server):
    """A server that has closed once its last connection has; uvicorn's own always takes 0.1 s or more."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop accepting connections and finish the open requests, cancelling those that take too long."""
        for server in self.servers:
            server.close()
        for listener in sockets or ():
            listener.close()
        open_now = self.server_state
        for connection in tuple(open_now.connections):
            connection.shutdown()
        try:
            async with asyncio.timeout(self.config.timeout_graceful_shutdown):
                while open_now.connections or open_now.tasks:  # noqa: ASYNC110 - uvicorn sets no event
                    await asyncio.sleep(POLL_S)
                for server in self.servers:
                    await server.wait_closed()
        except TimeoutError:
            log.warning("Cancelled %d requests that were still open while closing", len(open_now.tasks))
            for task in open_now.tasks:
                task.cancel()
        await self.lifespan.shutdown()


def allow_many_files() -> None:
    """Raise the limit of open files to MANY_FILES, as far as it may be: the usual 1024 are for select()."""
    files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MIN_OPEN_FILES if most == resource.RLIM_INFINITY else min(MIN_OPEN_FILES, most)
    if files != resource.RLIM_INFINITY and files < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _bound(host: str, port: int) -> socket.socket:
    """Return a listening socket, or say in a sentence that the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sets TCP_NODELAY only where the protocol is spelled out; without it each answer waits 40 ms.
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
            f"Port {port} on {host} is taken by another program. Stop that program or choose another port"
            " (--port of the demo, PORT for serve; 0 takes a free one)."
        ) from error
    return listener


def _config(app: ASGIApp, patience_s: float) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        # uvicorn makes a protocol for each connection, and hands it nothing of ours but its class.
        http=type("Prompt", (IdleTimeoutProtocol,), {"patience_s": patience_s}),
        ws="websockets-sansio",  # the other websockets backend warns that it is deprecated
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=GRACE_S,
    )


@asynccontextmanager
async def serve_app(
    app: ASGIApp, host: str = "127.0.0.1", port: int = 0, *, patience_s: float = IDLE_TIMEOUT_S
) -> AsyncIterator[str]:
    """Serve `app` until the block ends; yields its base URL, such as `http://127.0.0.1:8080`.

    Port 0 picks a free one; a connection without a request to answer ends after `patience_s` seconds.
    A Starlette application finds its address in `app.state.url`, and in `app.state.closing` an
    asyncio.Event that is set when its endless answers should end.
    Raises PortTaken when another program has the port, RuntimeError when the application's lifespan fails.
    """
    listener = _bound(host, port)
    shown_host = f"[{host}]" if ":" in host else host
    url = f"http://{shown_host}:{listener.getsockname()[1]}"
    closing = asyncio.Event()
    if isinstance(app, Starlette):
        app.state.url = url
        app.state.closing = closing
    config = _config(app, patience_s)
    config.load()
    server = PromptServer(config)
    server.lifespan = config.lifespan_class(config)
    try:
        await server.startup(sockets=[listener])
    except SystemExit as error:  # uvicorn is a program first; we are a library
        listener.close()
        raise RuntimeError("The application did not start: its lifespan failed, see the log.") from error
    # Signals belong to whoever composed the program, so uvicorn's own `serve` (which takes them) is not used.
    ticking = asyncio.create_task(server.main_loop())
    try:
        yield url
    finally:
        closing.set()
        ticking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await ticking
        await server.shutdown(sockets=[listener])
