"""Keeps the workspace to this machine: no other website may drive it through somebody's browser."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def is_ours(headers: Headers) -> bool:
    """Whether a request is addressed to this machine (not to a name rebound to it), by no other site."""
    host = headers.get("host", "")
    origin = headers.get("origin")
    return urlsplit(f"//{host}").hostname in LOOPBACK and (origin is None or urlsplit(origin).netloc == host)


class OnlyFromHere:
    """Turns away what a foreign page sends, before anything reads it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass our own requests on; others get 403."""
        if scope["type"] == "lifespan" or is_ours(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        await JSONResponse({"ok": False, "error": "foreign_origin"}, 403)(scope, receive, send)
