"""The guided drill breaks and repairs a real service, and reports it if the drill goes wrong."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest

from bot.config.settings import Service, Settings
from bot.demo.auth_service import AuthService
from bot.demo.guided import BROKEN, Guided
from bot.demo.replay import StoryFailed
from bot.domain.vocabulary import Area, Status, StepOutcome
from bot.engine.record import utc_now
from bot.web.server import serve_app
from bot.workspace import Workspace
from tests.stage import Stage, staged

ADMIN = "only-for-this-test"


@pytest.fixture
async def auth() -> AsyncIterator[tuple[AuthService, str]]:
    """A working auth service and its URL."""
    service = AuthService(clock=utc_now, admin_token=ADMIN)
    async with serve_app(service.asgi) as url:
        yield service, url


@pytest.fixture
async def stages() -> AsyncIterator[AsyncExitStack]:
    """A stack that closes the stages of a test."""
    async with AsyncExitStack() as stack:
        yield stack


async def prepared(
    stages: AsyncExitStack,
    workspace: Workspace,
    settings: Settings,
    auth: tuple[AuthService, str],
    *,
    probes_may_look: bool = True,
) -> tuple[Guided, Stage, list[str]]:
    """Return the guided outage, its stage, and the printed lines."""
    service, url = auth
    auth_service = Service(runbook="auth-outage", links={"settings_url": f"{url}/settings"})
    hosts = (httpx.URL(url).netloc.decode(),) if probes_may_look else ()
    settings = replace(settings, services={"auth": auth_service}, allowed_hosts=hosts)
    stage = await stages.enter_async_context(staged(workspace, settings))
    lines: list[str] = []
    guided = Guided(
        workspace=workspace,
        auth=service,
        auth_url=url,
        admin_token=ADMIN,
        bot_url=stage.url,
        incident=partial(stage.bot.recorder.load, 1),
        tell=lines.append,
        pace_s=0,
    )
    return guided, stage, lines


async def test_the_first_step_finds_the_cause(
    stages: AsyncExitStack, workspace: Workspace, settings: Settings, auth: tuple[AuthService, str]
) -> None:
    """The cause is found within a minute, without a look at the database or for a break-in."""
    guided, stage, lines = await prepared(stages, workspace, settings, auth)
    await guided.play()

    incident = await stage.incident()
    assert incident.investigation.cause
    assert incident.declared_at
    assert incident.impact.resolved_at
    assert incident.impact.resolved_at - incident.declared_at < timedelta(minutes=1)
    assert (Status.CLOSED, Area.CONFIG) == (incident.status, incident.investigation.cause.area)
    first = incident.investigation.steps_in_order[0]
    assert (Area.CONFIG, StepOutcome.FOUND) == (first.area, incident.investigation.state_of(first.id).outcome)
    ended = [
        step.area
        for step in incident.investigation.steps_in_order
        if incident.investigation.state_of(step.id).outcome
    ]
    assert [Area.CONFIG] == ended
    assert "2023-09" in " ".join(lines)
    assert "2023-09" in Path(incident.follow_up.postmortem_path).read_text()


async def test_a_service_that_already_fails(
    stages: AsyncExitStack, workspace: Workspace, settings: Settings, auth: tuple[AuthService, str]
) -> None:
    """If logins fail before the setting is changed, the demo fails."""
    guided, _, _ = await prepared(stages, workspace, settings, auth)
    auth[0].redeploy(BROKEN)

    with pytest.raises(StoryFailed, match="although nothing is broken"):
        await guided.play()


async def test_a_probe_without_permission(
    stages: AsyncExitStack, workspace: Workspace, settings: Settings, auth: tuple[AuthService, str]
) -> None:
    """If the probe may not access the service, the demo fails."""
    guided, _, _ = await prepared(stages, workspace, settings, auth, probes_may_look=False)

    with pytest.raises(StoryFailed, match="first step found no problem"):
        await guided.play()
