"""A small real server that behaves like PagerDuty, Opsgenie or the receiver of a webhook."""

import asyncio
import hashlib
import hmac
import json
from collections import deque
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

KEY, SECRET = "routing-key", "shared-secret"


class Exchange:
    """Keeps the open pages. `answers` are its next responses to any requests."""

    def __init__(self) -> None:
        #: The pages by their keys.
        self.ringing: dict[str, dict[str, Any]] = {}
        self.asked: list[dict[str, Any]] = []
        self.answers: deque[int] = deque()
        self.headers: dict[str, str] = {}
        #: Set to end the requests that hang.
        self.hang: asyncio.Event | None = None
        self.asgi = Starlette(
            routes=[
                Route("/v2/enqueue", self._events, methods=["POST"]),
                Route("/v2/alerts", self._alert, methods=["POST"]),
                Route("/v2/alerts/{alias}/close", self._close, methods=["POST"]),
                Route("/hook", self._hook, methods=["POST"]),
            ]
        )

    async def _refusal(self, request: Request) -> Response | None:
        self.asked.append(json.loads(await request.body()))
        if self.hang:
            await self.hang.wait()
        if self.answers:
            return JSONResponse({"message": "as told"}, self.answers.popleft(), self.headers)
        return None

    async def _events(self, request: Request) -> Response:
        """PagerDuty: 400 unless the event is complete, 202 and the key otherwise."""
        if refused := await self._refusal(request):
            return refused
        event, action = self.asked[-1], self.asked[-1].get("event_action")
        payload = event.get("payload", {})
        whole = {"summary", "source", "severity"} <= payload.keys() or action == "resolve"
        severities = {"critical", "error", "warning", "info"}
        sound = action == "resolve" or payload.get("severity") in severities
        if event.get("routing_key") != KEY or not (whole and sound) or len(payload.get("summary", "")) > 1024:
            return JSONResponse({"status": "invalid event", "errors": ["…"]}, 400)
        self._ring(event["dedup_key"], payload if action == "trigger" else None)
        return JSONResponse({"status": "success", "dedup_key": event["dedup_key"]}, 202)

    async def _alert(self, request: Request) -> Response:
        """Opsgenie: 403 for a wrong key, 422 for a field that is too long, 202 otherwise."""
        if refused := await self._refusal(request):
            return refused
        alert = self.asked[-1]
        if request.headers.get("authorization") != f"GenieKey {KEY}":
            return JSONResponse({"message": "Key format is not valid!"}, 403)
        if not 0 < len(alert["message"]) <= 130 or alert["priority"] not in {"P1", "P2", "P3", "P4", "P5"}:
            return JSONResponse({"message": "Request body is not processable."}, 422)
        self._ring(alert["alias"], alert)
        return JSONResponse({"result": "Request will be processed", "requestId": "1"}, 202)

    async def _close(self, request: Request) -> Response:
        if refused := await self._refusal(request):
            return refused
        if request.query_params.get("identifierType") != "alias":
            return JSONResponse({"message": "No such id."}, 404)
        self._ring(request.path_params["alias"], None)
        return JSONResponse({"result": "Request will be processed"}, 202)

    async def _hook(self, request: Request) -> Response:
        """A custom webhook: 401 unless time and body are signed."""
        if refused := await self._refusal(request):
            return refused
        signed = request.headers["x-firstcheck-timestamp"].encode() + b"." + await request.body()
        wanted = "sha256=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
        if request.headers["x-firstcheck-signature"] != wanted:
            return JSONResponse({}, 401)
        latest = self.asked[-1]
        self._ring(latest["key"], latest if latest["action"] == "page" else None)
        return JSONResponse({})

    def _ring(self, key: str, what: dict[str, Any] | None) -> None:
        if what is None:
            self.ringing.pop(key, None)
        else:
            self.ringing[key] = what
