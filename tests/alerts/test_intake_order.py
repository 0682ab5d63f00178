"""The intake with senders whose clocks are wrong and whose requests arrive out of order."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.alerts.intake import Intake
from bot.config.settings import Settings
from bot.domain.rules.correlation import ENDS_KEPT
from bot.domain.vocabulary import Status
from bot.engine.record import Recorder
from bot.store import open_store

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass
class Door:
    """Receives generic alerts, with a clock that the test moves."""

    intake: Intake
    now: datetime = field(default=NOON)

    async def take(self, after: timedelta = timedelta(seconds=1), **alert: Any) -> None:
        """Receive the next alert about the backup after this time."""
        self.now += after
        body = json.dumps({"title": "Backup failed", "dedup_key": "backup", "service": "billing", **alert})
        await self.intake.recorder.store.journal.append("generic", {}, body, self.now)
        await self.intake.work()

    async def restart(self) -> None:
        """Restart with the same database."""
        settings = self.intake.settings
        await self.intake.recorder.store.close()
        store = await open_store(settings.database)
        self.intake = Intake(recorder=Recorder(store, lambda: self.now), settings=settings)

    async def statuses(self) -> list[Status]:
        """Return the incidents' statuses, newest first."""
        return [row.status for row in await self.intake.recorder.store.log.incidents()]

    def time(self, seconds: float) -> str:
        """Return the time this many seconds from now, as a sender writes it."""
        return (self.now + timedelta(seconds=seconds)).isoformat()


@pytest.fixture
async def door(settings: Settings) -> AsyncIterator[Door]:
    """An intake on an empty store."""
    store = await open_store(settings.database)
    door = Door(Intake(recorder=Recorder(store), settings=settings))
    door.intake.recorder.clock = lambda: door.now
    yield door
    await door.intake.recorder.store.close()


async def test_a_resolution_from_a_slow_clock(door: Door) -> None:
    """A resolution ends an alert that has no start of its own, even if the sender's clock is slow."""
    await door.take()
    await door.take(status="resolved", ends_at=door.time(-30))

    assert [Status.MONITORING] == await door.statuses()


async def test_a_resolution_of_an_earlier_firing(door: Door) -> None:
    """A resolution from before the alert's start does not end it."""
    await door.take(starts_at=door.time(0))
    await door.take(status="resolved", ends_at=door.time(-30))

    assert [Status.INVESTIGATING] == await door.statuses()


async def test_a_resolution_that_arrives_before_its_firing(door: Door) -> None:
    """A firing opens nothing if its resolution arrived first; a later firing does."""
    began = door.time(-60)
    await door.take(status="resolved", starts_at=began, ends_at=door.time(-5))
    for _ in range(2):
        await door.take(starts_at=began)
    before = await door.statuses()
    await door.take(starts_at=door.time(0))

    assert ([], [Status.INVESTIGATING]) == (before, await door.statuses())


async def test_an_early_resolution_survives_a_restart(door: Door) -> None:
    """A resolution that arrived before its firing is still known after a restart."""
    began = door.time(-60)
    await door.take(status="resolved", starts_at=began, ends_at=door.time(-5))
    await door.restart()
    await door.take(starts_at=began)
    before = await door.statuses()
    await door.take(starts_at=door.time(0))

    assert ([], [Status.INVESTIGATING]) == (before, await door.statuses())


async def test_an_early_resolution_beside_other_alerts(door: Door) -> None:
    """A late firing whose resolution arrived first does not reopen an incident with other alerts."""
    began = door.time(-60)
    await door.take(dedup_key="other", starts_at=began)
    await door.take(status="resolved", starts_at=began)
    await door.take(dedup_key="other", status="resolved", starts_at=began)
    await door.take(starts_at=began)

    assert [Status.MONITORING] == await door.statuses()


async def test_a_resolution_without_a_start(door: Door) -> None:
    """A monitor that sends "ok" at its start silences no later alert."""
    await door.take(status="ok")
    await door.take(starts_at=door.time(-60))

    assert [Status.INVESTIGATING] == await door.statuses()


async def test_an_early_resolution_expires(door: Door) -> None:
    """After a day a firing counts again, because some senders repeat the same start."""
    began = door.time(-60)
    await door.take(status="resolved", starts_at=began)
    await door.take(starts_at=began, after=ENDS_KEPT)

    assert [Status.INVESTIGATING] == await door.statuses()
