"""Serving an application in the running loop."""

import asyncio
import resource
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import aiohttp
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from bot.web.server import MIN_OPEN_FILES, SPARE_FILES, PortTaken, allow_many_files, serve_app
from tests.ports import own_port


async def hello(_request: Request) -> Response:
    """Respond with a short text."""
    return PlainTextResponse("hello")


async def endless(_request: Request) -> Response:
    """Stream forever, as server-sent events do."""

    async def lines() -> AsyncIterator[str]:
        while True:
            yield ": still here\n\n"
            await asyncio.sleep(0.01)

    return StreamingResponse(lines())


async def silent(socket: WebSocket) -> None:
    """Accept a WebSocket and wait."""
    await socket.accept()
    await socket.receive()


APP = Starlette(routes=[Route("/", hello), Route("/endless", endless), WebSocketRoute("/silent", silent)])


async def test_serving_on_a_free_port() -> None:
    """Port 0 picks a free port, and app.state.url is the URL."""
    async with serve_app(APP) as url, aiohttp.ClientSession() as session, session.get(url) as answer:
        text = await answer.text()

    assert ("hello", url) == (text, APP.state.url)


async def test_a_port_in_use() -> None:
    """The error for a port in use names the port and says what to do."""
    async with serve_app(APP) as url:
        port = int(url.rpartition(":")[2])
        with pytest.raises(PortTaken) as refused:
            async with serve_app(APP, port=port):
                pass

    assert (
        f"Another program uses port {port} on 127.0.0.1. "
        "Stop that program or choose another port (--port for the demo, PORT for serve; 0 picks a free one)."
        == str(refused.value)
    )


async def test_the_port_is_free_again_afterwards() -> None:
    """After the server is closed, the same port can be served at once."""
    port = own_port()
    async with serve_app(APP, port=port) as url:
        pass
    async with serve_app(APP, port=port) as again:
        pass

    assert url == again


async def test_open_streams_do_not_delay_closing() -> None:
    """Open streams and idle WebSockets end with the server, in about a second."""
    async with aiohttp.ClientSession() as session:
        async with serve_app(APP) as url:
            stream = await session.get(f"{url}/endless")
            socket = await session.ws_connect(f"{url}/silent")
            closing_at = time.monotonic()
        took_s = time.monotonic() - closing_at
        stream.close()
        await socket.close()

    assert took_s < 2


SOON_S = 0.3
STARTS = {
    "nothing": b"",
    "half a head": b"GET / HTTP/1.1\r\nHost:",
    "no body after its answer": b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{",
}


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
async def test_an_idle_connection_is_closed(start: bytes) -> None:
    """A connection without a complete request is closed in time, even if bytes trickle in."""
    async with serve_app(APP, idle_timeout_s=SOON_S) as url:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        writer.write(start)
        began = time.monotonic()
        with suppress(ConnectionError):
            while not reader.at_eof() and time.monotonic() < began + 5:
                writer.write(b"x" if start else b"")
                with suppress(TimeoutError):
                    await asyncio.wait_for(reader.read(1000), SOON_S / 4)
        took_s = time.monotonic() - began
        writer.close()

    assert took_s < 2


async def test_active_connections_are_not_closed() -> None:
    """Long responses, WebSockets and reused connections may last longer than the idle timeout."""
    async with (
        serve_app(APP, idle_timeout_s=SOON_S) as url,
        aiohttp.ClientSession() as session,
        session.get(f"{url}/endless") as stream,
        session.ws_connect(f"{url}/silent") as socket,
    ):
        texts = []
        for _ in range(3):
            async with session.get(url) as answer:
                texts.append(await answer.text())
            await asyncio.sleep(SOON_S / 2)
        stays = await stream.content.readline()
        await socket.ping()

    assert (["hello"] * 3, b": still here\n") == (texts, stays)


async def test_a_failing_lifespan_raises() -> None:
    """If the application cannot start, an error is raised and the process does not exit."""

    @asynccontextmanager
    async def failing(_app: Starlette) -> AsyncIterator[None]:
        raise ValueError("no database")
        yield

    with pytest.raises(RuntimeError, match="did not start"):
        async with serve_app(Starlette(lifespan=failing)):
            pass


def test_a_server_may_open_many_files() -> None:
    """The limit of open files is raised as far as allowed, and never lowered."""
    usual = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        for files, expected in ((1024, min(MIN_OPEN_FILES, usual[1])), (usual[1], usual[1])):
            resource.setrlimit(resource.RLIMIT_NOFILE, (files, usual[1]))
            allow_many_files()
            assert resource.getrlimit(resource.RLIMIT_NOFILE) == (expected, usual[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, usual)


async def test_idle_connections_do_not_take_the_last_files() -> None:
    """Connections above the limit are closed, and later requests are still answered."""
    usual = resource.getrlimit(resource.RLIMIT_NOFILE)
    async with serve_app(APP, idle_timeout_s=0.5) as url:
        host, port = url.removeprefix("http://").split(":")
        resource.setrlimit(resource.RLIMIT_NOFILE, (SPARE_FILES + 5, usual[1]))
        try:
            strangers = [await asyncio.open_connection(host, int(port)) for _ in range(20)]
            ended = await asyncio.wait_for(
                asyncio.gather(*(reader.read() for reader, _ in strangers[5:])), 0.4
            )
            await asyncio.sleep(0.6)  # the other connections have timed out too
            async with aiohttp.ClientSession() as session, session.get(url) as answer:
                text = await answer.text()
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, usual)
            for _, stranger in strangers:
                stranger.close()

    assert ([b""] * 15, "hello") == (ended, text)
