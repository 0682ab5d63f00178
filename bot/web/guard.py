"""Keeps bodies out that nobody honest sends: too long, too slow or too many ones, and for Slack no UTF-8."""

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
class Room:
    """What bodies may take, in bytes: one of them, and all that are held at a time."""

    one: int
    together: int


#: By how the path begins, so that strangers who write to one take nothing from the others. A storm of 10,000
#: alerts in one notification has 4.5 MB. Of a body there are some five copies while it is worked on.
ROOMS: Mapping[str, Room] = {
    "/alerts/": Room(one=16 * 2**20, together=64 * 2**20),
    "/pages/": Room(one=2**20, together=8 * 2**20),
    "": Room(one=2**20, together=16 * 2**20),
}
#: How long a body may take from its first byte to its last, in seconds: Slack gives up after 3, Alertmanager
#: after 10.
WITHIN_S = 10.0


class BodyLimit:
    """ASGI middleware: lets a body in only as it arrives in time and finds room.

    Answers 413 when it is longer than its path allows, 408 when it takes longer than `within_s` seconds, and
    503, after which senders try again, when the room is full of others.
    """

    def __init__(self, app: ASGIApp, rooms: Mapping[str, Room] = ROOMS, within_s: float = WITHIN_S) -> None:
        self._app = app
        self._rooms = rooms
        self._within_s = within_s
        self._held = dict.fromkeys(rooms, 0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; its body raises HTTPException where it breaks a limit."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        prefix = next(prefix for prefix in self._rooms if scope["path"].startswith(prefix))
        room = self._rooms[prefix]
        if _declared(scope) > room.one:
            await PlainTextResponse(_too_long(room.one), status_code=413)(scope, receive, send)
            return
        until, seen, is_whole = asyncio.get_running_loop().time() + self._within_s, 0, False

        async def counted() -> Message:
            nonlocal seen, is_whole
            if is_whole:  # what comes now is that the sender hangs up, and that may take its time
                return await receive()
            message = await self._in_time(receive, until)
            size = len(message.get("body", b""))
            seen += size
            self._held[prefix] += size
            if seen > room.one:
                raise HTTPException(413, _too_long(room.one))
            if self._held[prefix] > room.together:
                raise HTTPException(503, "Too many bodies are on their way at once; send it again.")
            is_whole = not message.get("more_body", False)
            return message

        try:
            # A sender that hangs up is no error of ours, and hears no answer.
            with suppress(ClientDisconnect):
                await self._app(scope, counted, send)
        finally:
            self._held[prefix] -= seen

    async def _in_time(self, receive: Receive, until: float) -> Message:
        """Return the next piece of a body that may take `until` then, on the loop's clock."""
        try:
            async with asyncio.timeout_at(until):
                return await receive()
        except TimeoutError as error:
            why = f"The body did not arrive whole within {self._within_s:g} s; send it again."
            raise HTTPException(408, why, {"Connection": "close"}) from error


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
