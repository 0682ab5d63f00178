"""The HTTP route for Slack refuses unsigned, outdated and malformed requests without storing them."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable

import httpx
import pytest

from bot.slack.incoming.http import MAX_SKEW_S, PATH
from tests.stage import Stage

SECRET = b"local-signing-secret"
MESSAGE = json.dumps(
    {
        "type": "event_callback",
        "event": {"type": "message", "channel": "C1", "user": "U1", "text": "hi", "ts": "1.000001"},
    }
).encode()


def signed(body: bytes, stamp: str | None = None, secret: bytes = SECRET) -> dict[str, str]:
    """Return the headers that Slack sends with `body`."""
    stamp = stamp or str(int(time.time()))
    digest = hmac.new(secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={digest}",
        "content-type": "application/json",
    }


async def post(stage: Stage, body: bytes, headers: dict[str, str]) -> httpx.Response:
    """Post to the route for Slack."""
    return await stage.client.post(stage.url + PATH, content=body, headers=headers)


async def test_a_signed_request_is_accepted(stage: Stage) -> None:
    """A signed event is handled, and the challenge for a new URL is answered."""
    assert 200 == (await post(stage, MESSAGE, signed(MESSAGE))).status_code
    challenge = b'{"type": "url_verification", "challenge": "c0ffee", "token": "t"}'
    answer = await post(stage, challenge, signed(challenge))

    assert (200, True) == (answer.status_code, "c0ffee" in answer.text)


def now(seconds: float = 0) -> str:
    """Return a timestamp so many seconds from now."""
    return str(int(time.time() + seconds))


def forged(signature: str) -> dict[str, str]:
    """Return current headers with an invalid signature."""
    return {"x-slack-signature": signature, "x-slack-request-timestamp": now()}


#: Headers that Slack would not send. They are made when they are needed, because some have timestamps.
FOREIGN: dict[str, Callable[[], dict[str, str]]] = {
    "nothing": dict,
    "wrong": lambda: forged("v0=00"),
    "no-ascii": lambda: forged("ß"),
    "empty": lambda: forged(""),
    "other-secret": lambda: signed(MESSAGE, secret=b"another"),
    "other-body": lambda: signed(MESSAGE + b" "),
    "old": lambda: signed(MESSAGE, now(-MAX_SKEW_S - 5)),
    "ahead": lambda: signed(MESSAGE, now(MAX_SKEW_S + 5)),
    "word": lambda: signed(MESSAGE, "yesterday"),
    "negative": lambda: signed(MESSAGE, "-5"),
    "endless": lambda: signed(MESSAGE, "9" * 400),
    "float": lambda: signed(MESSAGE, "1e9"),
}


@pytest.mark.parametrize("signed", FOREIGN.values(), ids=FOREIGN)
async def test_an_unsigned_request_is_refused(
    stage: Stage, caplog: pytest.LogCaptureFixture, signed: Callable[[], dict[str, str]]
) -> None:
    """An unsigned request is answered with 401 before it is parsed, and nothing is logged."""
    encoded = [(name.encode(), value.encode()) for name, value in signed().items()]
    answer = await stage.client.post(stage.url + PATH, content=MESSAGE, headers=encoded)

    assert 401 == answer.status_code
    assert [] == [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize("kind", ["nothing", "no-ascii", "empty", "old", "word"])
async def test_an_unsigned_body_is_not_read(stage: Stage, kind: str) -> None:
    """A request without a plausible signature is refused before its body is read."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(stage.url.rpartition(":")[2]))
    lines = [f"{name}: {value}" for name, value in FOREIGN[kind]().items()]
    head = [f"POST {PATH} HTTP/1.1", "Host: x", "Content-Length: 500", *lines]
    writer.write("\r\n".join(head).encode() + b"\r\n\r\n")
    answer = await asyncio.wait_for(reader.readline(), 5)
    writer.close()
    await writer.wait_closed()

    assert answer.startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize(
    ("body", "signed_status", "unsigned_status"),
    [
        (b"\xff\xfe\x00", 400, 401),
        (b"x" * (2**20 + 1), 413, 413),
    ],
    ids=["no-utf8", "huge"],
)
async def test_a_body_that_is_too_long_or_not_utf_8_is_refused(
    stage: Stage, body: bytes, signed_status: int, unsigned_status: int
) -> None:
    """A body that is too long or not UTF-8 is refused even if it is signed."""
    assert [signed_status, unsigned_status] == [
        (await post(stage, body, signed(body))).status_code,
        (await post(stage, body, {})).status_code,
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"{}",
        b'{"type": "event_callback"}',
        b'{"type": "event_callback", "event": {}}',
        b'{"type": "event_callback", "event": []}',
        b'{"type": "event_callback", "event": null}',
        b'{"type": "event_callback", "event": {"type": "message"}}',
        b'{"type": "event_callback", "event": {"type": "reaction_added", "reaction": "pushpin"}}',
        b'{"type": "event_callback", "event": {"type": "message"}, "authorizations": ["x"]}',
        b'{"type": "event_callback", "event": {"type": "tokens_revoked", "tokens": {}}}',
        b"payload=%7B",
        b'payload={"type": "block_actions", "user": {"id": "U1"}, "actions": []}',
        b'payload={"type": "view_submission", "user": {"id": "U1"}, "view": {"id": "V1"}}',
        b"ssl_check=1",
        b"[" * 100_000,
    ],
    ids=lambda body: body[:36].decode(),
)
async def test_a_signed_malformed_body_is_not_a_server_error(
    stage: Stage, caplog: pytest.LogCaptureFixture, body: bytes
) -> None:
    """A signed body that is neither JSON nor a form is answered below 500, and nothing is logged."""
    form = not body.startswith((b"{", b"[", b"n", b'"'))
    kind = "application/x-www-form-urlencoded" if form else "application/json"
    answer = await post(stage, body, {**signed(body), "content-type": kind})

    assert answer.status_code < 500, answer.text
    assert [] == [record.getMessage() for record in caplog.records if record.exc_info]


