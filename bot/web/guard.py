"""Keeps bodies out that nobody honest sends: too long ones, and for Slack ones that are no UTF-8."""

import codecs
from collections.abc import Mapping
from contextlib import suppress

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Longest body in bytes by how the path begins. A storm of 10,000 alerts in one notification has 4.5 MB.
MOST_BYTES: Mapping[str, int] = {"/alerts/": 16 * 2**20, "": 2**20}


class BodyLimit:
    """ASGI middleware: answers 413 to a body that is longer than its path allows, counted as it arrives."""

    def __init__(self, app: ASGIApp, most_bytes: Mapping[str, int] = MOST_BYTES) -> None:
        self._app = app
        self._most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; its body raises HTTPException where it grows too long."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = next(most for prefix, most in self._most_bytes.items() if scope["path"].startswith(prefix))
        if _declared(scope) > most:
            await PlainTextResponse(_too_long(most), status_code=413)(scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > most:
                raise HTTPException(413, _too_long(most))
            return message

        with suppress(ClientDisconnect):  # a sender that hangs up is no error of ours, and hears no answer
            await self._app(scope, counted, send)


class Utf8Body:
    """ASGI middleware: answers 400 to a body that is no UTF-8, on the paths that begin with `prefix`."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; its body raises HTTPException at the first byte that is wrong."""
        if scope["type"] != "http" or not scope["path"].startswith(self._prefix):
            await self._app(scope, receive, send)
            return
        decoder = codecs.getincrementaldecoder("utf-8")()

        async def decodable() -> Message:
            message = await receive()
            try:
                decoder.decode(message.get("body", b""), final=not message.get("more_body", False))
            except UnicodeDecodeError as error:
                raise HTTPException(400, "The body is not UTF-8.") from error
            return message

        await self._app(scope, decodable, send)


def _declared(scope: Scope) -> int:
    """Return the length the sender announced, 0 when it did not."""
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


def _too_long(most: int) -> str:
    """Say what would be accepted."""
    return f"The body is longer than the {most:,} bytes this address takes."
