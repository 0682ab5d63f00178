"""Fixtures for the tests of the stores: empty stores, and changes to append to them."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.events import AnyEvent, IncidentDeclared, NoteAdded
from bot.domain.rules.evolve import fold
from bot.domain.vocabulary import Severity
from bot.store import Change, Store, open_store

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """The time at which the tests take place."""
    return NOW


@pytest.fixture
def change() -> Callable[..., Change]:
    """A function that makes changes from `(number, *events, after)`. Default: the declaration, then notes."""

    def make(number: int = 1, *events: AnyEvent, after: int = 0, **more: Any) -> Change:
        declared = IncidentDeclared(at=NOW, title=f"Incident {number}", service="web", severity=Severity.SEV2)
        notes = [NoteAdded(at=NOW, ref=str(place), text="seen") for place in range(after)]
        history: list[AnyEvent] = [declared, *notes]
        new = events or (history[after],)
        incident = fold(number, [*history[:after], *new])
        return Change(incident=incident, after=after, **{"events": new, "now": NOW, **more})

    return make


@pytest.fixture
def file_url(tmp_path: Path) -> str:
    """The URL of a store that several processes may open."""
    return f"sqlite:///{tmp_path / 'firstcheck.db'}"


@pytest.fixture(params=["file", "memory"])
async def store(request: pytest.FixtureRequest, file_url: str) -> AsyncIterator[Store]:
    """An empty store of each kind. A new kind of store is added to the parameters and nowhere else."""
    opened = await open_store({"file": file_url, "memory": "sqlite:///:memory:"}[request.param])
    yield opened
    await opened.close()
