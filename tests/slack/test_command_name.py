"""A workspace where /incident is taken reads the name that the command has there."""

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
    """Type the command by its name here and return all that is answered."""
    said = await stage.workspace.command("U0ALICE", HERE, OUTAGE, text)
    await stage.quiet()
    return str(said.ephemeral)


async def test_no_door_lets_the_usual_name_out(workspace: Workspace, settings: Settings) -> None:
    """Help, refusals, the card and what else is posted."""
    async with staged(workspace, replace(settings, command=OUTAGE)) as stage:
        answers = [
            await answer(stage, text) for text in ("help", "status", "list", "INC-9 note x", "sevrity")
        ]
        await answer(stage, "new logins fail sev1 service:auth")
        await answer(stage, "INC-1 suspect the pool is full area:db")
        posted = str([message.blocks for message in stage.said(await stage.channel())])

    assert [True] * 5 == ["`/outage " in text for text in answers]
    assert "`/outage " in posted
    assert "`/incident" not in "".join(answers) + posted


def test_a_longer_name_still_fits() -> None:
    """What was cut at Slack's limit with the usual name is cut there again."""
    text = "`/incident note x` " * 400
    shown = renamed(screen(text, section(text), fields(text), context(text)), "/" + "o" * 31)

    take(shown)
    assert "/incident" not in str(shown)


def test_what_people_wrote_stays() -> None:
    """A path is no command, and the usual name costs nothing."""
    shown = screen("GET /incident fails", section("`/incidents` and /incident fail"))

    assert shown == renamed(shown, OUTAGE)
    assert shown is renamed(shown, "/incident")
