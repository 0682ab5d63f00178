"""The intake: words on an alert by clocks that disagree, and in another order than they were said."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.alerts.intake import ENDS_KEPT, Intake
from bot.config.settings import Settings
from bot.domain.vocabulary import Status
from bot.engine.record import Recorder
from bot.store import open_store

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass
class Door:
    """Takes generic alerts, at a time that is moved by hand."""

    intake: Intake
    now: datetime = field(default=NOON)

    async def take(self, after: timedelta = timedelta(seconds=1), **alert: Any) -> None:
        """Take the next word on the backup, so much later."""
        self.now += after
        body = json.dumps({"title": "Backup failed", "dedup_key": "backup", "service": "billing", **alert})
        await self.intake.recorder.store.journal.append("generic", {}, body, self.now)
        await self.intake.work()

    async def restart(self) -> None:
        """Begin anew on what is on the disk."""
        settings = self.intake.settings
        await self.intake.recorder.store.close()
        store = await open_store(settings.database)
        self.intake = Intake(recorder=Recorder(store, lambda: self.now), settings=settings)

    async def statuses(self) -> list[Status]:
        """Return how the incidents stand, the newest first."""
        return [row.status for row in await self.intake.recorder.store.log.incidents()]

    def told(self, seconds: float) -> str:
        """Return a time so many seconds from now, as a sender writes it."""
        return (self.now + timedelta(seconds=seconds)).isoformat()


@pytest.fixture
async def door(settings: Settings) -> AsyncIterator[Door]:
    """A door to an empty store."""
    store = await open_store(settings.database)
    door = Door(Intake(recorder=Recorder(store), settings=settings))
    door.intake.recorder.clock = lambda: door.now
    yield door
    await door.intake.recorder.store.close()


async def test_an_end_by_a_clock_that_is_behind(door: Door) -> None:
    """It ends an alert that did not say when it began, or its ladder would go on calling people."""
    await door.take()
    await door.take(status="resolved", ends_at=door.told(-30))

    assert [Status.MONITORING] == await door.statuses()


async def test_an_end_of_an_earlier_episode(door: Door) -> None:
    """Of an alert that says when it began it ends nothing."""
    await door.take(starts_at=door.told(0))
    await door.take(status="resolved", ends_at=door.told(-30))

    assert [Status.INVESTIGATING] == await door.statuses()


async def test_an_end_that_comes_before_its_beginning(door: Door) -> None:
    """Retries overtake each other: it opens nothing, for nothing would end it; the next episode does."""
    began = door.told(-60)
    await door.take(status="resolved", starts_at=began, ends_at=door.told(-5))
    for _ in range(2):
        await door.take(starts_at=began)
    before = await door.statuses()
    await door.take(starts_at=door.told(0))

    assert ([], [Status.INVESTIGATING]) == (before, await door.statuses())


async def test_an_end_that_comes_before_its_beginning_and_a_restart(door: Door) -> None:
    """It is known afterwards as well, or the incident would fire for ever."""
    began = door.told(-60)
    await door.take(status="resolved", starts_at=began, ends_at=door.told(-5))
    await door.restart()
    await door.take(starts_at=began)
    before = await door.statuses()
    await door.take(starts_at=door.told(0))

    assert ([], [Status.INVESTIGATING]) == (before, await door.statuses())


async def test_an_end_before_its_beginning_beside_others(door: Door) -> None:
    """The other alerts of its incident are over too, and nothing fires again."""
    began = door.told(-60)
    await door.take(dedup_key="other", starts_at=began)
    await door.take(status="resolved", starts_at=began)
    await door.take(dedup_key="other", status="resolved", starts_at=began)
    await door.take(starts_at=began)

    assert [Status.MONITORING] == await door.statuses()


async def test_an_end_that_says_not_what_it_ended(door: Door) -> None:
    """A monitor that says "ok" as it starts silences nothing, wherever its clock stands."""
    await door.take(status="ok")
    await door.take(starts_at=door.told(-60))

    assert [Status.INVESTIGATING] == await door.statuses()


async def test_an_end_is_not_remembered_for_ever(door: Door) -> None:
    """Some senders give each episode the same beginning."""
    began = door.told(-60)
    await door.take(status="resolved", starts_at=began)
    await door.take(starts_at=began, after=ENDS_KEPT)

    assert [Status.INVESTIGATING] == await door.statuses()
