"""Probes in an incident: one hangs, one is forbidden, one finds nothing, and one finds the cause."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.config.settings import Settings
from bot.demo.auth_service import AuthService
from bot.demo.guided import BROKEN
from bot.domain.vocabulary import ProbeVerdict, StepOutcome
from bot.engine.record import utc_now
from bot.web.server import serve_app
from bot.workspace import Workspace
from tests.stage import Stage, staged

RUNBOOK = """
title: Everything
steps:
  - id: hangs
    title: Hangs
    area: config
    weight: 9
    probe: {kind: config, auto: true, url: "HANGS", expect: {a: 1}}
  - id: forbidden
    title: Forbidden
    area: network
    probe: {kind: tcp, auto: true, host: elsewhere.example.com, port: 1}
  - id: lies
    title: Lies
    area: identity
    probe: {kind: config, auto: true, url: "AUTH", expect: {token.issuer: auth}}
  - id: finds
    title: Finds
    area: config
    probe: {kind: config, auto: true, url: "AUTH", expect: {token.signing_key_id: "2024-01"}}
"""


@pytest.fixture
def hung_up() -> asyncio.Event:
    """When set, the hanging service closes its connections, so that no test waits for the timeout."""
    return asyncio.Event()


@pytest.fixture
async def stage(
    workspace: Workspace, settings: Settings, tmp_path: Path, hung_up: asyncio.Event
) -> AsyncIterator[Stage]:
    """A bot whose runbook has all four probes, which access a hanging and a misconfigured service."""

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reading, closing = (asyncio.ensure_future(wait) for wait in (reader.read(), hung_up.wait()))
        await asyncio.wait({reading, closing}, return_when=asyncio.FIRST_COMPLETED)
        for wait in (reading, closing):
            wait.cancel()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    auth = AuthService(clock=utc_now, admin_token="made-up")
    auth.redeploy(BROKEN)
    async with serve_app(auth.asgi) as url:
        text = RUNBOOK.replace("HANGS", f"http://127.0.0.1:{port}/").replace("AUTH", f"{url}/settings")
        (tmp_path / "runbooks").mkdir()
        (tmp_path / "runbooks" / "everything.yaml").write_text(text)
        settings = replace(settings, runbooks=tmp_path / "runbooks", allowed_hosts=("127.0.0.1",))
        async with staged(workspace, settings) as stage:
            yield stage
    server.close()
    await server.wait_closed()


async def test_probes_do_not_wait_for_one_that_hangs(stage: Stage) -> None:
    """The wrong setting is found while another probe hangs. Hanging and forbidden probes prove nothing."""
    await stage.alert()
    channel = await stage.channel()

    async def found() -> bool:
        state = (await stage.incident()).investigation.state_of("finds")
        return state.probe_verdict is ProbeVerdict.WRONG

    await stage.until(found)
    assert (await stage.incident()).investigation.state_of("hangs").probe_verdict is None

    await stage.quiet()
    incident = await stage.incident()
    expected = {"hangs": "failed", "forbidden": "failed", "lies": "clear", "finds": "wrong"}
    assert expected == {step: incident.investigation.state_of(step).probe_verdict for step in expected}
    assert "No answer within 5 seconds." == incident.investigation.state_of("hangs").probe_evidence
    assert "is not listed under allowed_hosts" in incident.investigation.state_of("forbidden").probe_evidence
    assert any("signing_key_id` is `'2023-09'`" in str(message.blocks) for message in stage.posts(channel))


async def test_people_overrule_a_probe_that_lies(stage: Stage, hung_up: asyncio.Event) -> None:
    """A probe finishes no step. A person may name the cause where a probe found no problem."""
    hung_up.set()
    await stage.alert()
    channel = await stage.channel()
    await stage.quiet()

    await stage.workspace.command("U0ALICE", channel.id, "/incident", "found lies: the issuer has expired")
    await stage.quiet()

    state = (await stage.incident()).investigation.state_of("lies")
    assert ("clear", StepOutcome.FOUND) == (state.probe_verdict, state.outcome)


async def test_only_open_steps_have_a_message(stage: Stage, hung_up: asyncio.Event) -> None:
    """The current step and a step with a problem have messages. Each other probe gets one line."""
    await stage.alert()
    channel = await stage.channel()
    await stage.until(lambda: _posted(stage, "step:hangs", "step:finds"))
    hung_up.set()
    await stage.until(lambda: _all_probed(stage))
    await stage.quiet()

    posted = {what for what in (await stage.incident()).messages if what.startswith("step:")}
    assert {"step:hangs", "step:finds"} == posted
    (current,) = [message for message in stage.posts(channel) if "*Hangs*" in str(message.blocks)]
    for line in (
        "? 2. Forbidden (network): the probe could not run",
        "✓ 3. Lies (identity): the probe is OK",
    ):
        assert line in str(current.blocks)


async def _posted(stage: Stage, *keys: str) -> bool:
    return set(keys) <= (await stage.incident()).messages.keys()


async def _all_probed(stage: Stage) -> bool:
    return len((await stage.incident()).investigation.steps) == 4
