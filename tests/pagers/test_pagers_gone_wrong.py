"""Pagers that misbehave: each attempt ends in time with a sentence about the problem."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest
import trustme

from bot.engine.outbox import Done, GiveUp, Result, TryLater
from bot.pagers.http_request import send
from bot.pagers.interface import Request

Serves = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def served(serve: Serves, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Run a server on loopback with this behavior; yields its address."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.CancelledError):
            await reader.readuntil(b"\r\n\r\n")
            await serve(reader, writer)
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    try:
        yield f"http{'s' if tls else ''}://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    finally:
        server.close()


async def sent(url: str, timeout_s: float = 0.5) -> Result:
    """Return the outcome of a page. Fail if it takes much longer than its timeout."""
    async with asyncio.timeout(timeout_s * 4):
        return await send(Request(url=url, body=b"{}"), timeout_s=timeout_s)


def answering(head: str, body: bytes = b"") -> Serves:
    """Return a behavior that sends this response and closes."""

    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {head}\r\nConnection: close\r\n\r\n".encode() + body)
        await writer.drain()

    return serve


async def drips(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send single bytes at intervals, forever."""
    writer.write(b"HTTP/1.1 202 Accepted\r\n")
    while True:
        writer.write(b"X-Wait: a little\r\n")
        await writer.drain()
        await asyncio.sleep(0.1)


async def floods(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send an error response that never ends."""
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    while True:
        writer.write(b"no " * 30_000)
        await writer.drain()


async def babbles(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send something that is not HTTP."""
    writer.write(b"\x00\xffSSH-2.0-OpenSSH_9.6\r\n" * 20)
    await writer.drain()


async def hangs_up(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Close without a response."""


async def test_a_slow_response() -> None:
    """The timeout is for the whole response, even if bytes trickle in."""
    async with served(drips) as url:
        assert TryLater(why="no response within 0.5 s") == await sent(url)


async def test_an_error_that_echoes_the_key() -> None:
    """A key that the pager echoes in its error is redacted."""
    body = b'{"error": "invalid", "routing_key": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"}'
    async with served(answering("400 Bad Request", body)) as url:
        assert GiveUp(
            why='it responded with 400: {"error": "invalid", "routing_key": "[redacted]"}'
        ) == await sent(url)


async def test_an_endless_error() -> None:
    """Only as much of an error response is read as is shown."""
    async with served(floods) as url:
        answer = await sent(url)

    assert isinstance(answer, GiveUp)
    assert answer.why.startswith("it responded with 400: no no")
    assert len(answer.why) < 250


@pytest.mark.parametrize("serve", [babbles, hangs_up])
async def test_a_response_that_is_not_http(serve: Serves) -> None:
    """A response that is not HTTP is retried, because the pager may be starting."""
    async with served(serve) as url:
        answer = await sent(url)

    assert isinstance(answer, TryLater)
    assert "cannot be reached" in answer.why


async def test_a_redirect() -> None:
    """A page does not follow a redirect; the configured address must be changed."""
    async with served(answering("302 Found\r\nLocation: https://login.example/")) as url:
        answer = await sent(url)

    assert isinstance(answer, GiveUp)
    assert "302" in answer.why


@pytest.mark.parametrize("body", [b"\x1f\x8b\x00 this is no gzip", b"\xff\xfe\x00"])
async def test_a_garbled_body(body: bytes) -> None:
    """Only the status of a response counts, whatever its body contains."""
    for head, kind in (("202 Accepted", Done), ("400 Bad Request", GiveUp), ("503 Busy", TryLater)):
        async with served(answering(f"{head}\r\nContent-Encoding: gzip", body)) as url:
            assert isinstance(await sent(url), kind)


async def test_an_unknown_certificate() -> None:
    """Nothing is sent to a server with an unknown certificate, and the page is retried."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)
    async with served(answering("202 Accepted"), tls) as url:
        answer = await sent(url)

    assert isinstance(answer, TryLater)
    assert "certificate" in answer.why


@pytest.mark.parametrize("key", ["s3cret\nX-More: 1", "s3cret\u00a0"])
async def test_a_key_that_cannot_be_sent(key: str) -> None:
    """A key with invalid characters is reported without the key itself."""
    async with served(answering("202 Accepted")) as url:
        request = Request(url=url, body=b"{}", headers={"Authorization": f"GenieKey {key}"})
        answer = await send(request, timeout_s=0.5)

    assert GiveUp(why="its key contains characters that cannot be sent") == answer
