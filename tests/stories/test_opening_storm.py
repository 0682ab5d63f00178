"""Many incidents at once, within Slack's limits (20 channels a minute, which last seconds here)."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.config.settings import Settings
from bot.slack.api.rate_limits import Limiter
from bot.workspace import Workspace
from tests.stage import Stage, staged
from tests.stories.openings import COMPLETE, PEOPLE, accept, direct_messages, opening_parts

WINDOW_S = 6.0
SIZE, URGENT = 25, 5


@pytest.fixture
async def crowded(workspace: Workspace, settings: Settings) -> AsyncIterator[Stage]:
    """Yield a stage where a minute of Slack's limits and ours takes a few seconds."""
    workspace.limits.enabled = True
    workspace.limits.window_s = WINDOW_S
    async with staged(workspace, settings, limiter=Limiter(window_s=WINDOW_S + 0.5)) as stage:
        yield stage


async def test_all_incidents_open_by_severity(crowded: Stage) -> None:
    """All 25 incidents open completely. A sev1 never waits for its channel; other delays are announced."""
    titles = [f"Storm {number}" for number in range(SIZE)]
    worst = set(titles[-URGENT:])

    await asyncio.gather(*(accept(crowded, title, "sev1" if title in worst else "sev3") for title in titles))

    every = [await opening_parts(crowded, number) for number in range(1, SIZE + 1)]
    assert [COMPLETE] * SIZE == every
    created = [call for call in crowded.workspace.calls if call.method == "conversations.create"]
    late = [call for call in created if call.started_at - created[0].started_at > WINDOW_S]
    assert 5 <= len(late) <= 10  # five of the 20 calls are reserved for a sev1
    for call in late:
        title = call.args["name"].partition("storm-")[2]
        assert f"Storm {title}" not in worst
        for person in PEOPLE:
            (message,) = (
                message
                for message in direct_messages(crowded.workspace, person)
                if f"Storm {title}*" in message
            )
            assert "delays its channel by about" in message


async def test_slack_never_returns_a_rate_limit(crowded: Stage) -> None:
    """The bot keeps within Slack's limits, so that Slack never has to refuse a call."""
    await asyncio.gather(*(accept(crowded, f"Storm {number}") for number in range(SIZE)))
    await crowded.quiet()

    assert [] == [call.method for call in crowded.workspace.calls if call.error]
