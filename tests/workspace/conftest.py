"""A workspace that is being served, and an app made with Bolt that lives in it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.listening import listening
from bot.workspace import Workspace


@dataclass
class Heard:
    """What an app was given, in the order it came."""

    events: list[dict[str, Any]] = field(default_factory=list)
    retries: list[str | None] = field(default_factory=list)


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    """A workspace on a free port, in which nothing waits long to be retried."""
    local = Workspace(retry_delays_s=(0, 0.01, 0.01))
    async with listening(local.asgi):
        yield local


@pytest.fixture
async def client(workspace: Workspace) -> AsyncWebClient:
    """The SDK's client with the bot's token."""
    return AsyncWebClient(token="xoxb-local", base_url=f"{workspace.url}/api/")


@pytest.fixture
def bolt(client: AsyncWebClient) -> AsyncApp:
    """A Bolt app without listeners; the test adds its own."""
    return AsyncApp(
        client=client, signing_secret="local-signing-secret", raise_error_for_unhandled_request=False
    )


@pytest.fixture
async def attached(workspace: Workspace, bolt: AsyncApp) -> AsyncIterator[AsyncApp]:
    """The Bolt app, served over HTTP and known to the workspace."""
    handler = AsyncSlackRequestHandler(bolt)

    async def endpoint(request: Request) -> Response:
        return await handler.handle(request)

    async with listening(Starlette(routes=[Route("/slack/events", endpoint, methods=["POST"])])) as url:
        workspace.request_url = f"{url}/slack/events"
        yield bolt
