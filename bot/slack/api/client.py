"""Calls Slack's Web API within its rate limits, and raises SlackFailed if a call fails."""

import asyncio
import logging
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.api.rate_limits import Limiter

log = logging.getLogger("firstcheck.slack")

TIMEOUT_S = 10
#: The longest wait that a Retry-After can demand. Slack's windows last a minute. After a wrong header from a
#: proxy, the call is retried after this time.
MAX_RETRY_AFTER_S = 300.0
#: Items per page. Slack recommends fewer than 1000, and calls without a limit are rate-limited more.
PAGE_SIZE = 200
#: Methods that only accept forms. The others get JSON, which keeps titles out of URLs and proxy logs.
FORM_METHODS = frozenset(
    {"conversations.history", "conversations.info", "conversations.replies", "reactions.get"}
    | {"pins.list", "users.info", "users.conversations", "auth.test"}
)

Watcher = Callable[[str, str, float], None]
Send = Callable[[], Awaitable[AsyncSlackResponse]]

#: No usable answer. slack_sdk raises AttributeError for JSON that is not an object, and SlackRequestError for
#: a file that was not accepted.
UNANSWERED = (
    TimeoutError,
    aiohttp.ClientError,
    OSError,
    ValueError,
    AttributeError,
    SlackRequestError,
)


class SlackFailed(Exception):
    """A call failed.

    SlackFailed
    ├── SlackSaidNo        Slack refused it with an error code
    ├── SlackBusy          a rate limit was reached
    └── SlackUnreachable   there was no usable answer
    """


class SlackSaidNo(SlackFailed):
    """Slack answered with an error code. `channel` is the channel of the call, or ""."""

    def __init__(self, method: str, error: str, details: Any = None, channel: str = "") -> None:
        super().__init__(f"{method}: {error}")
        self.method = method
        self.error = error
        self.channel = channel
        self.details = details


class SlackBusy(SlackFailed):
    """A rate limit, ours or Slack's, was reached. Try again after `after_s` seconds."""

    def __init__(self, method: str, after_s: float) -> None:
        super().__init__(f"{method} is rate-limited for {after_s:.0f} s")
        self.after_s = after_s


class SlackUnreachable(SlackFailed):
    """There was no usable answer. Slack may or may not have carried out the request."""


