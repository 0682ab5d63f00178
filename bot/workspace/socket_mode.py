"""Socket Mode: payloads go out over websockets the app opened, and are acknowledged by envelope id."""

import asyncio
import itertools
import json
import secrets
import uuid
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.workspace.people import APP_ID
from bot.workspace.state import Json

MOST_SOCKETS = 10


class Sockets:
    """The open sockets of the app: each payload goes to any one of them."""

    def __init__(self) -> None:
        self._tickets: set[str] = set()
        self._open: list[WebSocket] = []
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self._turn = itertools.count()
        self._opened = asyncio.Event()

    @property
    def are_open(self) -> bool:
        """Whether the app listens on at least one socket."""
        return bool(self._open)

    async def opened(self) -> None:
        """Return once the app listens on a socket."""
        await self._opened.wait()

    def ticket(self) -> str:
        """Return what apps.connections.open puts in its URL: good for one connection."""
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, socket: WebSocket) -> None:
        """Keep one socket: say hello, then take in acknowledgements until it closes."""
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._tickets or len(self._open) >= MOST_SOCKETS:
            await socket.close(code=1008)
            return
        self._tickets.remove(ticket)
        await socket.accept()
        self._open.append(socket)
        self._opened.set()
        try:
            await socket.send_text(json.dumps(self._hello()))
            while True:
                self._take(await socket.receive_text())
        except WebSocketDisconnect:
            pass
        finally:
            if socket in self._open:
                self._open.remove(socket)
            if not self._open:
                self._opened.clear()

    def _hello(self) -> Json:
        """The first words on a new socket."""
        debug_info = {"host": "local", "build_number": 1, "approximate_connection_time": 3600}
        return {
            "type": "hello",
            "num_connections": len(self._open),
            "connection_info": {"app_id": APP_ID},
            "debug_info": debug_info,
        }

    def _take(self, text: str) -> None:
        """Match an acknowledgement to the payload that waits for it; one that comes late is dropped."""
        acknowledgement = json.loads(text)
        waiting = self._waiting.get(acknowledgement.get("envelope_id", ""))
        if waiting is not None and not waiting.done():
            waiting.set_result(acknowledgement)

    async def send(
        self, kind: str, payload: Json, retry: dict[str, Any] | None, within_s: float
    ) -> tuple[int | None, bytes, str | None]:
        """Send one envelope and wait for its acknowledgement: (status, answer body, why it failed)."""
        socket = self._open[next(self._turn) % len(self._open)]
        envelope_id = str(uuid.uuid4())
        envelope = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope["retry_attempt"] = retry["num"] if retry else 0
            envelope["retry_reason"] = str(retry["reason"]).removeprefix("http_") if retry else ""
        self._waiting[envelope_id] = asyncio.get_running_loop().create_future()
        try:
            await socket.send_text(json.dumps(envelope))
            acknowledgement = await asyncio.wait_for(self._waiting[envelope_id], within_s)
        except TimeoutError:
            return None, b"", "http_timeout"
        except (WebSocketDisconnect, RuntimeError):  # Starlette's words for a socket that closed meanwhile
            return None, b"", "connection_failed"
        finally:
            del self._waiting[envelope_id]
        answer = acknowledgement.get("payload")
        return 200, json.dumps(answer).encode() if answer else b"", None

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Send every socket away with a reason; after a `warning` it stays open a while."""
        leaving = tuple(self._open)
        goodbye = json.dumps({"type": "disconnect", "reason": reason, "debug_info": {"host": "local"}})
        if reason != "warning":
            self._open.clear()
            self._opened.clear()
        for socket in leaving:
            await socket.send_text(goodbye)
            if reason != "warning":
                await socket.close()