EVENT = '{"type": "event_callback", "team_id": "T0LOCAL", "event_id": "Ev1", "event": %s}'
MARKED = '{"type": "reaction_added", "reaction": "pushpin", "item": %s}'


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (EVENT % (MARKED % "null"), 200),
        ('{"type": "app_rate_limited"}', 200),
        ("command=/incident&text=list&user_id=U0ALICE&team_id=T0LOCAL&channel_id=C0GENERAL", 400),
    ],
)
async def test_a_signed_unexpected_body_is_logged_once(
    stage: Stage, caplog: pytest.LogCaptureFixture, body: str, status: int
) -> None:
    """An unexpected body gets an answer without a retry, and one line in the log."""
    kind = "application/json" if body.startswith("{") else "application/x-www-form-urlencoded"
    headers = {**signed(body.encode()), "content-type": kind}
    answer = await post(stage, body.encode(), headers)

    warnings = [record for record in caplog.records if "could not read" in record.getMessage()]
    assert (status, 1) == (answer.status_code, len(warnings))
    assert [] == [record.getMessage() for record in caplog.records if record.exc_info]


async def test_events_that_slack_dropped_are_fetched(stage: Stage) -> None:
    """After Slack reports that it dropped events, the messages of that minute are fetched."""
    await stage.alert()
    channel = await stage.channel()
    await stage.quiet()
    stage.workspace.request_url = None
    await stage.workspace.say("U0ALICE", channel.id, "it is the key")

    notice = b'{"type": "app_rate_limited", "team_id": "T0LOCAL", "minute_rate_limited": 1795373700}'
    answer = await post(stage, notice, signed(notice))

    async def is_stored() -> bool:
        return "it is the key" in [message.text for message in await stage.bot.store.transcript.messages(1)]

    assert 200 == answer.status_code
    assert await stage.until(is_stored)


@pytest.mark.parametrize(
    "text",
    [
        "new the payload was too large",
        'new payload={"type":"block_actions"}',
        "new x&payload={}",
        "new payload",
        'new a{b} "payload": 1',
    ],
)
async def test_a_command_about_payloads(stage: Stage, text: str) -> None:
    """A command whose text contains "payload" works like any other. Bolt alone takes it for a click."""
    answered = await stage.workspace.command("U0ALICE", "C0GENERAL", "/incident", text)

    assert (200, True) == (answered.status, "Declared INC-1" in answered.text + str(answered.ephemeral))
    assert text.removeprefix("new ") == (await stage.incident()).title


async def test_a_channel_about_payloads(stage: Stage) -> None:
    """In a channel whose name contains "payload" every command and every button works."""
    await stage.workspace.command("U0ALICE", "C0GENERAL", "/incident", "new webhook payloads are dropped")
    channel = await stage.channel()
    answered = await stage.workspace.command("U0ALICE", channel.id, "/incident", "lead me")
    await stage.quiet()
    card = stage.posts(channel)[0]
    await stage.workspace.click("U0ALICE", channel.id, card.ts, "card.resolve", value="1")
    await stage.quiet()

    assert ("inc-1-webhook-payloads-are-dropped", 200) == (channel.name, answered.status)
    incident = await stage.incident()
    assert ("U0ALICE", "resolved") == (incident.commander, incident.status)
