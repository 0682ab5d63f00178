"""What a stranger sends takes no room: who may not send is told so before a byte of the body is read."""

import asyncio

import pytest

from bot.config import AlertSecret
from tests.web.doors import Journal, serving

PATIENCE_S = 2.0
BEARER = AlertSecret(bearer="s3cret")


async def heard(port: int | None, *headers: str) -> bytes:
    """Announce a body, send nothing of it, and return the first line of what is answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = ("POST /alerts/generic HTTP/1.1", "Host: x", "Content-Length: 500", *headers)
    writer.write("\r\n".join(head).encode() + b"\r\n\r\n")
    try:
        return await asyncio.wait_for(reader.readline(), PATIENCE_S)
    finally:
        writer.close()
        await writer.wait_closed()


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
async def test_who_may_not_send_is_refused_before_the_body(
    secret: AlertSecret | None, headers: tuple[str, ...]
) -> None:
    """401 with not one byte of the body sent."""
    async with serving(Journal(), **({"generic": secret} if secret else {})) as client:
        answer = await heard(client.base_url.port, *headers)
    assert answer.startswith(b"HTTP/1.1 401 ")
