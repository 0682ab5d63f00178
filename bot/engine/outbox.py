"""The outbox: claims effects, has them performed, settles or retries them, and gives up visibly."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from bot.domain import events
from bot.domain.effects import AnyEffect, Effect
from bot.domain.events import AnyEvent
from bot.domain.incident.incident import Incident
from bot.domain.stored_names import stored_name
from bot.engine.record import Recorder
from bot.store import Job, LeaseLost, StoreError

log = logging.getLogger("firstcheck.outbox")

LEASE_S = 60
#: Longer than any performer's own time limit, shorter than the lease.
PERFORM_S = 45
CONCURRENCY = 64
#: How often an effect is attempted before it is given up. Rate limits and unreachable services don't count.
MAX_TRIES = 8
#: An effect older than this is given up after so many attempts, even if none of them counts. Age alone is no
#: reason: a clock that is set ahead makes every effect old, but it makes no attempts.
MAX_AGE = timedelta(hours=24)
MAX_WAITS = 1000
#: The longest sleep. Another process (the CLI) may enqueue work without being able to wake us.
POLL_S = 1.0
#: How far a service's clock may differ from ours.
CLOCK_SKEW = timedelta(minutes=2)

E = TypeVar("E", bound=Effect)


@dataclass(frozen=True, kw_only=True)
class Task:
    """One effect to perform now, and the incident as it is now."""

    job: Job
    effect: AnyEffect
    incident: Incident
    now: datetime

    @property
    def again(self) -> bool:
        """Whether an earlier attempt may have succeeded unnoticed. If so, check before repeating it."""
        return self.job.attempts > 1

    @property
    def since(self) -> datetime:
        """The time (UTC) before which no attempt of this effect started, even on a service's clock."""
        return (self.job.first_claimed_at or self.now) - CLOCK_SKEW


def effect_of(task: Task, kind: type[E]) -> E:
    """Return the effect to perform. Raise TypeError if the table of performers maps it wrongly."""
    if not isinstance(task.effect, kind):
        raise TypeError(f"{type(task.effect).__name__} is not of type {kind.__name__}")
    return task.effect


@dataclass(frozen=True, kw_only=True)
class Done:
    """The effect is done. `events` are facts learned from it, `effects` follow-ups that need no event."""

    events: tuple[AnyEvent, ...] = ()
    effects: tuple[AnyEffect, ...] = ()


@dataclass(frozen=True, kw_only=True)
class TryLater:
    """The effect could not be done now.

    `after_s` is the wait in seconds; None backs off by the number of attempts. `counts` is false for a rate
    limit or an outage, which uses up no attempt.
    """

    why: str
    after_s: float | None = None
    counts: bool = True
    events: tuple[AnyEvent, ...] = ()


@dataclass(frozen=True, kw_only=True)
class GiveUp:
    """The effect can never be done; `why` is a sentence for the card."""

    why: str
    events: tuple[AnyEvent, ...] = ()


Result = Done | TryLater | GiveUp
Performer = Callable[[Task], Awaitable[Result]]
Watcher = Callable[[AnyEffect, Result, float], None]


