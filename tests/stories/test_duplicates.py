"""A duplicate delivery (at the same moment, later or after a restart) is recorded once."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.config.settings import Settings
from bot.domain.events import ImpactDescribed, IncidentDeclared, RoleAssigned
from bot.workspace import Workspace
from tests.stage import Stage, staged
from tests.stories.openings import COMPLETE, accept, opening_parts

Ask = Callable[[Stage], Awaitable[object]]


async def _command(stage: Stage) -> None:
    await stage.workspace.command("U0ALICE", "C0GENERAL", "/incident", "declare sev1 Logins fail")


async def _form(stage: Stage) -> None:
    here = stage.workspace
    if not here.views:
        await here.command("U0ALICE", "C0GENERAL", "/incident", "declare")
    (view,) = here.views
    await here.submit("U0ALICE", view, {"title": "Logins fail", "impact": "Nobody gets in"})


async def _alert(stage: Stage) -> None:
    await accept(stage, "Logins fail")


async def _again(stage: Stage, times: int) -> None:
    """Have Slack deliver a person's last action again, several times at once."""
    deliveries = stage.workspace.deliveries
    last = max(n for n, delivery in enumerate(deliveries) if delivery.kind != "events_api")
    redelivered = await asyncio.gather(*(stage.workspace.redeliver(last) for _ in range(times)))
    assert [200] * times == [delivery.status for delivery in redelivered]


async def _at_once(stage: Stage, ask: Ask) -> None:
    """Have Slack deliver a person's action several times at the same moment."""
    url, stage.workspace.request_url = stage.workspace.request_url, None
    await ask(stage)
    stage.workspace.request_url = url
    await _again(stage, 3)


async def _one_incident(stage: Stage) -> None:
    assert COMPLETE == await opening_parts(stage)
    assert [1] == [row.number for row in await stage.bot.store.log.incidents()]


@pytest.mark.parametrize("ask", [_command, _form])
async def test_at_once(stage: Stage, ask: Ask) -> None:
    """A command or form that arrives several times at the same moment declares one incident."""
    if ask is _form:
        await stage.workspace.command("U0ALICE", "C0GENERAL", "/incident", "declare")

    await _at_once(stage, ask)

    await _one_incident(stage)


@pytest.mark.parametrize("ask", [_command, _form])
async def test_a_second_later(stage: Stage, ask: Ask) -> None:
    """A command or form that arrives again after the incident was declared changes nothing."""
    await ask(stage)
    await asyncio.sleep(1)

    await _again(stage, 1)

    await _one_incident(stage)


@pytest.mark.parametrize("ask", [_command, _form])
async def test_after_a_restart(workspace: Workspace, settings: Settings, ask: Ask) -> None:
    """A command or form that arrives again after a restart changes nothing."""
    async with staged(workspace, settings) as stage:
        await ask(stage)

    async with staged(workspace, settings) as stage:
        await _again(stage, 1)

        await _one_incident(stage)


async def test_an_alert_at_once_and_after_a_restart(workspace: Workspace, settings: Settings) -> None:
    """An alert that a monitor posts several times, before and after a restart, is one incident."""
    async with staged(workspace, settings) as stage:
        await asyncio.gather(*(_alert(stage) for _ in range(5)))

    async with staged(workspace, settings) as stage:
        await _alert(stage)

        await _one_incident(stage)


async def test_a_button(stage: Stage) -> None:
    """A click that is delivered several times is recorded and announced once."""
    await _alert(stage)
    channel = await stage.channel()
    await stage.quiet()
    card = stage.posts(channel)[0]

    await stage.workspace.click("U0BOB", channel.id, card.ts, "card.take_command")
    await _again(stage, 3)
    await stage.quiet()

    assert "U0BOB" == (await stage.incident()).commander
    recorded = await stage.bot.store.log.events(1)
    assert 1 == sum(isinstance(row.event, RoleAssigned) for row in recorded)
    assert 3 == len(stage.posts(channel))


async def test_a_form_with_everything(stage: Stage) -> None:
    """Every command of a form is recorded once, however often the form arrives."""
    await stage.workspace.command("U0ALICE", "C0GENERAL", "/incident", "declare")
    await _at_once(stage, _form)
    await stage.quiet()

    names = [type(row.event) for row in await stage.bot.store.log.events(1)]
    assert [1, 1, 1] == [names.count(kind) for kind in (IncidentDeclared, ImpactDescribed, RoleAssigned)]
