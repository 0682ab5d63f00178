"""Calls to Slack, which is the workspace, and a channel to talk in."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.api.client import SlackClient
from bot.workspace import Channel, Workspace
from tests.stage import Stage


@pytest.fixture
async def slack(workspace: Workspace) -> AsyncIterator[SlackClient]:
    """Calls of the workspace, as the bot makes them."""
    async with aiohttp.ClientSession() as session:
        yield SlackClient(
            AsyncWebClient(
                token="xoxb-local", base_url=f"{workspace.url}/api/", session=session, retry_handlers=[]
            )
        )


@pytest.fixture
async def channel(stage: Stage) -> Channel:
    """The channel of INC-1 with Alice and Bob in it, all quiet."""
    await stage.alert()
    channel = await stage.channel()
    await stage.quiet()
    for person in ("U0ALICE", "U0BOB"):
        await stage.workspace.join(person, channel.id)
    return channel
