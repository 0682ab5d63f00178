"""Each kind of pager: pages once, resolves, reports refusals, and accepts acknowledgements."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.config.escalation import Pager
from bot.domain.recipient import PagerKind
from bot.domain.vocabulary import Severity
from bot.engine.outbox import Done, GiveUp, TryLater
from bot.pagers import PAGERS
from bot.pagers.http_request import send
from bot.pagers.interface import Acknowledgement, Call, UnverifiedRequest
from bot.pagers.webhook import signed
from bot.web.server import serve_app
from tests.pagers.exchange import KEY, SECRET, Exchange

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
CALL = Call(
    key="firstcheck-7-20261122T030000000000-9",
    incident="INC-7",
    title="logins fail " * 200,
    severity=Severity.SEV1,
    service="auth",
    reason="no update for 15 min",
    at=NOW,
    url="https://slack.com/app_redirect?channel=C0INCIDENT",
)
PATHS = {PagerKind.PAGERDUTY: "/v2/enqueue", PagerKind.OPSGENIE: "", PagerKind.WEBHOOK: "/hook"}
KINDS = pytest.mark.parametrize("kind", PagerKind)


@pytest.fixture
async def exchange() -> AsyncIterator[tuple[Exchange, str]]:
    """A pager's server and its address."""
    exchange = Exchange()
    async with serve_app(exchange.asgi) as url:
        yield exchange, url


def pager(kind: PagerKind, url: str, key: str = KEY, secret: str = SECRET) -> Pager:
    """The settings for that server."""
    return Pager(key=key, url=f"{url}{PATHS[kind]}", secret=secret)


@KINDS
async def test_a_page_is_sent_once_and_resolved(exchange: tuple[Exchange, str], kind: PagerKind) -> None:
    """A repeated page notifies once and can be resolved; a long title is cut."""
    server, url = exchange
    for _ in range(2):
        assert Done() == await send(PAGERS[kind].page(pager(kind, url), CALL))
    assert [CALL.key] == list(server.ringing)

    assert Done() == await send(PAGERS[kind].end(pager(kind, url), CALL.key, NOW))
    assert {} == server.ringing


@KINDS
async def test_a_wrong_key_is_rejected(exchange: tuple[Exchange, str], kind: PagerKind) -> None:
    """A wrong key is a final error."""
    wrong = pager(kind, exchange[1], key="wrong", secret="wrong")

    assert isinstance(await send(PAGERS[kind].page(wrong, CALL)), GiveUp)


@KINDS
@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (429, {"Retry-After": "7"}, TryLater(why="it responded with 429", after_s=7)),
        (429, {"Retry-After": "86400"}, TryLater(why="it responded with 429", after_s=60)),
        (429, {"Retry-After": "soon"}, TryLater(why="it responded with 429")),
        (500, {}, TryLater(why="it responded with 500")),
        (503, {}, TryLater(why="it responded with 503")),
        (400, {}, GiveUp(why='it responded with 400: {"message":"as told"}')),
        (307, {"Location": "/v2/enqueue"}, GiveUp(why='it responded with 307: {"message":"as told"}')),
    ],
)
async def test_responses(
    exchange: tuple[Exchange, str],
    kind: PagerKind,
    status: int,
    headers: dict[str, str],
    expected: object,
) -> None:
    """429 and server errors are retried after Retry-After; every other error or redirect is final."""
    server, url = exchange
    server.answers.append(status)
    server.headers = headers

    assert expected == await send(PAGERS[kind].page(pager(kind, url), CALL))


@KINDS
async def test_a_pager_that_hangs(exchange: tuple[Exchange, str], kind: PagerKind) -> None:
    """A pager that does not respond is retried after the timeout."""
    server, url = exchange
    server.hang = asyncio.Event()

    assert TryLater(why="no response within 0.2 s") == await send(
        PAGERS[kind].page(pager(kind, url), CALL), timeout_s=0.2
    )
    server.hang.set()


