"""The whole bot as a program: it serves, reports its health, accepts alerts and ends cleanly."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.app import assembled, serving
from bot.config.settings import Settings
from bot.domain.vocabulary import Status
from bot.engine.background import background
from bot.store import StoreUnusable
from bot.web.server import serve_app
from tests.ports import own_port
from tests.stage import Stage

ROOT = Path(__file__).parents[1]
#: Every captured body in the order it was captured, and the incidents there are afterwards, by title.
LIFE: tuple[tuple[str, Mapping[str, Status]], ...] = (
    ("single-firing", {"checkout": Status.INVESTIGATING}),
    ("single-repeat", {"checkout": Status.INVESTIGATING}),
    ("group3-firing", {"checkout": Status.INVESTIGATING, "node": Status.INVESTIGATING}),
    ("group3-repeat", {"checkout": Status.INVESTIGATING, "node": Status.INVESTIGATING}),
    ("single-resolved", {"checkout": Status.MONITORING, "node": Status.INVESTIGATING}),
    ("group3-partial-resolved", {"checkout": Status.MONITORING, "node": Status.INVESTIGATING}),
    ("group-all-resolved", {"checkout": Status.MONITORING, "node": Status.MONITORING}),
    ("group3-repeat", {"checkout": Status.MONITORING, "node": Status.MONITORING}),
    ("orphan-autoresolved-after-resolve_timeout", {}),
    ("basic-auth", {"Case_basic": Status.INVESTIGATING}),
    ("bearer-auth", {"Case_bearer": Status.INVESTIGATING}),
    ("prometheus-targetdown-firing", {"of dead is down": Status.INVESTIGATING}),
    ("prometheus-targetdown-resolved-because-prometheus-died", {"of dead is down": Status.MONITORING}),
)


@asynccontextmanager
async def served(folder: Path, **environment: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """Run `firstcheck serve` in another process; yields it and its URL once it responds."""
    port = own_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve"),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PORT": str(port), **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        await answering(url)
        yield process, url
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def answering(url: str) -> None:
    """Return once the server responds."""
    async with asyncio.timeout(20), httpx.AsyncClient(trust_env=False) as client:
        while True:
            try:
                await client.get(f"{url}/healthz")
            except httpx.TransportError:
                await asyncio.sleep(0.05)
            else:
                return


async def ended_by(process: asyncio.subprocess.Process, sign: signal.Signals) -> tuple[int | None, str]:
    """End a process with a signal; return its exit code and output."""
    process.send_signal(sign)
    async with asyncio.timeout(15):
        output, _ = await process.communicate()
    return process.returncode, output.decode()


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
async def test_serving_ends_cleanly_on_a_signal(tmp_path: Path, sign: signal.Signals) -> None:
    """Without any configuration the server is ready, and a signal ends it with exit code 0."""
    async with served(tmp_path) as (process, url), httpx.AsyncClient(trust_env=False) as client:
        ready = await client.get(f"{url}/readyz")
        assert (200, True) == (ready.status_code, ready.json()["ready"]), ready.text
        code, output = await ended_by(process, sign)

    assert (0, False) == (code, "Traceback" in output), output
    assert url in output


async def test_a_valid_configuration_logs_no_warning_of_bolt(tmp_path: Path) -> None:
    """Bolt logs no warning about its own setup, in HTTP mode and in Socket Mode."""
    nowhere = {"SLACK_API_URL": "http://127.0.0.1:9/api/", "SLACK_BOT_TOKEN": "xoxb-1"}
    for other in ({"SLACK_SIGNING_SECRET": "s"}, {"SLACK_APP_TOKEN": "xapp-1"}):
        async with served(tmp_path, **nowhere, **other) as (process, _):
            _, output = await ended_by(process, signal.SIGTERM)

        assert "slack_bolt" not in output, output


async def test_accepted_alerts_survive_a_kill(tmp_path: Path) -> None:
    """An alert accepted right before a kill is processed after the restart."""
    body = (ROOT / "tests/alerts/sources/payloads/alertmanager/real-single-firing.json").read_bytes()
    async with served(tmp_path) as (process, url), httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(f"{url}/alerts/alertmanager", content=body)
        process.kill()
        await process.wait()
    assert 202 == answer.status_code
    async with served(tmp_path) as (process, url), httpx.AsyncClient(trust_env=False) as client:
        async with asyncio.timeout(10):
            while "firstcheck_incidents_open 1.0" not in (await client.get(f"{url}/metrics")).text:
                await asyncio.sleep(0.05)
        assert 0 == (await ended_by(process, signal.SIGTERM))[0]


async def test_a_second_server_on_the_same_file_is_refused(tmp_path: Path) -> None:
    """A second server on the same database is refused, while the command line still works."""
    async with served(tmp_path) as (process, url), httpx.AsyncClient(trust_env=False) as client:
        second = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "serve"),
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PORT": "0"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        async with asyncio.timeout(20):
            output, _ = await second.communicate()
        assert (1, True) == (
            second.returncode,
            b"Another Firstcheck process is using firstcheck.db" in output,
        )
        assert b"Traceback" not in output
        assert 200 == (await client.get(f"{url}/readyz")).status_code
        assert 0 == (await ended_by(process, signal.SIGTERM))[0]


async def test_a_database_in_a_missing_folder_is_refused(settings: Settings, tmp_path: Path) -> None:
    """A missing folder is reported by its name."""
    nowhere = replace(settings, database=f"sqlite:///{tmp_path / 'none' / 'firstcheck.db'}")
    with pytest.raises(StoreUnusable, match=r"The database's folder .*none does not exist"):
        async with serving(nowhere):
            pass


async def test_every_captured_body_posted_one_after_another(stage: Stage) -> None:
    """All captured bodies, posted one after another, open exactly the expected incidents."""
    for name, expected in LIFE:
        assert 202 == (await stage.alert(f"real-{name}.json")).status_code
        await stage.quiet()
        rows = await stage.bot.store.log.incidents()
        found = {word: row.status for word in expected for row in rows if word in row.title}
        assert (name, dict(expected)) == (name, found)

    assert 5 == len(await stage.bot.store.log.incidents())
    counts = await stage.bot.store.journal.counts()
    assert {"accepted": 13, "processed": 13, "quarantined": 0, "pending": 0} == counts


async def test_not_ready_without_workers(settings: Settings) -> None:
    """A bot whose workers have stopped reports that it is not ready."""
    async with (
        assembled(settings) as bot,
        serve_app(bot.asgi) as url,
        httpx.AsyncClient(base_url=url, trust_env=False) as client,
    ):
        before = await client.get("/readyz")
        async with background(bot.run()):
            await asyncio.sleep(0.05)
            during = await client.get("/readyz")
        after = await client.get("/readyz")

    assert [503, 200, 503] == [answer.status_code for answer in (before, during, after)]
    assert "workers have stopped" in after.json()["workers"]
    assert "ok" == during.json()["workers"]


async def metrics(stage: Stage) -> dict[str, float]:
    """Return every sample of /metrics by its name and labels."""
    text = (await stage.client.get(f"{stage.url}/metrics")).text
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_metrics(stage: Stage) -> None:
    """The metrics count alerts, events, effects, calls to Slack, and open incidents."""
    await stage.alert()
    await stage.alert("real-single-repeat.json")
    await stage.client.post(f"{stage.url}/alerts/alertmanager", content=b"no JSON")
    await stage.channel()
    await stage.quiet()
    samples = await metrics(stage)

    expected = {
        "firstcheck_alerts_accepted_total alertmanager": 3,
        "firstcheck_journal quarantined": 1,
        "firstcheck_journal processed": 2,
        "firstcheck_incidents_open": 1,
        "firstcheck_events_total IncidentDeclared": 1,
        "firstcheck_effects_total OpenChannel Done": 1,
        "firstcheck_slack_calls_total conversations.create ok": 1,
    }
    assert expected == {name: samples.get(name) for name in expected}
