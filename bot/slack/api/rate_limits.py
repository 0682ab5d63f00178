"""Slack's rate limits, kept before Slack has to say so.

Figures: docs.slack.dev/apis/web-api/rate-limits (per method and workspace, over one minute).
"""

import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping

#: A second more than Slack's minute: it counts what arrives, and one call may travel longer than the next.
WINDOW_S = 61.0
#: Calls a window by method; what is not named here has Tier 3's.
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
#: Of the calls of a window, so many are kept: channels for sev1, changes for cards and answers to people.
KEPT_FOR_URGENT: Mapping[str, int] = {"conversations.create": 5, "chat.update": 20}
#: One message a second and channel; "short bursts" are allowed, Slack names no figure. A 429 would stop the
#: other channels too, so that it is better to stay below it.
CHANNEL_EVERY_S = 1.0
CHANNEL_BURST = 3


class Limiter:
    """Counts calls in sliding windows of `window_s`, shorter than a minute only where a test cannot wait."""

    def __init__(self, window_s: float = WINDOW_S, clock: Callable[[], float] = time.monotonic) -> None:
        self._window_s = window_s
        self._channel_every_s = CHANNEL_EVERY_S * window_s / WINDOW_S
        self._clock = clock
        self._calls: defaultdict[str, deque[float]] = defaultdict(deque)
        self._blocked: dict[str, float] = {}
        #: When each channel would be through with its messages at the steady rate.
        self._posted: dict[str, float] = {}
        #: When each channel would take the message of the last one that was told to wait for it.
        self._promised: dict[str, float] = {}

    def take(self, method: str, channel: str = "", *, urgent: bool = False) -> float:
        """Return 0 and count the call, or the seconds to wait before asking again."""
        now = self._clock()
        size = PER_WINDOW.get(method, TIER_3) - (0 if urgent else KEPT_FOR_URGENT.get(method, 0))
        wait = max(self._blocked.get(method, 0.0) - now, self._wait(method, size, self._window_s, now))
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
        """Leave `method` alone for as long as Slack's Retry-After says."""
        self._blocked[method] = max(self._blocked.get(method, 0.0), self._clock() + seconds)

    def _channel_due(self, channel: str, now: float) -> float:
        """Return when the next message may go (generic cell rate algorithm)."""
        return self._posted.get(channel, now) - self._channel_every_s * (CHANNEL_BURST - 1)

    def _promise(self, channel: str, due: float) -> float:
        """Return when to come back, each at a time of its own: of a crowd only one would get in."""
        self._promised[channel] = max(self._promised.get(channel, 0.0) + self._channel_every_s, due)
        return self._promised[channel]

    def _wait(self, name: str, size: int, window_s: float, now: float) -> float:
        calls = self._calls[name]
        while calls and calls[0] <= now - window_s:
            calls.popleft()
        if len(calls) < size:
            return 0.0
        return calls[len(calls) - size] + window_s - now
