"""Work goes only to people who can do it."""

from dataclasses import replace

import pytest

from bot.config.settings import Settings
from bot.domain import events
from tests.stories.investigating import ALICE, BOB, begun


@pytest.mark.parametrize(
    ("person", "why"),
    [
        ("U0FIRSTCHECK", "is an app, not a person"),
        ("U0NOBODY", "is not a member of this workspace"),
        ("U0ERIN", "is deactivated in Slack"),
    ],
)
@pytest.mark.parametrize(
    "typed",
    [
        "lead <@{0}>",
        "role comms <@{0}> knows the customers",
        "escalate <@{0}> knows the token service",
        "handover 1 <@{0}>",
        "hypothesis the pool is full <@{0}>",
        "action rotate the key <@{0}>",
    ],
)
async def test_nobody_else_gets_work(settings: Settings, person: str, why: str, typed: str) -> None:
    """Each command that gives work to a bot, a stranger or a former member is refused with the reason."""
    async with begun(settings) as search:
        erin = search.workspace.state.people["U0ERIN"]
        search.workspace.state.people["U0ERIN"] = replace(erin, deleted=True)
        await search.types(ALICE, "hypothesis the certificate expired")
        before = (await search.incident()).version

        answer = await search.types(ALICE, typed.format(person))

        assert f"{why}. Type @ and pick" in answer
        assert before == (await search.incident()).version


async def test_work_goes_on_while_slack_can_not_be_asked(settings: Settings) -> None:
    """If Slack does not answer about a person, the command is accepted."""
    async with begun(settings) as search:
        search.workspace.faults.down = True
        await search.workspace.command(ALICE, search.channel.id, "/incident", f"lead <@{BOB}>")

        assert BOB == (await search.incident()).commander
        assert [BOB] == [event.person for event in await search.happened(events.RoleAssigned)]
