"""Serves an ASGI application in the running event loop and closes it cleanly."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

GRACE_S = 1  # how long open requests (server-sent events never end by themselves) may hold up closing


class PortTaken(OSError):
    """Another program listens on the port we were told to use."""


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
            f"Port {port} on {host} is taken by another program. Stop that program or choose another port."
        ) from error
    return listener


@asynccontextmanager
async def listening(app: ASGIApp, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve `app` until the block ends; yields its base URL, such as `http://127.0.0.1:8080`.

    Port 0 picks a free one. A Starlette application finds its address in `app.state.url`, and
    in `app.state.closing` an asyncio.Event that is set when its endless answers should end.
    Raises PortTaken when another program has the port, RuntimeError when the application's lifespan fails.
    """
    listener = _bound(host, port)
    shown_host = f"[{host}]" if ":" in host else host
    url = f"http://{shown_host}:{listener.getsockname()[1]}"
    closing = asyncio.Event()
    if isinstance(app, Starlette):
        app.state.url = url
        app.state.closing = closing
    config = uvicorn.Config(
        app,
        ws="websockets-sansio",  # the other websockets backend warns that it is deprecated
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=GRACE_S,
    )
    config.load()
    server = uvicorn.Server(config)
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
