"""The channel where an incident was declared gets a link to the incident's channel."""

from bot.config.settings import Settings
from bot.workspace import changes
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

        assert [f"alice declared INC-1 logins fail (sev2). → <#{search.channel.id}>"] == lines
        answers = [ephemeral.text for ephemeral in search.workspace.ephemerals]
        assert "This channel gets the link." in "".join(answers)


async def test_a_channel_without_the_bot(settings: Settings) -> None:
    """If the bot can't write where an incident was declared, the card says so, and nothing else waits."""
    async with begun(settings) as search:
        private = changes.open_channel(search.workspace.state, "payments-private", "U0ALICE", is_private=True)
        await search.workspace.command("U0ALICE", private.id, "/incident", "new carts fail")
        await search.wait(1)

        incident = await search.bot.recorder.load(2)
        assert ["TellPlace"] == [failure.effect for failure in incident.failures]
        assert incident.channel.id
