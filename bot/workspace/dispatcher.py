"""Sends events, commands and clicks to the app, with Slack's signature, three-second limit and retries."""

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

from bot.workspace.people import APP_ID, BOT_USER_ID, TEAM_ID, VERIFICATION_TOKEN
from bot.workspace.socket_mode import Sockets
from bot.workspace.state import Channel, Json

ACK_TIMEOUT_S = 3.0  # docs.slack.dev: acknowledge within three seconds


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One delivery attempt. `status` is None if no response arrived in time; `at` is in Unix seconds."""

    kind: str
    body: bytes
    payload: Json
    content_type: str
    at: float
    status: int | None = None
    response: bytes = b""
    retry_num: int = 0
    failure: str | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def succeeded(self) -> bool:
        """Whether the app answered with a 2xx status in time."""
        return self.status is not None and 200 <= self.status < 300

    def response_json(self) -> Json:
        """Return the app's response as an object. Text that is not a JSON object becomes `{"text": …}`."""
        text = self.response.decode()
        try:
            response = json.loads(text) if text else {}
        except ValueError:
            response = text
        return response if isinstance(response, dict) else {"text": str(response)}


class Dispatcher:
    """Delivers over an open socket if there is one, otherwise to the request URL if it is set."""

    def __init__(
        self, *, signing_secret: str, retry_delays_s: tuple[float, ...], next_id: Callable[[str], str]
    ) -> None:
        self.request_url: str | None = None
        self.subscriptions: frozenset[str] | None = None
        self.deliveries: list[Delivery] = []
        self.ack_timeout_s = ACK_TIMEOUT_S
        self.sockets = Sockets()
        self._signing_secret = signing_secret
        self._retry_delays_s = retry_delays_s
        self._next_id = next_id
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._attempts: list[asyncio.Event] | None = None

    async def start(self) -> None:
        """Open the HTTP session for deliveries to the app."""
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))

    async def stop(self) -> None:
        """Cancel pending retries and close the HTTP session."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def publish_event(self, event: Json, channel: Channel | None) -> None:
        """Send an event in the background, if the app may receive it."""
        if self._session is None or (channel is not None and BOT_USER_ID not in channel.members):
            return
        name = f"message.{_subscription_suffix(channel)}" if event["type"] == "message" else event["type"]
        if self.subscriptions is not None and name not in self.subscriptions:
            return
        if self.request_url is None and not self.sockets.are_open:
            return
        envelope = {
            "type": "event_callback",
            "token": VERIFICATION_TOKEN,
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
    def collect_attempts(self) -> Iterator[list[asyncio.Event]]:
        """Collect, for every event published in the block, a signal for its first attempt.

        The block must not await anything.
        """
        self._attempts = []
        try:
            yield self._attempts
        finally:
            self._attempts = None

    async def settled(self) -> None:
        """Wait until no event is being delivered or waiting for a retry."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _deliver_event(self, envelope: Json, attempted: asyncio.Event) -> None:
        """Deliver an event, and retry after each delay until the app accepts it or forbids retries."""
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

    async def deliver(self, kind: str, payload: Json) -> Delivery:
        """Deliver a `slash_commands` or `interactive` payload once and return the attempt."""
        form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
        return await self._send(kind, urlencode(form).encode(), "application/x-www-form-urlencoded", payload)

    async def redeliver(self, index: int = -1) -> Delivery:
        """Deliver the body of an earlier attempt again, byte for byte, with a new signature."""
        previous = self.deliveries[index]
        retry = (
            {"num": previous.retry_num + 1, "reason": "http_timeout"}
            if previous.kind == "events_api"
            else None
        )
        return await self._send(
            previous.kind, previous.body, previous.content_type, previous.payload, retry=retry
        )

    async def verify_url(self, challenge: str = "local-challenge") -> bool:
        """Send the url_verification challenge, as Slack does when a request URL is entered.

        Return whether the app returned the challenge.
        """
        payload = {"type": "url_verification", "token": VERIFICATION_TOKEN, "challenge": challenge}
        delivery = await self._send("events_api", json.dumps(payload).encode(), "application/json", payload)
        text = delivery.response.decode()
        return delivery.succeeded and challenge in (text, delivery.response_json().get("challenge"))

    async def _send(
        self, kind: str, body: bytes, content_type: str, payload: Json, *, retry: dict[str, Any] | None = None
    ) -> Delivery:
        """Make one attempt over the socket or the request URL, and record it."""
        attempt: dict[str, Any] = {
            "kind": kind,
            "body": body,
            "content_type": content_type,
            "payload": payload,
        }
        attempt |= {"at": time.time(), "retry_num": retry["num"] if retry else 0}
        if self.sockets.are_open:
            status, response, failure = await self.sockets.send(kind, payload, retry, self.ack_timeout_s)
            delivery = Delivery(**attempt, status=status, response=response, failure=failure)
        else:
            delivery = await self._post(attempt, retry)
        self.deliveries.append(delivery)
        return delivery

    async def _post(self, attempt: dict[str, Any], retry: dict[str, Any] | None) -> Delivery:
        """POST to the request URL and return the attempt, with the reason if it failed."""
        if self.request_url is None or self._session is None or self._session.closed:
            return Delivery(**attempt, failure="connection_failed")
        headers = self._sign(attempt["body"]) | {"content-type": attempt["content_type"]}
        if retry:
            headers |= {"x-slack-retry-num": str(retry["num"]), "x-slack-retry-reason": str(retry["reason"])}
        timeout = aiohttp.ClientTimeout(total=self.ack_timeout_s)
        try:
            async with self._session.post(
                self.request_url, data=attempt["body"], headers=headers, timeout=timeout, max_redirects=2
            ) as response:
                failure = None if response.ok else "http_error"
                headers_received = {name.lower(): value for name, value in response.headers.items()}
                return Delivery(
                    **attempt,
                    status=response.status,
                    response=await response.read(),
                    failure=failure,
                    headers=headers_received,
                )
        except TimeoutError:
            return Delivery(**attempt, failure="http_timeout")
        except aiohttp.TooManyRedirects:
            return Delivery(**attempt, failure="too_many_redirects")
        except aiohttp.ClientError:
            return Delivery(**attempt, failure="connection_failed")

    def _sign(self, body: bytes) -> dict[str, str]:
        """Return the headers of signature version v0 (docs.slack.dev, verifying requests from Slack)."""
        timestamp = str(int(time.time()))
        message = b"v0:" + timestamp.encode() + b":" + body
        digest = hmac.new(self._signing_secret.encode(), message, hashlib.sha256).hexdigest()
        return {"x-slack-request-timestamp": timestamp, "x-slack-signature": f"v0={digest}"}


def _subscription_suffix(channel: Channel | None) -> str:
    """Return the last part of the subscription's name, such as `channels` in message.channels."""
    return {"im": "im", "group": "groups", "channel": "channels"}[channel.kind if channel else "channel"]
