"""The limiter keeps every method within Slack's limits and never waits longer than needed."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from bot.slack.api.rate_limits import (
    CHANNEL_BURST,
    PER_WINDOW,
    RESERVED_FOR_URGENT,
    TIER_3,
    WINDOW_S,
    Limiter,
)

METHODS = ("conversations.create", "chat.update", "chat.postMessage", "a.method.nobody.named")
ASKED = st.lists(
    st.tuples(st.sampled_from(METHODS), st.sampled_from(["C1", "C2"]), st.booleans(), st.floats(0, 3)),
    max_size=150,
)


@dataclass
class Clock:
    """A clock that only moves when a test sets it."""

    now: float = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@given(ASKED)
def test_no_window_has_more_calls_than_allowed(asked: Iterable[tuple[str, str, bool, float]]) -> None:
    """No 60 seconds have more calls of a method than its limit, urgent calls included."""
    clock = Clock()
    limiter = Limiter(clock=clock)
    went: defaultdict[str, list[float]] = defaultdict(list)
    for method, channel, urgent, pause_s in asked:
        clock.now += pause_s
        if not limiter.take(method, channel, urgent=urgent):
            went[method].append(clock.now)

    for method, times in went.items():
        most = PER_WINDOW.get(method, TIER_3)
        assert all(late - early >= WINDOW_S for early, late in zip(times, times[most:], strict=False))


@given(ASKED)
def test_a_call_succeeds_after_its_wait(asked: Iterable[tuple[str, str, bool, float]]) -> None:
    """A call succeeds right after the wait it was given, and not a moment earlier."""
    clock = Clock()
    limiter = Limiter(clock=clock)
    for method, channel, urgent, pause_s in asked:
        clock.now += pause_s
        wait_s = limiter.take(method, channel, urgent=urgent)
        if wait_s > 0.01:
            clock.now += wait_s - 0.005
            assert limiter.take(method, channel, urgent=urgent) > 0
            clock.now += 0.006
            assert 0 == limiter.take(method, channel, urgent=urgent)


def test_channels_are_reserved_for_sev1() -> None:
    """A sev1 can open its channel even after other incidents have used their share of calls."""
    limiter = Limiter(clock=Clock())
    reserved = RESERVED_FOR_URGENT["conversations.create"]
    most = PER_WINDOW["conversations.create"]

    others = [limiter.take("conversations.create") for _ in range(most)]
    urgent = [limiter.take("conversations.create", urgent=True) for _ in range(reserved + 1)]

    assert most - reserved == others.count(0)
    assert [0.0] * reserved + [WINDOW_S] == urgent


def test_a_channel_takes_a_burst_and_then_one_a_second() -> None:
    """After a burst a channel takes one message per second, and other channels are not affected."""
    clock = Clock()
    limiter = Limiter(clock=clock)

    assert [0.0] * CHANNEL_BURST == [limiter.take("chat.postMessage", "C1") for _ in range(CHANNEL_BURST)]
    assert 1.0 == limiter.take("chat.postMessage", "C1")
    assert 0.0 == limiter.take("chat.postMessage", "C2")
    clock.now += 1
    assert 0.0 == limiter.take("chat.postMessage", "C1")
    assert 1.0 == limiter.take("chat.postMessage", "C1")


def test_waiting_callers_get_different_times() -> None:
    """Each caller waiting for a channel gets its own time. Urgent calls do not queue."""
    clock = Clock()
    limiter = Limiter(clock=clock)
    waits = [limiter.take("chat.postMessage", "C1") for _ in range(CHANNEL_BURST + 5)][CHANNEL_BURST:]
    assert waits == [1, 2, 3, 4, 5]
    assert limiter.take("chat.postMessage", "C1", urgent=True) == 1
    for _ in waits:
        clock.now += 1
        assert not limiter.take("chat.postMessage", "C1")


def test_retry_after_is_obeyed_for_its_method() -> None:
    """A Retry-After blocks only its method, and a shorter one does not end it earlier."""
    clock = Clock()
    limiter = Limiter(clock=clock)

    limiter.block("pins.add", 30)
    limiter.block("pins.add", 5)

    assert 30 == limiter.take("pins.add", urgent=True)
    assert 0 == limiter.take("conversations.invite")
    clock.now += 30
    assert 0 == limiter.take("pins.add")
