"""Serves a Bolt app that a workspace delivers to over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web.server import serve_app
from bot.workspace import Workspace


@asynccontextmanager
async def serve(bolt: AsyncApp, workspace: Workspace) -> AsyncIterator[None]:
    """Serve `bolt` and set it as the workspace's request URL."""
    handler = AsyncSlackRequestHandler(bolt)

    async def endpoint(request: Request) -> Response:
        return await handler.handle(request)

    async with serve_app(Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])) as url:
        workspace.request_url = f"{url}/slack/events"
        yield