class SlackClient:
    """Makes all calls to the Web API, except for Bolt's own answers."""

    def __init__(self, client: AsyncWebClient, limiter: Limiter | None = None) -> None:
        self.client = client
        self.limiter = limiter or Limiter()
        #: Called after every call with method, outcome and seconds.
        self.watchers: list[Watcher] = []
        self._identity: dict[str, str] = {}
        #: The token's permissions from the latest answer; None if Slack hasn't listed them.
        self.granted_scopes: frozenset[str] | None = None

    async def call(self, method: str, *, urgent: bool = False, **arguments: Any) -> dict[str, Any]:
        """Call `method` and return Slack's answer. Raise SlackFailed if it refuses or can't be reached."""
        body = {"data": arguments} if method in FORM_METHODS else {"json": arguments}
        channel = str(arguments.get("channel", ""))
        return await self._attempt(
            method,
            channel,
            partial(self.client.api_call, method, **body),  # type: ignore[arg-type]  # mypy cannot tell which of the two keywords it is
            urgent=urgent,
        )

    async def upload(self, channel: str, *, filename: str, content: bytes, comment: str) -> None:
        """Post a file in the channel with that ID, with a comment (mrkdwn). Raise SlackFailed like `call`."""
        send = partial(
            self.client.files_upload_v2,
            channel=channel,
            filename=filename,
            title=filename,
            file=content,
            initial_comment=comment,
        )
        await self._attempt("files.completeUploadExternal", channel, send)

    async def _attempt(
        self, method: str, channel: str, send: Send, *, urgent: bool = False
    ) -> dict[str, Any]:
        """Call `method` by awaiting `send()`, within the rate limits and observed by the watchers."""
        if not self.client.token:
            raise SlackUnreachable("SLACK_BOT_TOKEN is not set")
        wait = self.limiter.take(method, channel, urgent=urgent)
        if wait > 0:
            raise SlackBusy(method, wait)
        started, outcome = time.monotonic(), "unreachable"
        try:
            answer = await self._request(method, channel, send)
            outcome = "ok"
        except SlackSaidNo as error:
            outcome = error.error
            raise
        except SlackBusy:
            outcome = "ratelimited"
            raise
        finally:
            for watch in self.watchers:
                watch(method, outcome, time.monotonic() - started)
        return answer

    async def paginate(
        self, method: str, items: str, *, patient: bool = False, **arguments: Any
    ) -> AsyncIterator[dict[str, Any]]:
        """Yield every item of a method that answers in pages. Raise SlackFailed as `call` does.

        With `patient`, wait for rate limits instead, because starting over would reach them again.
        """
        cursor: dict[str, Any] = {}
        while True:
            try:
                page = await self.call(method, limit=PAGE_SIZE, **arguments, **cursor)
            except SlackBusy as busy:
                if not patient:
                    raise
                await asyncio.sleep(busy.after_s)
                continue
            for item in page.get(items, []):
                yield item
            following = (page.get("response_metadata") or {}).get("next_cursor")
            if not following:
                return
            cursor = {"cursor": following}

    async def _request(self, method: str, channel: str, send: Send) -> dict[str, Any]:
        try:
            async with asyncio.timeout(TIMEOUT_S):
                response = await send()
        except SlackApiError as error:
            raise self.refusal(method, error, channel=channel) from error
        except UNANSWERED as error:
            raise SlackUnreachable(f"Slack did not respond to {method} ({type(error).__name__})") from error
        if granted := response.headers.get("x-oauth-scopes"):
            self.granted_scopes = frozenset(re.split(r"[,\s]+", granted.strip()))
        return dict(response.data) if isinstance(response.data, dict) else {}

    def refusal(self, method: str, error: SlackApiError, *, channel: str = "") -> SlackFailed:
        """Return the failure for Slack's refusal of a call about `channel`. Obey a rate limit it reports."""
        response = error.response
        status, data = getattr(response, "status_code", 0), getattr(response, "data", None)
        code = data.get("error", "") if isinstance(data, dict) else ""
        if status == 429 or code in {"ratelimited", "rate_limited", "message_limit_exceeded"}:
            after_s = _retry_after_s(method, str(response.headers.get("Retry-After", "")))
            self.limiter.block(method, after_s)
            return SlackBusy(method, after_s)
        if status >= 500 or not code:
            return SlackUnreachable(f"Slack answered {method} with {status}")
        return SlackSaidNo(method, code, data, channel)

    async def identity(self) -> dict[str, str]:
        """Return the bot's `user_id`, `bot_id` and `team_id`, fetched once, or raise SlackFailed."""
        if not self._identity:
            answer = await self.call("auth.test")
            self._identity = {name: str(answer.get(name, "")) for name in ("user_id", "bot_id", "team_id")}
        return self._identity

    async def identity_or_empty(self) -> Mapping[str, str]:
        """Return the bot's identity, or nothing while Slack can't be reached."""
        try:
            return await self.identity()
        except SlackFailed:
            return {}


def _retry_after_s(method: str, header: str) -> float:
    """Return the seconds to wait, from 1 to MAX_RETRY_AFTER_S.

    Log a header that is not used as it is. A proxy may send a date or any number, which could silence the bot
    for a long time.
    """
    seconds = seconds_in(header)
    if seconds is None:
        log.warning("ignored the Retry-After of %s, which is not in seconds: %.40r", method, header)
        return 1.0
    if seconds > MAX_RETRY_AFTER_S:
        log.warning("shortened the Retry-After of %s from %.40s s to %d s", method, header, MAX_RETRY_AFTER_S)
    return min(max(1.0, seconds), MAX_RETRY_AFTER_S)


def seconds_in(header: str) -> float | None:
    """Return the seconds in a Retry-After header, or None for a date or anything else."""
    digits = header.strip()
    return float(digits) if digits.isascii() and digits.isdecimal() else None
