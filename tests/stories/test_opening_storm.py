"""Many incidents at once, under Slack's limits (20 channels a minute, which here lasts seconds)."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.config.settings import Settings
from bot.slack.api.rate_limits import Limiter
from bot.workspace import Workspace
from tests.stage import Stage, staged
from tests.stories.openings import COMPLETE, PEOPLE, accept, standing, told

WINDOW_S = 6.0
SIZE, URGENT = 25, 5


@pytest.fixture
async def crowded(workspace: Workspace, settings: Settings) -> AsyncIterator[Stage]:
    """A stage where Slack's minute, and ours, takes a few seconds."""
    workspace.limits.enabled = True
    workspace.limits.window_s = WINDOW_S
    async with staged(workspace, settings, limiter=Limiter(window_s=WINDOW_S + 0.5)) as stage:
        yield stage


async def test_all_open_the_worst_first_and_those_who_wait_are_told(crowded: Stage) -> None:
    """All 25 open completely. No sev1 waits for its channel, and those who wait are told it is coming."""
    titles = [f"Storm {n}" for n in range(SIZE)]
    worst = set(titles[-URGENT:])

    await asyncio.gather(*(accept(crowded, title, "sev1" if title in worst else "sev3") for title in titles))

    every = [await standing(crowded, number) for number in range(1, SIZE + 1)]
    assert [COMPLETE] * SIZE == every
    created = [call for call in crowded.workspace.calls if call.method == "conversations.create"]
    late = [call for call in created if call.started_at - created[0].started_at > WINDOW_S]
    assert 5 <= len(late) <= 10  # five of the 20 are kept for a sev1 that may still come
    for call in late:
        title = call.args["name"].partition("storm-")[2]
        assert f"Storm {title}" not in worst
        for person in PEOPLE:
            (message,) = (m for m in told(crowded.workspace, person) if f"Storm {title}*" in m)
            assert "delays its channel by about" in message


async def test_slack_never_has_to_say_that_it_is_too_much(crowded: Stage) -> None:
    """We keep within Slack's limits ourselves."""
    await asyncio.gather(*(accept(crowded, f"Storm {n}") for n in range(SIZE)))
    await crowded.quiet()

    assert [] == [call.method for call in crowded.workspace.calls if call.error]