@dataclass
class Outbox:
    """Performs the effects in the store; `performers` is the table of performers by effect."""

    recorder: Recorder
    performers: Mapping[type, Performer]
    watchers: list[Watcher] = field(default_factory=list)
    perform_s: float = PERFORM_S
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    #: The time of the last round.
    _latest: datetime = datetime.min.replace(tzinfo=UTC) + CLOCK_SKEW
    #: Running effects, by job id.
    _running: dict[int, asyncio.Task[None]] = field(default_factory=dict)

    def wake(self) -> None:
        """Check for due work now."""
        self._woken.set()

    async def run(self) -> None:
        """Work until cancelled. Running effects are finished first."""
        try:
            while True:
                self._woken.clear()
                sleep_s = POLL_S
                try:
                    await self._round()
                    sleep_s = await self._sleep_s()
                except StoreError as error:
                    log.warning("the outbox could not reach its store; trying again: %s", error)
                with suppress(TimeoutError):
                    async with asyncio.timeout(sleep_s):
                        await self._woken.wait()
        finally:
            await self._finish()

    async def idle(self) -> None:
        """Work until nothing is due, for drills and tests that do not call `run`.

        If it is cancelled, running effects are finished first.
        """
        try:
            while await self._round() or self._running:
                if self._running:
                    await asyncio.wait(self._running.values(), return_when=asyncio.FIRST_COMPLETED)
        finally:
            await self._finish()

    async def _finish(self) -> None:
        if self._running:
            await asyncio.wait(self._running.values(), timeout=self.perform_s)

    async def _round(self) -> int:
        """Claim what is due and start it; return how many jobs were claimed."""
        free = CONCURRENCY - len(self._running)
        if free <= 0:
            return 0
        now = self.recorder.clock()
        if now < self._latest - CLOCK_SKEW:  # the clock was set back, so jobs would wait too long
            await self.recorder.store.outbox.retry_now()
        self._latest = now
        jobs = await self.recorder.store.outbox.claim(
            now, limit=free, lease_s=LEASE_S, at_work=tuple(self._running)
        )
        for job in jobs:
            self._running[job.id] = asyncio.create_task(self._perform(job), name=job.key)
        return len(jobs)

    async def _sleep_s(self) -> float:
        now = self.recorder.clock()
        due = await self.recorder.store.outbox.next_due(now, at_work=tuple(self._running))
        if due is None or len(self._running) >= CONCURRENCY:
            return POLL_S
        return min(POLL_S, max(0.0, (due - now).total_seconds()))

    async def _perform(self, job: Job) -> None:
        started = asyncio.get_running_loop().time()
        try:
            result = await self._try(job)
            await self._settle(job, result)
        except LeaseLost:
            log.warning("%s was taken over by another worker", job.key)
        except StoreError as error:  # the job can be claimed again when its lease expires
            log.warning("%s could not be settled: %s", job.key, error)
        except Exception:  # a bug must not end the loop
            log.exception("%s could not be settled", job.key)
        else:
            for watch in self.watchers:
                watch(job.effect, result, asyncio.get_running_loop().time() - started)
        finally:
            del self._running[job.id]
            self.wake()

    async def _try(self, job: Job) -> Result:
        now = self.recorder.clock()
        task = Task(job=job, effect=job.effect, incident=await self.recorder.load(job.incident), now=now)
        try:
            async with asyncio.timeout(self.perform_s):
                result = await self.performers[type(job.effect)](task)
        except TimeoutError:
            result = TryLater(why=f"no answer within {self.perform_s:g} s")
        except Exception as error:  # a bug in one performer must not stop the other effects
            log.exception("%s failed", job.key)
            result = TryLater(why=f"internal error: {error}")
        if isinstance(result, TryLater) and used_up(job, result, now):
            return GiveUp(why=result.why, events=result.events)
        return result

    async def _settle(self, job: Job, result: Result) -> None:
        recorder, store, now = self.recorder, self.recorder.store, self.recorder.clock()
        match result:
            case Done(events=()):
                await store.outbox.settle(job, effects=result.effects, now=now)
            case Done():
                await recorder.learn(job.incident, result.events, settles=job, effects=result.effects)
            case TryLater():
                if result.events:
                    await recorder.learn(job.incident, result.events)
                await store.outbox.put_back(
                    job, until=now + backoff(job, result), why=result.why, failed=result.counts
                )
            case GiveUp():
                failed = events.EffectFailed(at=now, effect=stored_name(type(job.effect)), why=result.why)
                await recorder.learn(job.incident, (*result.events, failed), settles=job)


def used_up(job: Job, result: TryLater, now: datetime) -> bool:
    """Return whether further attempts are pointless."""
    first = job.first_claimed_at or now
    is_hopeless = job.attempts >= MAX_WAITS and now - first > MAX_AGE
    return (result.counts and job.failures + 1 >= MAX_TRIES) or is_hopeless


def backoff(job: Job, result: TryLater) -> timedelta:
    """Return how long to wait: as long as the service asked, or 0.5 s doubled by each attempt, up to 30 s.

    After many attempts the wait is longer than the service asked: if a thousand effects wait for one slot a
    minute, the service asks each of them to wait the same time.
    """
    doubled = 2 ** (min(job.attempts, 10) - 1)
    if result.after_s is None:
        return timedelta(seconds=min(30.0, 0.5 * doubled))
    return timedelta(seconds=max(result.after_s, min(30.0, 0.05 * doubled)))
