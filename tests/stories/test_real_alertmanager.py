"""A real Alertmanager: its notifications open the channel and report the resolution."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bot.config.settings import AlertSecret, Settings
from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import Status
from bot.workspace import Workspace
from tests.ports import own_port
from tests.stage import Stage, staged

BINARY = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")
CONFIG = """
route:
  receiver: firstcheck
  group_by: [alertname, service]
  group_wait: 1s
  group_interval: 1s
  repeat_interval: 1h
receivers:
  - name: firstcheck
    webhook_configs:
      - url: {url}/alerts/alertmanager
        send_resolved: true
        http_config: {{{http_config}}}
"""
LABELS = {"alertname": "LoginsFail", "service": "auth", "severity": "critical"}

pytestmark = pytest.mark.skipif(BINARY is None, reason="there is no Alertmanager on this machine")


@asynccontextmanager
async def alertmanager(folder: Path, url: str, http_config: str = "") -> AsyncIterator[str]:
    """Run an Alertmanager that notifies the bot at `url`, and yield its own URL."""
    config = folder / "alertmanager.yml"
    config.write_text(CONFIG.format(url=url, http_config=http_config))
    address = f"127.0.0.1:{own_port()}"
    process = await asyncio.create_subprocess_exec(
        str(BINARY),
        f"--config.file={config}",
        f"--storage.path={folder / 'alertmanager'}",
        f"--web.listen-address={address}",
        "--cluster.listen-address=",
        stderr=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        await ready(f"http://{address}")
        yield f"http://{address}"
    finally:
        process.terminate()
        await process.wait()


async def ready(url: str) -> None:
    """Wait until Alertmanager responds."""
    async with asyncio.timeout(15), httpx.AsyncClient(trust_env=False) as client:
        while True:
            try:
                if (await client.get(f"{url}/-/ready")).is_success:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.05)


async def tell(url: str, ends_at: datetime | None = None) -> None:
    """Post the firing or resolved alert, as Prometheus does."""
    ended = {"endsAt": ends_at.isoformat()} if ends_at else {}
    alert = {"labels": LABELS, "annotations": {"summary": "30% of logins fail"}, **ended}
    async with httpx.AsyncClient(trust_env=False) as client:
        (await client.post(f"{url}/api/v2/alerts", json=[alert])).raise_for_status()


async def watched(stage: Stage) -> Incident | None:
    """Return INC-1 once its status is monitoring."""
    incident = await stage.incident()
    return incident if incident.status is Status.MONITORING else None


async def test_from_the_alert_to_its_resolution(stage: Stage, tmp_path: Path) -> None:
    """A firing alert opens the channel. Its resolution sets monitoring but does not resolve the incident."""
    async with alertmanager(tmp_path, stage.url) as url:
        await tell(url)
        channel = await stage.channel()
        assert "inc-1-30-of-logins-fail" == channel.name
        await tell(url, datetime.now(UTC) - timedelta(seconds=1))
        incident = await stage.until(lambda: watched(stage))
    await stage.quiet()

    assert incident.all_alerts_resolved
    assert any("monitoring" in message.text for message in stage.posts(channel))


@pytest.mark.parametrize(
    ("secret", "http_config"),
    [
        (AlertSecret(bearer="s3cret"), "authorization: {credentials: s3cret}"),
        (AlertSecret(user="am", password="pw"), "basic_auth: {username: am, password: pw}"),
    ],
    ids=["bearer", "basic"],
)
async def test_with_credentials(
    workspace: Workspace, settings: Settings, tmp_path: Path, secret: AlertSecret, http_config: str
) -> None:
    """An alert is accepted with the configured credentials and refused without them."""
    async with staged(workspace, replace(settings, alerts={"alertmanager": secret})) as stage:
        assert 401 == (await stage.alert()).status_code
        async with alertmanager(tmp_path, stage.url, http_config) as url:
            await tell(url)
            assert "inc-1-30-of-logins-fail" == (await stage.channel()).name
