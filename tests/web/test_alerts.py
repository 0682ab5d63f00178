"""A request with alerts is accepted only once it is saved. Otherwise the sender retries."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.alerts.sources.reading import Unparseable
from bot.alerts.sources.table import SOURCES
from bot.config.settings import AlertSecret
from bot.domain.text.redaction import redact
from bot.web.alerts import unescape
from bot.web.guard import SIZE_LIMITS
from tests.pauses import longest_wait_beside
from tests.web.doors import NOW, Journal, serving

PAYLOADS = Path(__file__).parents[1] / "alerts" / "sources" / "payloads" / "alertmanager"
BODY = '{"title": "Logins fail"}'


@pytest.mark.parametrize("path", ["/alerts/generic", "/alerts/generic/"])
@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_a_body_is_saved_before_the_response(method: str, path: str) -> None:
    """A 202 contains the number of the row with the body, and the worker is woken afterwards."""
    journal = Journal()
    async with serving(journal) as client:
        answer = await client.request(method, path, content=BODY, headers={"User-Agent": "Monitor/1"})
    assert (202, {"accepted": 1}) == (answer.status_code, answer.json())
    ((source, headers, body, now),) = journal.rows
    assert ("generic", "Monitor/1", BODY, NOW) == (source, headers["user-agent"], body, now)
    assert [1] == journal.woken_after


async def test_an_unknown_source() -> None:
    """A 404 lists the known sources."""
    journal = Journal()
    async with serving(journal) as client:
        answer = await client.post("/alerts/nagios", content=BODY)
    expected = {"error": "There is no source 'nagios'. The sources are: alertmanager, generic."}
    assert (404, expected, []) == (answer.status_code, answer.json(), journal.rows)


async def test_a_failing_journal() -> None:
    """If the journal fails, the response is a 503, which all senders retry, and no worker is woken."""
    journal = Journal(broken=True)
    async with serving(journal) as client:
        refused = await client.post("/alerts/generic", content=BODY)
        journal.broken = False
        again = await client.post("/alerts/generic", content=BODY)
    assert (503, 202) == (refused.status_code, again.status_code)
    assert ([BODY], [1]) == (journal.bodies, journal.woken_after)


async def test_unreadable_bodies_are_saved() -> None:
    """A body that is empty, not JSON or not UTF-8 is saved, to be quarantined later."""
    journal = Journal()
    async with serving(journal) as client:
        answers = [
            await client.post("/alerts/generic", content=body)
            for body in (b"<html>", b'{"title": "\xff"}', b"")
        ]
    assert [202, 202, 202] == [answer.status_code for answer in answers]
    assert ["<html>", '{"title": "\\xff"}', ""] == journal.bodies
    for body in journal.bodies:
        with pytest.raises(Unparseable):
            SOURCES["generic"](body, NOW)


async def test_the_header_of_a_real_alertmanager() -> None:
    """An Authorization header captured from Alertmanager is accepted and not saved."""
    lines = (PAYLOADS / "real-basic-auth.headers.txt").read_text().splitlines()[1:]
    headers = dict(line.split(": ", 1) for line in lines if ": " in line)
    body = (PAYLOADS / "real-basic-auth.json").read_bytes()
    journal = Journal()
    async with serving(journal, alertmanager=AlertSecret(user="bot", password="hunter2")) as client:
        answer = await client.post("/alerts/alertmanager", content=body, headers=headers)
    assert 202 == answer.status_code
    assert [body.decode()] == journal.bodies
    assert "authorization" not in journal.rows[0][1]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer"},
        {"Authorization": "s3cret"},
        {"Authorization": "Basic s3cret"},
        {"Authorization": b"Bearer s3cret\xff"},
        {"X-Signature-256": "sha256=00"},
    ],
)
async def test_bad_credentials(headers: dict[str, str]) -> None:
    """A 401 lists the accepted schemes, and the body is not saved."""
    journal = Journal()
    async with serving(journal, generic=AlertSecret(bearer="s3cret")) as client:
        answer = await client.post("/alerts/generic", content=BODY, headers=headers)
    assert (401, []) == (answer.status_code, journal.rows)
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("secret", "headers"),
    [
        (AlertSecret(bearer="s3cret"), {"Authorization": "bearer s3cret"}),
        (AlertSecret(bearer="s3cret", user="a", password="b"), {"Authorization": "Basic YTpi"}),
        (AlertSecret(user="ä", password="b"), {"Authorization": "Basic w6Q6Yg=="}),
        (
            AlertSecret(secret="key"),
            {"X-Signature-256": "sha256=" + hmac.new(b"key", BODY.encode(), hashlib.sha256).hexdigest()},
        ),
    ],
)
async def test_good_credentials(secret: AlertSecret, headers: dict[str, str]) -> None:
    """One of the configured secrets is enough, even through a proxy."""
    journal = Journal()
    async with serving(journal, generic=secret) as client:
        answer = await client.post(
            "/alerts/generic", content=BODY, headers={**headers, "X-Forwarded-For": "203.0.113.9"}
        )
    assert (202, [BODY]) == (answer.status_code, journal.bodies)
    assert {"authorization", "x-signature-256"}.isdisjoint(journal.rows[0][1])


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.9"},
        {"X-Forwarded-For": "127.0.0.1, 203.0.113.9"},
        {"X-Real-IP": "203.0.113.9"},
        {"Forwarded": "for=203.0.113.9"},
        {"Origin": "https://evil.example"},
        {"Via": "1.1 proxy"},
        {"CF-Connecting-IP": "203.0.113.9"},
        {"True-Client-IP": "203.0.113.9"},
        {"X-Forwarded-Proto": "https"},
        {"X-Client-IP": "203.0.113.9"},
        {"CDN-Loop": "cloudflare"},
    ],
)
async def test_without_a_secret_only_local_programs_may_post(headers: dict[str, str]) -> None:
    """Without a secret, requests through a proxy or a browser are refused."""
    journal = Journal()
    async with serving(journal) as client:
        answer = await client.post("/alerts/generic", content=BODY, headers=headers)
    assert (401, []) == (answer.status_code, journal.rows)


async def test_a_source_that_is_closed() -> None:
    """Once Slack is configured, a source without a secret is closed even to this machine, and says why."""
    journal = Journal()
    async with serving(journal, open_to_loopback=False) as client:
        answer = await client.post("/alerts/generic", content=BODY)
    assert (401, []) == (answer.status_code, journal.rows)
    assert "alerts: {open: loopback}" in answer.json()["error"]


async def test_secret_headers_are_not_saved() -> None:
    """Headers whose name suggests a secret are not saved, whatever their value."""
    journal = Journal()
    async with serving(journal) as client:
        await client.post("/alerts/generic", content=BODY, headers={"X-Api-Key": "abc", "X-Auth": "abc"})

    ((_, headers, _, _),) = journal.rows
    assert not {"x-api-key", "x-auth"} & headers.keys()


async def test_secrets_in_a_body_are_redacted() -> None:
    """A token in a body is redacted before it is saved, and the rest stays readable."""
    journal = Journal()
    token = "xoxb-" + "1234567890-abcdefghijklmnop"
    async with serving(journal) as client:
        await client.post("/alerts/generic", content=f'{{"title": "Logins fail: {token} refused"}}')
    (alert,) = SOURCES["generic"](journal.bodies[0], NOW).alerts
    assert "Logins fail: [redacted] refused" == alert.title


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (r"password\u003dhunter2", "password=[redacted]"),
        (r"https://a.example/?se=1\u0026sig\u003Dhunter2", "https://a.example/?se=1&sig=[redacted]"),
        (r"postgres:\u002f\u002fapp:hunter2\u0040db", "postgres://app:[redacted]@db"),
        (r"\\\u0070assword=hunter2", r"\\password=[redacted]"),
        (r"\\u003d \u0022a\u005c\u001b \u00e4", r"\\u003d \u0022a\u005c\u001b \u00e4"),
    ],
)
async def test_json_escapes_hide_no_secret(written: str, kept: str) -> None:
    """Secrets are redacted even if JSON escapes some of their characters."""
    journal = Journal()
    async with serving(journal) as client:
        await client.post("/alerts/generic", content=f'{{"title": "{written}"}}'.encode())

    (body,) = journal.bodies
    assert f'{{"title": "{kept}"}}' == body
    json.loads(body)


def test_unescaping_does_not_block_other_threads() -> None:
    """Unescaping a huge body in a thread leaves the event loop enough time."""
    assert longest_wait_beside(lambda: unescape("\\" * 6_000_000)) < 1 / 3


@pytest.mark.parametrize("repeated", ["://", "://:", r":\/\/a:"])
def test_a_body_of_separators_is_redacted_in_linear_time(repeated: str) -> None:
    """99 kB of the signs that begin a URL take no longer than a fraction of a second."""
    text = repeated * (99_000 // len(repeated)) + "@h"

    started = time.process_time()
    assert text == redact(text) or "[redacted]" in redact(text)
    assert time.process_time() - started < 1


async def test_a_storm_in_one_notification() -> None:
    """A thousand alerts in one body are saved completely, though they are redacted in a thread."""
    journal = Journal()
    content = json.loads((PAYLOADS / "real-single-firing.json").read_text())
    content["alerts"] *= 1000
    async with serving(journal, SIZE_LIMITS) as client:
        answer = await client.post("/alerts/alertmanager", json=content)
    assert 202 == answer.status_code
    assert 1000 == len(SOURCES["alertmanager"](journal.bodies[0], NOW).alerts)


async def test_a_sender_that_disconnects(caplog: pytest.LogCaptureFixture) -> None:
    """Half a body is not saved, and nothing is logged."""
    journal = Journal()
    async with serving(journal) as client:
        _, writer = await asyncio.open_connection("127.0.0.1", client.base_url.port)
        writer.write(b"POST /alerts/generic HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        await writer.drain()
        await asyncio.sleep(0.1)
        writer.close()
        await writer.wait_closed()
        await asyncio.sleep(0.1)
    assert ([], []) == (journal.rows, [record.getMessage() for record in caplog.records])


async def test_a_body_that_is_too_long() -> None:
    """A body that is too long gets a 413, with and without Content-Length."""
    journal = Journal()

    async def stream() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 100

    async with serving(journal) as client:
        announced = await client.post("/alerts/generic", content=b" " * 1001)
        streamed = await client.post("/alerts/generic", content=stream())
        fits = await client.post("/alerts/generic", content=b" " * 1000)
        elsewhere = await client.post("/nowhere", content=b" " * 11)
    assert [413, 413, 202, 413] == [answer.status_code for answer in (announced, streamed, fits, elsewhere)]
    assert [" " * 1000] == journal.bodies
