"""Slack's limits are reserved whatever is asked for, and never by waiting longer than needed."""

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
    """A clock that stands still until it is told otherwise."""

    now: float = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@given(ASKED)
def test_no_window_holds_more_than_slack_allows(asked: Iterable[tuple[str, str, bool, float]]) -> None:
    """In no 60 s go more calls of a method through than its limit, and urgent ones are not held to less."""
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
def test_after_the_wait_it_goes(asked: Iterable[tuple[str, str, bool, float]]) -> None:
    """Who waits as long as told, and finds nobody in front, may go; a moment earlier not."""
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


def test_channels_are_kept_for_sev1() -> None:
    """After the other incidents took all they may, a sev1 still opens its channel at once."""
    limiter = Limiter(clock=Clock())
    reserved = RESERVED_FOR_URGENT["conversations.create"]
    most = PER_WINDOW["conversations.create"]

    others = [limiter.take("conversations.create") for _ in range(most)]
    urgent = [limiter.take("conversations.create", urgent=True) for _ in range(reserved + 1)]

    assert most - reserved == others.count(0)
    assert [0.0] * reserved + [WINDOW_S] == urgent


def test_a_channel_takes_a_burst_and_then_one_a_second() -> None:
    """What is said in one channel holds up no other."""
    clock = Clock()
    limiter = Limiter(clock=clock)

    assert [0.0] * CHANNEL_BURST == [limiter.take("chat.postMessage", "C1") for _ in range(CHANNEL_BURST)]
    assert 1.0 == limiter.take("chat.postMessage", "C1")
    assert 0.0 == limiter.take("chat.postMessage", "C2")
    clock.now += 1
    assert 0.0 == limiter.take("chat.postMessage", "C1")
    assert 1.0 == limiter.take("chat.postMessage", "C1")


def test_who_waits_for_a_channel_is_let_in_one_by_one() -> None:
    """Of a crowd each comes back at a time of its own and is let in then; what is urgent need not queue."""
    clock = Clock()
    limiter = Limiter(clock=clock)
    waits = [limiter.take("chat.postMessage", "C1") for _ in range(CHANNEL_BURST + 5)][CHANNEL_BURST:]
    assert waits == [1, 2, 3, 4, 5]
    assert limiter.take("chat.postMessage", "C1", urgent=True) == 1
    for _ in waits:
        clock.now += 1
        assert not limiter.take("chat.postMessage", "C1")


def test_what_slack_says_counts() -> None:
    """After a Retry-After its method waits that long, others do not; a shorter one changes nothing."""
    clock = Clock()
    limiter = Limiter(clock=clock)

    limiter.block("pins.add", 30)
    limiter.block("pins.add", 5)

    assert 30 == limiter.take("pins.add", urgent=True)
    assert 0 == limiter.take("conversations.invite")
    clock.now += 30
    assert 0 == limiter.take("pins.add")
