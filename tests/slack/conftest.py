"""A client for the local workspace, and a channel with people in it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.api.client import SlackClient
from bot.workspace import Channel, Workspace
from tests.stage import Stage


@pytest.fixture
async def slack(workspace: Workspace) -> AsyncIterator[SlackClient]:
    """Yield a client for the local workspace, configured as in the bot."""
    async with aiohttp.ClientSession() as session:
        yield SlackClient(
            AsyncWebClient(
                token="xoxb-local", base_url=f"{workspace.url}/api/", session=session, retry_handlers=[]
            )
        )


@pytest.fixture
async def channel(stage: Stage) -> Channel:
    """Return the channel of INC-1 with Alice and Bob in it and all effects done."""
    await stage.alert()
    channel = await stage.channel()
    await stage.quiet()
    for person in ("U0ALICE", "U0BOB"):
        await stage.workspace.join(person, channel.id)
    return channel
