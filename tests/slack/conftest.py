"""Calls to Slack, which is the workspace."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.calls import SlackCalls
from bot.workspace import Workspace


@pytest.fixture
async def slack(workspace: Workspace) -> AsyncIterator[SlackCalls]:
    """Calls of the workspace, as the bot makes them."""
    async with aiohttp.ClientSession() as session:
        yield SlackCalls(
            AsyncWebClient(
                token="xoxb-local", base_url=f"{workspace.url}/api/", session=session, retry_handlers=[]
            )
        )
