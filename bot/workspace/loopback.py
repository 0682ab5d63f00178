"""Rejects requests from other websites, which could otherwise use the workspace through a browser."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")


def is_local_request(headers: Headers) -> bool:
    """Return whether a request is addressed to a loopback name and comes from no other origin.

    Checking the host name keeps out DNS rebinding.
    """
    host = headers.get("host", "")
    origin = headers.get("origin")
    return urlsplit(f"//{host}").hostname in LOOPBACK_HOSTS and (
        origin is None or urlsplit(origin).netloc == host
    )


class LoopbackOnly:
    """ASGI middleware that rejects requests from other websites before the application reads them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass local requests on and answer all others with 403."""
        if scope["type"] == "lifespan" or is_local_request(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        await JSONResponse({"ok": False, "error": "foreign_origin"}, 403)(scope, receive, send)
