"""The configured name of the slash command replaces /incident in everything people read."""

from dataclasses import replace

from bot.config.settings import Settings
from bot.slack.command_name import renamed
from bot.slack.views.blocks import context, fields, screen, section
from bot.workspace import Workspace
from tests.slack.oracle import take
from tests.stage import Stage, staged

HERE = "C0GENERAL"
OUTAGE = "/outage"


async def answer(stage: Stage, text: str) -> str:
    """Type the command under its configured name and return all the replies."""
    reply = await stage.workspace.command("U0ALICE", HERE, OUTAGE, text)
    await stage.quiet()
    return str(reply.ephemeral)


async def test_the_configured_name_is_used_everywhere(workspace: Workspace, settings: Settings) -> None:
    """Help, refusals, the card and all other messages use the configured name."""
    async with staged(workspace, replace(settings, command=OUTAGE)) as stage:
        answers = [
            await answer(stage, text) for text in ("help", "status", "list", "INC-9 note x", "sevrity")
        ]
        await answer(stage, "new logins fail sev1 service:auth")
        await answer(stage, "INC-1 suspect the pool is full area:db")
        posted = str([message.blocks for message in stage.posts(await stage.channel())])

    assert [True] * 5 == ["`/outage " in text for text in answers]
    assert "`/outage " in posted
    assert "`/incident" not in "".join(answers) + posted


def test_a_longer_name_is_cut_at_the_limit() -> None:
    """A text at Slack's limit is cut there again if the name makes it longer."""
    text = "`/incident note x` " * 400
    result = renamed(screen(text, section(text), fields(text), context(text)), "/" + "o" * 31)

    take(result)
    assert "/incident" not in str(result)


def test_text_that_is_not_a_command_is_kept() -> None:
    """A path is not a command, and the default name changes nothing."""
    original = screen("GET /incident fails", section("`/incidents` and /incident fail"))

    assert original == renamed(original, OUTAGE)
    assert original is renamed(original, "/incident")
