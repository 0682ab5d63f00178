"""The auth service of the drills signs and verifies tokens, and one wrong setting breaks it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.demo.auth_service import AuthService, TokenProblem, TokenSettings, sign_token, verify_token
from bot.web.server import serve_app

START = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
ADA = {"user": "ada", "password": "lovelace"}
OPERATOR = {"Authorization": "Bearer operator"}


@dataclass
class Service:
    """A running auth service with a client and its clock."""

    auth: AuthService
    client: httpx.AsyncClient
    now: list[datetime] = field(default_factory=list)


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    """An auth service on loopback."""
    now = [START]
    auth = AuthService(clock=lambda: now[0], admin_token="operator")
    async with serve_app(auth.asgi) as url, httpx.AsyncClient(base_url=url, trust_env=False) as client:
        yield Service(auth, client, now)


async def test_a_token_is_signed_and_verified(service: Service) -> None:
    """A login returns a token for the user that is valid until it expires."""
    token = (await service.client.post("/login", json=ADA)).json()["token"]
    fresh = await service.client.post("/verify", json={"token": token})
    service.now[0] += timedelta(seconds=900)
    stale = await service.client.post("/verify", json={"token": token})
    assert (200, {"user": "ada"}) == (fresh.status_code, fresh.json())
    assert (401, {"error": "the token has expired"}) == (stale.status_code, stale.json())


async def test_a_missing_key_breaks_logins(service: Service) -> None:
    """Logins fail with a reason while the settings name a missing key, and work after the fix."""
    wrong = await service.client.put(
        "/settings", json={"token": {"signing_key_id": "2023-09"}}, headers=OPERATOR
    )
    broken = await service.client.post("/login", json=ADA)
    service.now[0] += timedelta(hours=4)
    right = await service.client.put(
        "/settings", json={"token": {"signing_key_id": "2024-01"}}, headers=OPERATOR
    )
    mended = await service.client.post("/login", json=ADA)
    expected = {"error": "token could not be signed: no key '2023-09'"}
    assert (200, 500, expected) == (wrong.status_code, broken.status_code, broken.json())
    assert (200, 200) == (right.status_code, mended.status_code)
    fixed_settings = {
        "token": {"algorithm": "HS256", "issuer": "auth", "ttl_seconds": 900, "signing_key_id": "2024-01"},
        "redeployed_at": "2026-11-22T14:00:00+00:00",
    }
    assert fixed_settings == (await service.client.get("/settings")).json()
    assert (1, 1, 0) == tuple(service.auth.attempts(result) for result in ("ok", "failed", "refused"))
    assert 'login_attempts_total{result="failed"} 1.0' in (await service.client.get("/metrics")).text


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"[" * 100_000, b"\xff", b'{"user": "ada"}', b'{"user": ["ada"]}']
)
async def test_bad_credentials_are_refused(service: Service, body: bytes) -> None:
    """A missing or wrong password gets a 401 and counts as refused, not as failed."""
    answer = await service.client.post("/login", content=body)
    assert (401, 1, 0) == (
        answer.status_code,
        service.auth.attempts("refused"),
        service.auth.attempts("failed"),
    )


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        ({"token": {"issuer": "x"}}, {}, 401),
        ({"token": {"issuer": "x"}}, {"Authorization": "Bearer guess"}, 401),
        ({"token": {"issuer": 7}}, OPERATOR, 400),
        ({"token": {"ttl_seconds": True}}, OPERATOR, 400),
        ({"token": {"colour": "red"}}, OPERATOR, 400),
        ({"token": "HS256"}, OPERATOR, 400),
        ([], OPERATOR, 400),
    ],
)
async def test_invalid_changes_of_settings(
    service: Service, content: object, headers: dict[str, str], status: int
) -> None:
    """A request without the admin token or with an unknown setting changes nothing."""
    answer = await service.client.put("/settings", json=content, headers=headers)
    assert (status, TokenSettings()) == (answer.status_code, service.auth.settings)


async def test_alive_while_logins_fail(service: Service) -> None:
    """The liveness check passes while logins fail."""
    service.auth.redeploy(TokenSettings(signing_key_id="2023-09"))
    assert 200 == (await service.client.get("/healthz")).status_code


@pytest.mark.parametrize(
    "token", ["", "a", "a.b", "a.b.c", "e30.e30.", "bnVsbA.bnVsbA.x", "W10.W10.é", "\ud800.e30."]
)
def test_malformed_tokens(token: str) -> None:
    """Any malformed token raises TokenProblem."""
    with pytest.raises(TokenProblem, match="token is not valid"):
        verify_token(token, "auth", START)


def test_a_token_of_another_issuer_or_with_another_signature() -> None:
    """Tokens of another issuer or with a wrong signature are not valid."""
    foreign = sign_token(TokenSettings(issuer="other"), "ada", START)
    forged = sign_token(TokenSettings(), "ada", START)[:-4] + "AAAA"
    for token in (foreign, forged):
        with pytest.raises(TokenProblem, match="token is not valid"):
            verify_token(token, "auth", START)


def test_an_unknown_algorithm() -> None:
    """An unknown algorithm in the settings also breaks logins."""
    with pytest.raises(TokenProblem, match="no algorithm 'none'"):
        sign_token(TokenSettings(algorithm="none"), "ada", START)
