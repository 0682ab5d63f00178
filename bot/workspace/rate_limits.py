"""Slack's rate limits, per method and, for chat.postMessage, per channel; switched on when wanted."""

import math
import time
from collections import deque

# docs.slack.dev/apis/web-api/rate-limits: Tier 1 to 4, calls per minute.
TIER_2, TIER_3, TIER_4 = 20, 50, 100
POST_EVERY_S = 1.0  # one message per second and channel …
POST_BURST = 4  # … "short bursts" allowed; Slack names no figure


class Limits:
    """Counts calls and says when the next may come; `window_s` is Slack's minute, which may be shortened."""

    def __init__(self) -> None:
        self.enabled = False
        self.window_s = 60.0
        self._calls: dict[str, deque[float]] = {}
        self._next_post: dict[str, float] = {}

    def wait_s(self, method: str, per_min: int | None, channel_id: str) -> int | None:
        """Count a call; returns None when it is allowed, else whole seconds to wait (Retry-After)."""
        if not self.enabled:
            return None
        now = time.monotonic()
        if method == "chat.postMessage":
            return self._wait_to_post(channel_id, now)
        if per_min is None:
            return None
        calls = self._calls.setdefault(method, deque())
        while calls and calls[0] <= now - self.window_s:
            calls.popleft()
        if len(calls) >= per_min:
            return max(1, math.ceil(calls[0] + self.window_s - now))
        calls.append(now)
        return None

    def _wait_to_post(self, channel_id: str, now: float) -> int | None:
        """Let a burst through, then one message for each second (generic cell rate algorithm)."""
        interval = POST_EVERY_S * self.window_s / 60
        due = max(self._next_post.get(channel_id, now), now)
        early_s = due - now - interval * (POST_BURST - 1)
        if early_s > 0:
            return max(1, math.ceil(early_s))
        self._next_post[channel_id] = due + interval
        return None
