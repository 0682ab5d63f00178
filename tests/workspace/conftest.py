"""Fixtures: a served workspace, a Slack client and a Bolt app."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.web.server import serve_app
from bot.workspace import Workspace
from tests.workspace.bolt_app import serve


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    """Serve a workspace on a free port, with very short retry delays."""
    workspace = Workspace(retry_delays_s=(0, 0.01, 0.01))
    async with serve_app(workspace.asgi):
        yield workspace


@pytest.fixture
async def client(workspace: Workspace) -> AsyncWebClient:
    """Return the SDK's client with the bot token."""
    return AsyncWebClient(token="xoxb-local", base_url=f"{workspace.url}/api/")


@pytest.fixture
def bolt(client: AsyncWebClient) -> AsyncApp:
    """Return a Bolt app without listeners that is not connected to anything yet."""
    return AsyncApp(client=client, signing_secret="local-signing-secret")


@pytest.fixture
async def app(workspace: Workspace, bolt: AsyncApp) -> AsyncIterator[AsyncApp]:
    """Serve the Bolt app over HTTP and register it with the workspace."""
    async with serve(bolt, workspace):
        yield bolt


async def _error_code(call: Awaitable[Any]) -> str:
    """Return the error code of a Web API call that must fail."""
    with pytest.raises(SlackApiError) as error_info:
        await call
    return str(error_info.value.response["error"])


@pytest.fixture
def get_error_code() -> Callable[[Awaitable[Any]], Awaitable[str]]:
    """Return a function that makes a call and returns its error code."""
    return _error_code
