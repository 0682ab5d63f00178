"""A pager that does not behave as one: each try ends in time, and says in words what was wrong."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest
import trustme

from bot.pagers.interface import Request
from bot.pagers.sending import Accepted, Answer, Rejected, RetryLater, send

Serves = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def served(serve: Serves, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """A server on loopback that does as it likes; yields its address."""

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


async def sent(url: str, timeout_s: float = 0.5) -> Answer:
    """What comes of a page, which may never take much longer than its time."""
    async with asyncio.timeout(timeout_s * 4):
        return await send(Request(url=url, body=b"{}"), timeout_s=timeout_s)


def answering(head: str, body: bytes = b"") -> Serves:
    """Serves that answer, and closes."""

    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {head}\r\nConnection: close\r\n\r\n".encode() + body)
        await writer.drain()

    return serve


async def drips(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Say something every now and then, and never come to an end."""
    writer.write(b"HTTP/1.1 202 Accepted\r\n")
    while True:
        writer.write(b"X-Wait: a little\r\n")
        await writer.drain()
        await asyncio.sleep(0.1)


async def floods(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Refuse in words without end."""
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    while True:
        writer.write(b"no " * 30_000)
        await writer.drain()


async def babbles(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Speak no HTTP."""
    writer.write(b"\x00\xffSSH-2.0-OpenSSH_9.6\r\n" * 20)
    await writer.drain()


async def hangs_up(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Close without a word."""


async def test_one_that_drips() -> None:
    """Its time is for the whole answer: a byte now and then does not win it more."""
    async with served(drips) as url:
        assert RetryLater(why="no response within 0.5 s") == await sent(url)


async def test_one_that_repeats_what_it_got() -> None:
    """A key in its refusal is not shown on the card, nor kept."""
    body = b'{"error": "invalid", "routing_key": "0a1b2c3d4e5f60718293a4b5c6d7e8f9"}'
    async with served(answering("400 Bad Request", body)) as url:
        assert Rejected(
            why='it responded with 400: {"error": "invalid", "routing_key": "[redacted]"}'
        ) == await sent(url)


async def test_one_that_floods() -> None:
    """No more is read of a refusal than people are shown."""
    async with served(floods) as url:
        answer = await sent(url)

    assert isinstance(answer, Rejected)
    assert answer.why.startswith("it responded with 400: no no")
    assert len(answer.why) < 250


@pytest.mark.parametrize("serve", [babbles, hangs_up])
async def test_one_that_speaks_no_http(serve: Serves) -> None:
    """It may be starting up behind its proxy: worth another try."""
    async with served(serve) as url:
        answer = await sent(url)

    assert isinstance(answer, RetryLater)
    assert "cannot be reached" in answer.why


async def test_one_that_is_moved() -> None:
    """A page is not carried on to where nobody said it may go: its owner has to write the new address."""
    async with served(answering("302 Found\r\nLocation: https://login.example/")) as url:
        answer = await sent(url)

    assert isinstance(answer, Rejected)
    assert "302" in answer.why


@pytest.mark.parametrize("body", [b"\x1f\x8b\x00 this is no gzip", b"\xff\xfe\x00"])
async def test_an_answer_in_garbage(body: bytes) -> None:
    """What a pager says beside its status changes nothing: it took the page, or it did not."""
    for head, kind in (("202 Accepted", Accepted), ("400 Bad Request", Rejected), ("503 Busy", RetryLater)):
        async with served(answering(f"{head}\r\nContent-Encoding: gzip", body)) as url:
            assert isinstance(await sent(url), kind)


async def test_one_whose_certificate_nobody_knows() -> None:
    """What would be told to whoever answers there is not told; it may be mended, so it is tried again."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)
    async with served(answering("202 Accepted"), tls) as url:
        answer = await sent(url)

    assert isinstance(answer, RetryLater)
    assert "certificate" in answer.why


@pytest.mark.parametrize("key", ["s3cret\nX-More: 1", "s3cret\u00a0"])
async def test_a_key_that_cannot_be_sent(key: str) -> None:
    """Copied with more than belongs to it: the channel is told what to mend, and never the key itself."""
    async with served(answering("202 Accepted")) as url:
        request = Request(url=url, body=b"{}", headers={"Authorization": f"GenieKey {key}"})
        answer = await send(request, timeout_s=0.5)

    assert Rejected(why="its key contains characters that cannot be sent") == answer
