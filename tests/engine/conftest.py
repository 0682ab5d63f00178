"""A clock that a test moves, and a file that several recorders may open."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain import commands as c
from bot.domain.alert import Severity
from bot.engine.record import Recorder
from bot.store import Store, open_store

DECLARE = c.Declare(by="U1", title="logins fail", severity=Severity.SEV2)


@dataclass
class Clock:
    """Stands still until a test moves it."""

    now: datetime = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now

    def forward(self, **of: float) -> None:
        """Move on."""
        self.now += timedelta(**of)


@pytest.fixture
def clock() -> Clock:
    """Ten o'clock."""
    return Clock()


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A database that other processes may open too."""
    return f"sqlite:///{tmp_path / 'firstcheck.db'}"


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    """An empty store in a file."""
    opened = await open_store(url)
    yield opened
    await opened.close()


@pytest.fixture
async def other_store(url: str) -> AsyncIterator[Store]:
    """The same file, as another process has it open."""
    opened = await open_store(url)
    yield opened
    await opened.close()


@pytest.fixture
def recorder(store: Store, clock: Clock) -> Recorder:
    """The door into the log."""
    return Recorder(store, clock)


@pytest.fixture
def other(other_store: Store, clock: Clock) -> Recorder:
    """Another process's door into the same log."""
    return Recorder(other_store, clock)
