"""The channel where an incident was declared gets a link to the incident's channel."""

import pytest

from bot.config.settings import Settings
from tests.stories.investigating import begun

WHERE = "C0GENERAL"


async def test_the_channel_gets_a_link_once(settings: Settings) -> None:
    """The answer says that the link will follow, and it does, once."""
    async with begun(settings) as search:
        await search.wait(10)
        lines = [
            message.text
            for message in search.workspace.messages(WHERE)
            if message.bot and "INC-1" in message.text
        ]

        assert [f"<@U0ALICE> declared INC-1 logins fail (sev2). → <#{search.channel.id}>"] == lines
        answers = [ephemeral.text for ephemeral in search.workspace.ephemerals]
        assert "This channel gets the link." in "".join(answers)
