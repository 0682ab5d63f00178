"""Limits for request bodies: unauthorized, long, slow and concurrent ones are refused."""

import asyncio
from asyncio import StreamReader, StreamWriter
from typing import Any

import pytest

from bot.config.settings import AlertSecret
from tests.web.doors import SOON_S, Journal, serving

PATIENCE_S = 5.0
BEARER = AlertSecret(bearer="s3cret")


async def sent(port: int | None, *headers: str, body: bytes = b"") -> tuple[StreamReader, StreamWriter]:
    """Announce a body of 900 bytes and send `body` of it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = ("POST /alerts/generic HTTP/1.1", "Host: x", "Content-Length: 900", *headers)
    writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + body)
    await writer.drain()
    return reader, writer


async def response(connection: tuple[StreamReader, StreamWriter], *, whole: bool = False) -> str:
    """Return the first line of the response, or everything until the server disconnects."""
    reader, writer = connection
    try:
        answer = await asyncio.wait_for(reader.read() if whole else reader.readline(), PATIENCE_S)
    finally:
        writer.close()
        await writer.wait_closed()
    return answer.decode()


@pytest.mark.parametrize(
    ("secret", "headers"),
    [
        (BEARER, ()),
        (BEARER, ("Authorization: Bearer wrong",)),
        (BEARER, ("X-Signature-256: sha256=00",)),
        (AlertSecret(secret="key"), ("Authorization: Bearer key",)),
        (None, ("X-Forwarded-For: 203.0.113.9",)),
    ],
    ids=["nothing", "wrong", "signed-for-no-key", "unsigned", "relayed"],
)
async def test_unauthorized_senders_are_refused_before_the_body(
    secret: AlertSecret | None, headers: tuple[str, ...]
) -> None:
    """A 401 is sent before the first byte of the body arrives."""
    secrets: dict[str, Any] = {"generic": secret} if secret else {}
    async with serving(Journal(), **secrets) as client:
        answer = await response(await sent(client.base_url.port, *headers))
    assert answer.startswith("HTTP/1.1 401 ")


async def test_a_slow_body() -> None:
    """A body that takes too long gets a 408, and nothing is saved."""
    journal = Journal()
    async with serving(journal) as client:
        stalled = await sent(client.base_url.port)
        trickling = await sent(client.base_url.port, body=b"{")
        for _ in range(3):
            await asyncio.sleep(SOON_S / 4)
            trickling[1].write(b" ")
        answers = [await response(connection, whole=True) for connection in (stalled, trickling)]
    why = "The body took longer than 0.3 s. Send it again."
    assert [("408", True)] * 2 == [(answer.split()[1], answer.endswith(why)) for answer in answers]
    assert [] == journal.bodies


async def test_the_size_of_all_bodies_is_limited() -> None:
    """Too many concurrent bodies get a 503; a sender that disconnects frees its share."""
    journal = Journal()
    async with serving(journal) as client:
        stalled = await sent(client.base_url.port, body=b" " * 800)
        await asyncio.sleep(SOON_S / 4)
        crowded = await client.post("/alerts/generic", content=b" " * 800)
        small = await client.post("/alerts/generic", content=b" " * 600)
        await response(stalled)
        alone = await client.post("/alerts/generic", content=b" " * 800)
    assert [503, 202, 202] == [answer.status_code for answer in (crowded, small, alone)]
    assert "Too many requests at once. Send it again." == crowded.text
