"""The drills' monitor reports an outage as Alertmanager does: with a delay, and until accepted."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.alerts.sources.table import SOURCES
from bot.demo.auth_service import AuthService, TokenSettings
from bot.demo.login_monitor import LoginMonitor, notification
from bot.web.server import serve_app

START = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
REAL = (
    Path(__file__).parents[1] / "alerts" / "sources" / "payloads" / "alertmanager" / "real-single-firing.json"
)
BROKEN = TokenSettings(signing_key_id="2023-09")


@dataclass
class Receiver:
    """Accepts alerts after refusing the given number of them."""

    bodies: list[bytes] = field(default_factory=list)
    refuse: int = 0

    async def take(self, request: Request) -> Response:
        """Save the body, or respond with 503."""
        body = await request.body()
        if self.refuse:
            self.refuse -= 1
            return Response(status_code=503)
        self.bodies.append(body)
        return Response(status_code=202)

    @property
    def statuses(self) -> list[str]:
        """The statuses received, in order."""
        return [json.loads(body)["status"] for body in self.bodies]


@asynccontextmanager
async def watched(receiver: Receiver) -> AsyncIterator[tuple[AuthService, LoginMonitor]]:
    """Run an auth service and a receiver; yields the service and its monitor."""
    auth = AuthService(clock=lambda: START, admin_token="operator")
    app = Starlette(routes=[Route("/alerts/alertmanager", receiver.take, methods=["POST"])])
    async with (
        serve_app(auth.asgi) as auth_url,
        serve_app(app) as url,
        httpx.AsyncClient(trust_env=False) as client,
    ):
        yield (
            auth,
            LoginMonitor(
                client=client,
                auth_url=auth_url,
                alerts_url=f"{url}/alerts/alertmanager",
                clock=lambda: START,
                window=4,
                threshold=0.5,
            ),
        )


async def look(monitor: LoginMonitor, times: int) -> None:
    """Let the monitor log in a few times."""
    for _ in range(times):
        await monitor.probe_once()


async def test_an_outage_is_posted_once_and_so_is_its_end() -> None:
    """One firing alert is posted when half of the logins fail, and one resolved alert afterwards."""
    receiver = Receiver()
    async with watched(receiver) as (auth, monitor):
        await look(monitor, 5)
        auth.redeploy(BROKEN)
        await look(monitor, 1)
        assert [] == receiver.statuses
        await look(monitor, 5)
        assert ["firing"] == receiver.statuses
        auth.redeploy(TokenSettings())
        await look(monitor, 5)
    assert ["firing", "resolved"] == receiver.statuses
    firing, resolved = (SOURCES["alertmanager"](body.decode(), START).alerts[0] for body in receiver.bodies)
    assert (firing.key, "auth", "50% of logins fail") == (
        resolved.key,
        firing.labels["service"],
        firing.title,
    )
    assert firing.starts_at == resolved.starts_at


async def test_a_refused_alert_is_retried() -> None:
    """An alert is posted again until the receiver accepts it."""
    receiver = Receiver(refuse=2)
    async with watched(receiver) as (auth, monitor):
        auth.redeploy(BROKEN)
        await look(monitor, 4)
    assert (["firing"], 0) == (receiver.statuses, receiver.refuse)


async def test_no_response_is_a_failed_login() -> None:
    """A service that does not respond counts as a failed login."""
    receiver = Receiver()
    async with watched(receiver) as (_, monitor):
        monitor.auth_url = "http://127.0.0.1:9"
        await look(monitor, 4)
    assert ["firing"] == receiver.statuses


def test_the_body_has_the_format_of_alertmanager() -> None:
    """The body has the same keys, order and separators as a captured one."""
    real, ours = REAL.read_bytes(), notification("s", START + timedelta(milliseconds=50))

    def keys(body: bytes) -> list[list[str]]:
        content = json.loads(body)
        return [list(content), list(content["alerts"][0])]

    assert keys(real) == keys(ours)
    assert (
        real == json.dumps(json.loads(real), separators=(",", ":")).replace(">", "\\u003e").encode() + b"\n"
    )
    assert ours.endswith(b"}\n")
    assert b'"startsAt":"2026-11-22T10:00:00.05Z","endsAt":"0001-01-01T00:00:00Z"' in ours
