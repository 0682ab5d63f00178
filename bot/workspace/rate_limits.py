"""Slack's rate limits: per method, and per channel for chat.postMessage. Off by default."""

import math
import time
from collections import deque

# Calls per minute in each tier: docs.slack.dev/apis/web-api/rate-limits
TIER_2, TIER_3, TIER_4 = 20, 50, 100
POST_INTERVAL_S = 1.0  # one message per second in each channel
POST_BURST = 4  # Slack allows "short bursts" and does not document their size


class RateLimits:
    """Counts calls and rejects those above the limit. `window_s` is Slack's minute; tests may shorten it."""

    def __init__(self) -> None:
        self.enabled = False
        self.window_s = 60.0
        self._calls: dict[str, deque[float]] = {}
        self._next_post: dict[str, float] = {}

    def retry_after_s(self, method: str, per_minute: int | None, channel_id: str) -> int | None:
        """Count a call. Return None if it is allowed, else Retry-After in whole seconds."""
        if not self.enabled:
            return None
        now = time.monotonic()
        if method == "chat.postMessage":
            return self._post_retry_after_s(channel_id, now)
        if per_minute is None:
            return None
        calls = self._calls.setdefault(method, deque())
        while calls and calls[0] <= now - self.window_s:
            calls.popleft()
        if len(calls) >= per_minute:
            return max(1, math.ceil(calls[0] + self.window_s - now))
        calls.append(now)
        return None

    def _post_retry_after_s(self, channel_id: str, now: float) -> int | None:
        """Allow a burst, then one message per second (generic cell rate algorithm)."""
        interval = POST_INTERVAL_S * self.window_s / 60
        due = max(self._next_post.get(channel_id, now), now)
        wait_s = due - now - interval * (POST_BURST - 1)
        if wait_s > 0:
            return max(1, math.ceil(wait_s))
        self._next_post[channel_id] = due + interval
        return None
