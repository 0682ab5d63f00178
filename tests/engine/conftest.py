"""Fixtures for the engine: a clock, recorders that share a file, and a performer of every effect."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain import commands, effects, events
from bot.domain.vocabulary import Severity
from bot.engine import outbox as o
from bot.engine.record import Recorder
from bot.store import Job, Store, open_store

OPENED = "C7"
DECLARE = commands.Declare(by="U1", title="logins fail", severity=Severity.SEV2)

JOB = Job(
    id=1,
    incident=1,
    key="1:1:0",
    effect=effects.OpenChannel(),
    attempts=1,
    priority=1,
    first_claimed_at=None,
)


@dataclass
class Clock:
    """A clock that changes only when a test moves it."""

    now: datetime = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the current time."""
        return self.now

    def forward(self, **of: float) -> None:
        """Move the clock ahead."""
        self.now += timedelta(**of)


class World:
    """A performer of every effect: records each attempt and returns the results a test has prepared."""

    def __init__(self) -> None:
        self.tries: list[str] = []
        self.again: list[bool] = []
        self.answers: defaultdict[str, list[o.Result | Exception]] = defaultdict(list)
        self.hang = asyncio.Event()
        self.hangs: set[str] = set()

    def table(self) -> Mapping[type, o.Performer]:
        """Return the table of performers, with this one for every effect."""
        return dict.fromkeys(effects.AnyEffect.__args__, self.perform)

    async def perform(self, task: o.Task) -> o.Result:
        """Return the prepared result, or success."""
        name = type(task.effect).__name__
        self.tries.append(name)
        self.again.append(task.again)
        if name in self.hangs:
            await self.hang.wait()
        if self.answers[name]:
            answer = self.answers[name].pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        opened = events.ChannelOpened(at=task.now, channel=OPENED, name="inc-1")
        return o.Done(events=(opened,) if name == "OpenChannel" else ())


@pytest.fixture
def clock() -> Clock:
    """A clock that shows ten o'clock."""
    return Clock()


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The URL of a database that other processes may open as well."""
    return f"sqlite:///{tmp_path / 'firstcheck.db'}"


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    """An empty store in a file."""
    opened = await open_store(url)
    yield opened
    await opened.close()


@pytest.fixture
async def other_store(url: str) -> AsyncIterator[Store]:
    """A second store on the same file, as another process would open it."""
    opened = await open_store(url)
    yield opened
    await opened.close()


@pytest.fixture
def recorder(store: Store, clock: Clock) -> Recorder:
    """A recorder on the store."""
    return Recorder(store, clock)


@pytest.fixture
def other(other_store: Store, clock: Clock) -> Recorder:
    """A second recorder on the same file, as in another process."""
    return Recorder(other_store, clock)


@pytest.fixture
def world() -> World:
    """A performer of every effect that succeeds."""
    return World()


@pytest.fixture
def outbox(recorder: Recorder, world: World) -> o.Outbox:
    """An outbox with that performer."""
    outbox = o.Outbox(recorder=recorder, performers=world.table())
    recorder.wake = outbox.wake
    return outbox


async def recorded(recorder: Recorder) -> list[events.AnyEvent]:
    """Return the events of INC-1."""
    return [row.event for row in await recorder.store.log.events(1)]
