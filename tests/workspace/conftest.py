"""A workspace that is being served, and an app made with Bolt that lives in it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.web.server import serve_app
from bot.workspace import Workspace
from tests.workspace.bolt import served


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    """A workspace on a free port, in which nothing waits long to be retried."""
    local = Workspace(retry_delays_s=(0, 0.01, 0.01))
    async with serve_app(local.asgi):
        yield local


@pytest.fixture
async def client(workspace: Workspace) -> AsyncWebClient:
    """The SDK's client with the bot's token."""
    return AsyncWebClient(token="xoxb-local", base_url=f"{workspace.url}/api/")


@pytest.fixture
def bolt(client: AsyncWebClient) -> AsyncApp:
    """A Bolt app without listeners, to which a test adds some; it is connected to nothing yet."""
    return AsyncApp(client=client, signing_secret="local-signing-secret")


@pytest.fixture
async def app(workspace: Workspace, bolt: AsyncApp) -> AsyncIterator[AsyncApp]:
    """The Bolt app, served over HTTP and known to the workspace."""
    async with served(bolt, workspace):
        yield bolt


async def _refusal(call: Awaitable[Any]) -> str:
    """Return the error code a Web API call is refused with."""
    with pytest.raises(SlackApiError) as refused:
        await call
    return str(refused.value.response["error"])


@pytest.fixture
def refusal() -> Callable[[Awaitable[Any]], Awaitable[str]]:
    """A function that makes a call and returns the error code it is refused with."""
    return _refusal
