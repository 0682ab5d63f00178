"""Calls to Slack's Web API: within its limits, its answers turned into plain outcomes."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.api.rate_limits import Limiter

TIMEOUT_S = 10
#: Items a page: Slack advises under 1000, and the default makes its limits stricter.
PAGE = 200
#: Reading methods take forms only; the others take JSON, which keeps titles out of URLs and proxy logs.
FORM_METHODS = frozenset(
    {"conversations.history", "conversations.info", "conversations.replies", "reactions.get"}
    | {"pins.list", "users.info", "users.conversations", "auth.test"}
)

Watcher = Callable[[str, str, float], None]


class SlackFailed(Exception):
    """What was asked of Slack did not come about, as far as we know.

    SlackFailed
    ├── SlackSaidNo        it was refused, with a code
    ├── SlackBusy          it would be too much just now
    └── SlackUnreachable   there was no answer of use
    """


class SlackSaidNo(SlackFailed):
    """Slack answered with an error code; `channel` is the one it was asked about, if any."""

    def __init__(self, method: str, error: str, details: Any = None, channel: str = "") -> None:
        super().__init__(f"{method}: {error}")
        self.method = method
        self.error = error
        self.channel = channel
        self.details = details


class SlackBusy(SlackFailed):
    """Not now: a rate limit, ours or Slack's; `after_s` says when."""

    def __init__(self, method: str, after_s: float) -> None:
        super().__init__(f"{method} is at its rate limit for {after_s:.0f} s")
        self.after_s = after_s


class SlackUnreachable(SlackFailed):
    """No usable answer; what was asked for may or may not have been done."""


class SlackClient:
    """One door to the Web API for everything but the answers Bolt gives itself."""

    def __init__(self, client: AsyncWebClient, limiter: Limiter | None = None) -> None:
        self.client = client
        self.limiter = limiter or Limiter()
        #: Called after every call with method, outcome and seconds.
        self.watchers: list[Watcher] = []
        self._self: dict[str, str] = {}

    async def call(self, method: str, *, urgent: bool = False, **arguments: Any) -> dict[str, Any]:
        """Call `method`; returns Slack's answer. Raises SlackFailed."""
        if not self.client.token:
            raise SlackUnreachable("No SLACK_BOT_TOKEN is set")
        wait = self.limiter.take(method, str(arguments.get("channel", "")), urgent=urgent)
        if wait > 0:
            raise SlackBusy(method, wait)
        started, outcome = time.monotonic(), "unreachable"
        try:
            answer = await self._ask(method, arguments)
            outcome = "ok"
        except SlackSaidNo as no:
            outcome = no.error
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
        """Yield every item of a method that answers in pages, page after page. Raises as `call` does.

        Who is `patient` waits for rate limits: to begin anew would meet the same before the last page.
        """
        cursor: dict[str, Any] = {}
        while True:
            try:
                page = await self.call(method, limit=PAGE, **arguments, **cursor)
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

    async def _ask(self, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        body = {"data": arguments} if method in FORM_METHODS else {"json": arguments}
        try:
            async with asyncio.timeout(TIMEOUT_S):
                response = await self.client.api_call(method, **body)  # type: ignore[arg-type]  # mypy cannot tell which of the two keywords it is
        except SlackApiError as error:
            raise self.refusal(method, error, channel=str(arguments.get("channel", ""))) from error
        # slack_sdk trips over JSON that is no object with an AttributeError.
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError, AttributeError) as error:
            raise SlackUnreachable(f"Slack gave no answer to {method} ({type(error).__name__})") from error
        return dict(response.data) if isinstance(response.data, dict) else {}

    def refusal(self, method: str, error: SlackApiError, *, channel: str = "") -> SlackFailed:
        """Return what a refusal of `method`, asked about `channel`, means; a limit of Slack's is kept to."""
        response = error.response
        status, data = getattr(response, "status_code", 0), getattr(response, "data", None)
        code = data.get("error", "") if isinstance(data, dict) else ""
        if status == 429 or code in {"ratelimited", "rate_limited", "message_limit_exceeded"}:
            after = _retry_after_s(response.headers.get("Retry-After", ""))
            self.limiter.block(method, after)
            return SlackBusy(method, after)
        if status >= 500 or not code:
            return SlackUnreachable(f"Slack answered {method} with {status}")
        return SlackSaidNo(method, code, data, channel)

    async def identity(self) -> dict[str, str]:
        """Return who we are in Slack (`user_id`, `bot_id`, `team_id`), asked once."""
        if not self._self:
            answer = await self.call("auth.test")
            self._self = {name: str(answer.get(name, "")) for name in ("user_id", "bot_id", "team_id")}
        return self._self

    async def identity_or_empty(self) -> Mapping[str, str]:
        """Return the same, nothing while Slack cannot be asked."""
        try:
            return await self.identity()
        except SlackFailed:
            return {}


def _retry_after_s(header: str) -> float:
    """Return the seconds to wait; a proxy's header may hold a date, or nothing of use."""
    return max(1.0, float(header)) if header.isdecimal() else 1.0
