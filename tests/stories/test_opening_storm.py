"""Many incidents at once, within Slack's limits (20 channels a minute, which last seconds here)."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.config.settings import Settings
from bot.domain import commands
from bot.slack.api.rate_limits import Limiter
from bot.workspace import Workspace
from tests.stage import Stage, staged
from tests.stories.openings import COMPLETE, PEOPLE, accept, channels_of, direct_messages, opening_parts

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
        told = direct_messages(crowded.workspace, person)
        assert "delays its channel by about" in told[0]
        assert len(told) <= 3  # one per window instead of one per incident


async def test_slack_never_returns_a_rate_limit(crowded: Stage) -> None:
    """The bot keeps within Slack's limits, so that Slack never has to refuse a call."""
    await asyncio.gather(*(accept(crowded, f"Storm {number}") for number in range(SIZE)))
    await crowded.quiet()

    assert [] == [call.method for call in crowded.workspace.calls if call.error]


async def close(stage: Stage, number: int, command: commands.AnyCommand) -> None:
    """Let a person end an incident that has no channel yet."""
    await stage.bot.recorder.record(command, number)


async def test_incidents_that_end_before_they_have_a_channel(crowded: Stage) -> None:
    """Incidents that are cancelled or closed while they wait get no channel and invite nobody."""
    size, ended = 40, 15
    await asyncio.gather(*(accept(crowded, f"Storm {number}") for number in range(size)))

    async def all_declared() -> bool:
        return size == len(await crowded.bot.store.log.incidents(limit=None))

    await crowded.until(all_declared)
    rows = await crowded.bot.store.log.incidents(limit=None)
    waiting = [row.number for row in rows if not row.channel][:ended]
    for number in waiting[:10]:
        await close(crowded, number, commands.Cancel(by="U0ALICE", reason="one cause"))
    for number in waiting[10:]:
        await close(crowded, number, commands.Resolve(by="U0ALICE", resolution="one cause"))
        await close(crowded, number, commands.Close(by="U0ALICE"))
    await crowded.quiet()

    assert ended == len(waiting)
    for number in waiting:
        assert [] == channels_of(crowded.workspace, number)
    assert size - ended == sum(bool(channels_of(crowded.workspace, row.number)) for row in rows)


async def test_an_incident_that_recovers_while_it_waits(crowded: Stage) -> None:
    """An incident that recovers while it waits in a storm gets no channel until its alert fires again."""
    await asyncio.gather(*(accept(crowded, f"Storm {number}") for number in range(SIZE)))

    async def delayed() -> int:
        rows = await crowded.bot.store.log.incidents(limit=None)
        found = [await crowded.incident(row.number) for row in rows if not row.channel]
        return next((each.number for each in found if each.channel.is_delayed), 0)

    number = await crowded.until(delayed)
    title = (await crowded.incident(number)).title
    await accept(crowded, title, status="resolved")
    await crowded.quiet()
    assert [] == channels_of(crowded.workspace, number)
    await accept(crowded, title)
    await crowded.quiet()

    assert 1 == len(channels_of(crowded.workspace, number))
    assert 1 == (await opening_parts(crowded, number))["card"]
