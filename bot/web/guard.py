"""Rejects request bodies that are too large, too slow, too many at once, or (from Slack) not UTF-8."""

import asyncio
import codecs
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass(frozen=True, kw_only=True)
class SizeLimit:
    """The most bytes of one body, and of all bodies that are in memory at a time."""

    one: int
    total: int


#: Limits by the start of the path, so that a flood of requests to one path does not block the others. A
#: notification with 10,000 alerts is 4.5 MB. Processing a body makes about five copies of it.
SIZE_LIMITS: Mapping[str, SizeLimit] = {
    "/alerts/": SizeLimit(one=16 * 2**20, total=64 * 2**20),
    "/pages/": SizeLimit(one=2**20, total=8 * 2**20),
    "": SizeLimit(one=2**20, total=16 * 2**20),
}
#: Seconds a body may take to arrive. Slack gives up after 3, Alertmanager after 10.
BODY_TIMEOUT_S = 10.0


class BodyLimit:
    """ASGI middleware that limits the size and duration of request bodies.

    It answers 413 if a body is longer than its path allows, 408 if it takes longer than `timeout_s` seconds,
    and 503, after which senders retry, if all bodies together exceed their limit.
    """

    def __init__(
        self, app: ASGIApp, limits: Mapping[str, SizeLimit] = SIZE_LIMITS, timeout_s: float = BODY_TIMEOUT_S
    ) -> None:
        self._app = app
        self._limits = limits
        self._timeout_s = timeout_s
        self._held = dict.fromkeys(limits, 0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on. Reading its body raises HTTPException if it exceeds a limit."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        prefix = next(prefix for prefix in self._limits if scope["path"].startswith(prefix))
        limit = self._limits[prefix]
        if _content_length(scope) > limit.one:
            await PlainTextResponse(_too_long(limit.one), status_code=413)(scope, receive, send)
            return
        deadline, received, is_complete = asyncio.get_running_loop().time() + self._timeout_s, 0, False

        async def receive_limited() -> Message:
            nonlocal received, is_complete
            if is_complete:  # the next message is the disconnect, which has no time limit
                return await receive()
            message = await self._receive_in_time(receive, deadline)
            size = len(message.get("body", b""))
            received += size
            self._held[prefix] += size
            if received > limit.one:
                raise HTTPException(413, _too_long(limit.one))
            if self._held[prefix] > limit.total:
                raise HTTPException(503, "Too many requests at once. Send it again.")
            is_complete = not message.get("more_body", False)
            return message

        try:
            # A sender that disconnects needs no response.
            with suppress(ClientDisconnect):
                await self._app(scope, receive_limited, send)
        finally:
            self._held[prefix] -= received

    async def _receive_in_time(self, receive: Receive, deadline: float) -> Message:
        """Return the next piece of a body. Raise HTTPException after `deadline` on the loop's clock."""
        try:
            async with asyncio.timeout_at(deadline):
                return await receive()
        except TimeoutError as error:
            why = f"The body took longer than {self._timeout_s:g} s. Send it again."
            raise HTTPException(408, why, {"Connection": "close"}) from error


class Utf8Body:
    """ASGI middleware that answers 400 to a body that is not UTF-8, on paths that start with `prefix`."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on. Reading its body raises HTTPException at the first invalid byte."""
        if scope["type"] != "http" or not scope["path"].startswith(self._prefix):
            await self._app(scope, receive, send)
            return
        decoder = codecs.getincrementaldecoder("utf-8")()

        async def receive_utf8() -> Message:
            message = await receive()
            try:
                decoder.decode(message.get("body", b""), final=not message.get("more_body", False))
            except UnicodeDecodeError as error:
                raise HTTPException(400, "The body is not UTF-8.") from error
            return message

        await self._app(scope, receive_utf8, send)


def _content_length(scope: Scope) -> int:
    """Return the Content-Length header, or 0 if there is none."""
    length = dict(scope["headers"]).get(b"content-length", b"0")
    return int(length) if length.isdigit() else 0


def _too_long(max_bytes: int) -> str:
    return f"The body is too long: this address accepts at most {max_bytes:,} bytes."
