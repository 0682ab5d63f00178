"""Brings events, commands and clicks to the app: signed, in three seconds, retried as Slack retries."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.workspace.people import APP_ID, BOT_USER_ID, TEAM_ID
from bot.workspace.socket_mode import Sockets
from bot.workspace.state import Channel, Json

ANSWER_WITHIN_S = 3.0  # docs.slack.dev: acknowledge within three seconds


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One attempt: `status` is None when no answer came in time, `at` is Unix seconds."""

    kind: str
    body: bytes
    payload: Json
    content_type: str
    at: float
    status: int | None = None
    answer: bytes = b""
    retry_num: int = 0
    failure: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def succeeded(self) -> bool:
        """Whether the app took it: a 2xx within the time allowed."""
        return self.status is not None and 200 <= self.status < 300

    def answer_json(self) -> Json:
        """The app's answer as an object; text that is no object is a message of that text."""
        text = self.answer.decode()
        try:
            answer = json.loads(text) if text else {}
        except ValueError:
            answer = text
        return answer if isinstance(answer, dict) else {"text": str(answer)}


class Courier:
    """Delivers to an open socket when there is one, otherwise to the request URL, if there is one."""

    def __init__(
        self, *, signing_secret: str, retry_delays_s: tuple[float, ...], next_id: Callable[[str], str]
    ) -> None:
        self.request_url: str | None = None
        self.subscriptions: frozenset[str] | None = None
        self.deliveries: list[Delivery] = []
        self.answer_within_s = ANSWER_WITHIN_S
        self.sockets = Sockets()
        self._signing_secret = signing_secret
        self._retry_delays_s = retry_delays_s
        self._next_id = next_id
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._attempts: list[asyncio.Event] | None = None

    async def start(self) -> None:
        """Open the connections to the app."""
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))

    async def stop(self) -> None:
        """Give up what is still to be retried and close the connections."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def announce(self, event: Json, channel: Channel | None) -> None:
        """Send an event on its way, if the app may see it; nothing waits for the answer."""
        if self._session is None or (channel is not None and BOT_USER_ID not in channel.members):
            return
        name = f"message.{_plural(channel)}" if event["type"] == "message" else event["type"]
        if self.subscriptions is not None and name not in self.subscriptions:
            return
        if self.request_url is None and not self.sockets.are_open:
            return
        envelope = {
            "type": "event_callback",
            "token": "local-verification-token",
            "team_id": TEAM_ID,
            "api_app_id": APP_ID,
            "event": event,
            "event_id": self._next_id("Ev"),
            "event_time": int(float(event["event_ts"])),
            "event_context": self._next_id("EC"),
            "is_ext_shared_channel": False,
            "authorizations": [
                {"team_id": TEAM_ID, "user_id": BOT_USER_ID, "is_bot": True, "is_enterprise_install": False}
            ],
        }
        attempted = asyncio.Event()
        if self._attempts is not None:
            self._attempts.append(attempted)
        task = asyncio.create_task(self._deliver_event(envelope, attempted))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @contextmanager
    def watched(self) -> Iterator[list[asyncio.Event]]:
        """Collect, for each event announced in the block (which must not await), when it was first tried."""
        self._attempts = []
        try:
            yield self._attempts
        finally:
            self._attempts = None

    async def settled(self) -> None:
        """Return once nothing is on its way or waiting to be retried."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _deliver_event(self, envelope: Json, attempted: asyncio.Event) -> None:
        """Try, and try again after each delay until the app takes it or forbids more."""
        body = json.dumps(envelope, separators=(",", ":")).encode()
        try:
            delivery = await self._send("events_api", body, "application/json", envelope)
        finally:
            attempted.set()
        for retry_num, delay_s in enumerate(self._retry_delays_s, start=1):
            if delivery.succeeded or delivery.headers.get("x-slack-no-retry") == "1":
                return
            await asyncio.sleep(delay_s)
            retry = {"num": retry_num, "reason": delivery.failure or "unknown_error"}
            delivery = await self._send("events_api", body, "application/json", envelope, retry=retry)

    async def ask(self, kind: str, payload: Json) -> Delivery:
        """Deliver a `slash_commands` or `interactive` payload, once, and return the app's answer."""
        form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
        return await self._send(kind, urlencode(form).encode(), "application/x-www-form-urlencoded", payload)

    async def redeliver(self, index: int = -1) -> Delivery:
        """Deliver the body of an earlier attempt again, byte for byte, with a fresh signature."""
        earlier = self.deliveries[index]
        retry = (
            {"num": earlier.retry_num + 1, "reason": "http_timeout"} if earlier.kind == "events_api" else None
        )
        return await self._send(
            earlier.kind, earlier.body, earlier.content_type, earlier.payload, retry=retry
        )

    async def verify_url(self, challenge: str = "local-challenge") -> bool:
        """Do what Slack does when the request URL is entered: send a challenge that must come back."""
        payload = {"type": "url_verification", "token": "local-verification-token", "challenge": challenge}
        answered = await self._send("events_api", json.dumps(payload).encode(), "application/json", payload)
        text = answered.answer.decode()
        return answered.succeeded and challenge in (text, answered.answer_json().get("challenge"))

    async def _send(
        self, kind: str, body: bytes, content_type: str, payload: Json, *, retry: dict[str, Any] | None = None
    ) -> Delivery:
        """Make one attempt over whichever way is open, and note it."""
        given: dict[str, Any] = {"kind": kind, "body": body, "content_type": content_type, "payload": payload}
        given |= {"at": time.time(), "retry_num": retry["num"] if retry else 0}
        if self.sockets.are_open:
            status, answer, failure = await self.sockets.send(kind, payload, retry, self.answer_within_s)
            delivery = Delivery(**given, status=status, answer=answer, failure=failure)
        else:
            delivery = await self._post(given, retry)
        self.deliveries.append(delivery)
        return delivery

    async def _post(self, given: dict[str, Any], retry: dict[str, Any] | None) -> Delivery:
        """POST to the request URL as Slack does, naming why when there is no good answer."""
        if self.request_url is None or self._session is None:
            return Delivery(**given, failure="connection_failed")
        headers = self._signed(given["body"]) | {"content-type": given["content_type"]}
        if retry:
            headers |= {"x-slack-retry-num": str(retry["num"]), "x-slack-retry-reason": str(retry["reason"])}
        timeout = aiohttp.ClientTimeout(total=self.answer_within_s)
        try:
            async with self._session.post(
                self.request_url, data=given["body"], headers=headers, timeout=timeout, max_redirects=2
            ) as answer:
                failure = None if answer.ok else "http_error"
                kept = {name.lower(): value for name, value in answer.headers.items()}
                return Delivery(
                    **given, status=answer.status, answer=await answer.read(), failure=failure, headers=kept
                )
        except TimeoutError:
            return Delivery(**given, failure="http_timeout")
        except aiohttp.TooManyRedirects:
            return Delivery(**given, failure="too_many_redirects")
        except aiohttp.ClientError:
            return Delivery(**given, failure="connection_failed")

    def _signed(self, body: bytes) -> dict[str, str]:
        """Return the headers of signature version v0 (docs.slack.dev, verifying requests from Slack)."""
        timestamp = str(int(time.time()))
        message = b"v0:" + timestamp.encode() + b":" + body
        digest = hmac.new(self._signing_secret.encode(), message, hashlib.sha256).hexdigest()
        return {"x-slack-request-timestamp": timestamp, "x-slack-signature": f"v0={digest}"}


def _plural(channel: Channel | None) -> str:
    """Return the word a message subscription has for this kind of channel, as in message.channels."""
    return {"im": "im", "group": "groups", "channel": "channels"}[channel.kind if channel else "channel"]
