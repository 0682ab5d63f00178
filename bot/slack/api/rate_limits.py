"""Keeps calls within Slack's rate limits, so that Slack does not have to refuse them.

Source: docs.slack.dev/apis/web-api/rate-limits (per method and workspace, over one minute).
"""

import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping

#: A second more than Slack's minute, because Slack counts calls when they arrive.
WINDOW_S = 61.0
#: Calls per window by method. Other methods have the limit of Tier 3.
PER_WINDOW: Mapping[str, int] = {
    "conversations.create": 20,
    "conversations.setTopic": 20,
    "users.conversations": 20,
    "pins.add": 20,
    "chat.postMessage": 300,
    "users.info": 100,
    "auth.test": 100,
}
TIER_3 = 50
#: Calls per window that are reserved for urgent work: channels for sev1, updates of cards and answers.
RESERVED_FOR_URGENT: Mapping[str, int] = {"conversations.create": 5, "chat.update": 20}
#: One message per second and channel. Slack allows "short bursts" without a figure. We stay below, because
#: a 429 would block the other channels too.
CHANNEL_EVERY_S = 1.0
CHANNEL_BURST = 3


class Limiter:
    """Counts calls in sliding windows of `window_s` seconds, which is under a minute only in tests."""

    def __init__(self, window_s: float = WINDOW_S, clock: Callable[[], float] = time.monotonic) -> None:
        self.window_s = window_s
        self._channel_every_s = CHANNEL_EVERY_S * window_s / WINDOW_S
        self._clock = clock
        self._calls: defaultdict[str, deque[float]] = defaultdict(deque)
        self._blocked: dict[str, float] = {}
        #: When each channel's messages so far will be within the steady rate.
        self._posted: dict[str, float] = {}
        #: When the last of the waiting callers is to try again, by channel.
        self._promised: dict[str, float] = {}

    def take(self, method: str, channel: str = "", *, urgent: bool = False) -> float:
        """Count the call and return 0, or return the seconds to wait before trying again."""
        now = self._clock()
        size = PER_WINDOW.get(method, TIER_3) - (0 if urgent else RESERVED_FOR_URGENT.get(method, 0))
        wait = max(self._blocked.get(method, 0.0) - now, self._wait(method, size, self.window_s, now))
        if wait > 0:
            return wait
        channel = channel if method == "chat.postMessage" else ""
        if channel and (due := self._channel_due(channel, now)) > now:
            return (due if urgent else self._promise(channel, due)) - now
        self._calls[method].append(now)
        if channel:
            self._posted[channel] = max(self._posted.get(channel, now), now) + self._channel_every_s
        return 0.0

    def block(self, method: str, seconds: float) -> None:
        """Allow no call of `method` for so many seconds, as Slack's Retry-After demands."""
        self._blocked[method] = max(self._blocked.get(method, 0.0), self._clock() + seconds)

    def _channel_due(self, channel: str, now: float) -> float:
        """Return when the channel accepts the next message (generic cell rate algorithm)."""
        return self._posted.get(channel, now) - self._channel_every_s * (CHANNEL_BURST - 1)

    def _promise(self, channel: str, due: float) -> float:
        """Return when to try again, a different time for each caller, because only one at a time succeeds."""
        self._promised[channel] = max(self._promised.get(channel, 0.0) + self._channel_every_s, due)
        return self._promised[channel]

    def _wait(self, name: str, size: int, window_s: float, now: float) -> float:
        calls = self._calls[name]
        while calls and calls[0] <= now - window_s:
            calls.popleft()
        if len(calls) < size:
            return 0.0
        return calls[len(calls) - size] + window_s - now