@KINDS
async def test_a_pager_that_is_down(kind: PagerKind) -> None:
    """A pager that refuses connections is retried."""
    async with serve_app(Exchange().asgi) as url:
        pass

    answer = await send(PAGERS[kind].page(pager(kind, url), CALL))
    assert isinstance(answer, TryLater)
    assert "cannot be reached" in answer.why


def pagerduty(event_type: str = "incident.acknowledged") -> bytes:
    """A request of PagerDuty's webhook v3."""
    data = {"id": "PT4KHLK", "type": "incident", "status": "acknowledged", "incident_key": CALL.key}
    agent = {"id": "P1", "summary": "Ann", "type": "user_reference"}
    return json.dumps({"event": {"event_type": event_type, "agent": agent, "data": data}}).encode()


def opsgenie(action: str = "Acknowledge") -> bytes:
    """A request of Opsgenie's webhook."""
    return json.dumps({"action": action, "alert": {"alias": CALL.key, "username": "Ann"}}).encode()


def webhook(action: str = "acknowledge") -> bytes:
    """A request of a custom program."""
    return json.dumps({"action": action, "key": CALL.key, "by": "Ann"}).encode()


BODIES = {
    PagerKind.PAGERDUTY: (pagerduty(), pagerduty("incident.triggered")),
    PagerKind.OPSGENIE: (opsgenie(), opsgenie("Create")),
    PagerKind.WEBHOOK: (webhook(), webhook("other")),
}


def proof(kind: PagerKind, body: bytes, secret: str = SECRET, now: datetime = NOW) -> dict[str, str]:
    """The headers that authenticate a pager, with lower-case names as in Starlette."""
    match kind:
        case PagerKind.PAGERDUTY:
            mac = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
            return {"x-pagerduty-signature": f"v1={'0' * 64},v1={mac}"}
        case PagerKind.OPSGENIE:
            return {"authorization": f"Bearer {secret}"}
        case PagerKind.WEBHOOK:
            return {name.lower(): value for name, value in signed(secret, body, now).items()}


def read(kind: PagerKind, headers: dict[str, str], body: bytes, **given: Any) -> Acknowledgement | None:
    """Read a request."""
    return PAGERS[kind].acknowledged(pager(kind, "", **given), headers, body, NOW)


@KINDS
def test_acknowledgements(kind: PagerKind) -> None:
    """An acknowledgement has the name and the key; other events are ignored."""
    answered, other = BODIES[kind]

    assert Acknowledgement(key=CALL.key, by="Ann") == read(kind, proof(kind, answered), answered)
    assert read(kind, proof(kind, other), other) is None


@KINDS
def test_unverified_requests(kind: PagerKind) -> None:
    """A missing or wrong signature, or a pager without a secret, is refused."""
    answered, _ = BODIES[kind]
    for headers in ({}, proof(kind, answered, "wrong")):
        with pytest.raises(UnverifiedRequest):
            read(kind, headers, answered)
    with pytest.raises(UnverifiedRequest):
        read(kind, proof(kind, answered, ""), answered, secret="")


@KINDS
@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"event": 1, "alert": 2}', b"\xff", b"[" * 100_000, b"9" * 5000]
)
def test_unreadable_requests(kind: PagerKind, body: bytes) -> None:
    """An unreadable body with a valid signature is refused or acknowledges nothing."""
    with suppress(UnverifiedRequest):
        assert read(kind, proof(kind, body), body) is None


def test_a_replayed_webhook() -> None:
    """A signed request that is sent again later is refused."""
    answered, _ = BODIES[PagerKind.WEBHOOK]
    late = proof(PagerKind.WEBHOOK, answered, now=NOW - timedelta(minutes=6))

    with pytest.raises(UnverifiedRequest, match="5 minutes old"):
        read(PagerKind.WEBHOOK, late, answered)
