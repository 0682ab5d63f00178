"""The optimized outbox claims exactly what its plain rules allow, checked on random histories."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain import effects
from bot.store import Change, Job, Store, open_store

Makes = Callable[..., Change]
LEASE_S = 30


@dataclass
class Waiting:
    """A job as the rules see it; times are in seconds since the start."""

    key: str
    lane: str
    not_before: float
    put_back_until: float = 0
    leased_until: float = 0


def claimable(jobs: list[Waiting], now: float) -> list[str]:
    """Return the keys that may be claimed: the rules of the outbox, without any optimization."""
    chosen = []
    for lane in dict.fromkeys(job.lane for job in jobs):
        members = [job for job in jobs if job.lane == lane]
        due = [job for job in members if job.not_before <= now]
        leased = any(job.leased_until > now for job in members)
        if due and not leased and due[0].put_back_until <= now:
            chosen.append(due[0].key)
    return sorted(chosen)


#: Steps: append with a delay, claim, settle or put back the n-th claimed job, let time pass.
histories = st.lists(
    st.one_of(
        st.tuples(
            st.just("append"), st.sampled_from(["pin", "page", "step"]), st.sampled_from([0, 0, 0, 20, 60])
        ),
        st.tuples(st.just("claim"), st.just(""), st.just(0)),
        st.tuples(st.just("settle"), st.just(""), st.integers(0, 3)),
        st.tuples(st.just("put back"), st.just(""), st.integers(0, 3)),
        st.tuples(st.just("wait"), st.just(""), st.sampled_from([1, 10, 31, 60])),
    ),
    max_size=40,
)


class Twin:
    """Does everything twice: in a store and by the rules."""

    def __init__(self, store: Store, make: Makes, beginning: datetime) -> None:
        self.store, self.make, self.beginning = store, make, beginning
        self.now = 0.0
        self.version = 0
        self.jobs: list[Waiting] = []
        self.claimed_jobs: list[Job] = []

    def at(self, seconds: float) -> datetime:
        """Return the time that many seconds after the start."""
        return self.beginning + timedelta(seconds=seconds)

    async def append(self, what: str, delay: float) -> None:
        """Enqueue an effect of one of three lanes."""
        not_before = self.at(self.now + delay) if delay else None
        wanted: dict[str, effects.AnyEffect] = {
            "pin": effects.PinCard(not_before=not_before),
            "page": effects.NotifyPeople(version=1, not_before=not_before),
            "step": effects.ShowStep(step="settings", not_before=not_before),
        }
        effect = wanted[what]
        change = self.make(after=self.version, effects=(effect,), now=self.at(self.now))
        await self.store.log.append(change)
        self.version += 1
        self.jobs.append(Waiting(f"1:{self.version}:0", effect.lane, self.now + delay if delay else 0))

    async def claim(self) -> None:
        """Claim all that can be claimed; the store and the rules must agree."""
        expected = claimable(self.jobs, self.now)
        due = await self.store.outbox.next_due(self.at(self.now))
        claimed = await self.store.outbox.claim(self.at(self.now), limit=100, lease_s=LEASE_S)

        assert expected == sorted(job.key for job in claimed)
        assert bool(expected) == (due == self.at(self.now))
        assert bool(self.jobs) == (due is not None)
        for job in claimed:
            waiting = self.of(job)
            waiting.leased_until, waiting.put_back_until = self.now + LEASE_S, 0
        keys = {job.key for job in claimed}
        self.claimed_jobs = [job for job in self.claimed_jobs if job.key not in keys] + claimed

    def of(self, job: Job) -> Waiting:
        """Return the job as the rules see it."""
        return next(each for each in self.jobs if each.key == job.key)

    async def settle(self, job: Job) -> None:
        """Settle a claimed job."""
        await self.store.outbox.settle(job, now=self.at(self.now))
        self.jobs.remove(self.of(job))

    async def put_back(self, job: Job) -> None:
        """Put a claimed job back for 15 s."""
        await self.store.outbox.put_back(job, until=self.at(self.now + 15), why="later")
        waiting = self.of(job)
        waiting.leased_until, waiting.put_back_until = 0, self.now + 15


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(history=histories)
async def test_the_outbox_keeps_the_rules(
    history: list[tuple[str, str, int]], change: Makes, now: datetime
) -> None:
    """In any history, exactly the jobs that the rules allow are claimed, and `next_due` agrees."""
    store = await open_store("sqlite:///:memory:")
    twin = Twin(store, change, now)
    try:
        for verb, what, number in history:
            match verb:
                case "append":
                    await twin.append(what, number)
                case "wait":
                    twin.now += number
                case "settle" if number < len(twin.claimed_jobs):
                    await twin.settle(twin.claimed_jobs.pop(number))
                case "put back" if number < len(twin.claimed_jobs):
                    await twin.put_back(twin.claimed_jobs.pop(number))
                case _:
                    await twin.claim()
    finally:
        await store.close()
