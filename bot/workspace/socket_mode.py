"""Socket Mode: payloads are sent over websockets that the app opened, and acknowledged by envelope id."""

import asyncio
import itertools
import json
import secrets
import uuid
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.workspace.people import APP_ID
from bot.workspace.state import Json

MAX_SOCKETS = 10


class Sockets:
    """The app's open sockets. Each payload is sent over one of them."""

    def __init__(self) -> None:
        self._tickets: set[str] = set()
        self._open: list[WebSocket] = []
        self._pending: dict[str, asyncio.Future[Json]] = {}
        self._round_robin = itertools.count()
        self._opened = asyncio.Event()

    @property
    def are_open(self) -> bool:
        """Whether the app has at least one open socket."""
        return bool(self._open)

    async def wait_until_open(self) -> None:
        """Wait until the app has an open socket."""
        await self._opened.wait()

    def issue_ticket(self) -> str:
        """Return a ticket for the URL of apps.connections.open. It is valid for one connection."""
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, socket: WebSocket) -> None:
        """Serve one socket: send hello, then read acknowledgements until it closes."""
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._tickets or len(self._open) >= MAX_SOCKETS:
            await socket.close(code=1008)
            return
        self._tickets.remove(ticket)
        await socket.accept()
        self._open.append(socket)
        self._opened.set()
        try:
            await socket.send_text(json.dumps(self._build_hello()))
            while True:
                self._handle_acknowledgement(await socket.receive_text())
        except WebSocketDisconnect:
            pass
        finally:
            if socket in self._open:
                self._open.remove(socket)
            if not self._open:
                self._opened.clear()

    def _build_hello(self) -> Json:
        """Return the first message on a new socket."""
        debug_info = {"host": "local", "build_number": 1, "approximate_connection_time": 3600}
        return {
            "type": "hello",
            "num_connections": len(self._open),
            "connection_info": {"app_id": APP_ID},
            "debug_info": debug_info,
        }

    def _handle_acknowledgement(self, text: str) -> None:
        """Match an acknowledgement with the payload that waits for it. Late ones are ignored."""
        acknowledgement = json.loads(text)
        pending = self._pending.get(acknowledgement.get("envelope_id", ""))
        if pending is not None and not pending.done():
            pending.set_result(acknowledgement)

    async def send(
        self, kind: str, payload: Json, retry: dict[str, Any] | None, timeout_s: float
    ) -> tuple[int | None, bytes, str | None]:
        """Send an envelope and wait for its acknowledgement.

        Return the status, the response body and the reason of a failure.
        """
        socket = self._open[next(self._round_robin) % len(self._open)]
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
        self._pending[envelope_id] = asyncio.get_running_loop().create_future()
        try:
            await socket.send_text(json.dumps(envelope))
            acknowledgement = await asyncio.wait_for(self._pending[envelope_id], timeout_s)
        except TimeoutError:
            return None, b"", "http_timeout"
        except (WebSocketDisconnect, RuntimeError):  # raised by Starlette if the socket has closed
            return None, b"", "connection_failed"
        finally:
            del self._pending[envelope_id]
        answer = acknowledgement.get("payload")
        return 200, json.dumps(answer).encode() if answer else b"", None

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Ask the app to reconnect, then close every socket. After a `warning` the sockets stay open."""
        sockets = tuple(self._open)
        disconnect_message = json.dumps(
            {"type": "disconnect", "reason": reason, "debug_info": {"host": "local"}}
        )
        if reason != "warning":
            self._open.clear()
            self._opened.clear()
        for socket in sockets:
            await socket.send_text(disconnect_message)
            if reason != "warning":
                await socket.close()
