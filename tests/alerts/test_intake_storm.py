"""Storms of alerts and unreadable incidents do not block the intake."""

import asyncio
import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from bot.alerts.intake import Intake
from bot.config.settings import Settings
from bot.domain.events import StatusChanged
from bot.domain.rules.evolve import fold
from bot.domain.vocabulary import Severity, Status
from bot.engine.record import Recorder, utc_now
from bot.store import open_store
from tests.pauses import pauses


def generic(*alerts: dict[str, Any]) -> str:
    """Return a body with alerts in the generic format."""
    return json.dumps([{"title": alert["id"], **alert} for alert in alerts])


async def taken(settings: Settings, *bodies: str) -> dict[str, Severity]:
    """Save and process bodies; return severities by title, in the order of declaration."""
    store = await open_store(settings.database)
    recorder = Recorder(store)
    for body in bodies:
        await store.journal.append("generic", {}, body, recorder.clock())
    await Intake(recorder=recorder, settings=settings).work()
    rows = sorted(await store.log.incidents(limit=1000), key=lambda row: row.number)
    assert not await store.journal.pending()
    await store.close()
    return {row.title: row.severity for row in rows}


async def test_the_highest_severity_is_declared_first(settings: Settings) -> None:
    """A sev1 that arrives after a storm of sev3 alerts is declared before most of them."""
    storm = [{"id": f"mild {n}", "severity": "sev3"} for n in range(200)]

    declared = await taken(settings, generic(*storm), generic({"id": "worst", "severity": "sev1"}))

    assert 201 == len(declared)
    assert "worst" in list(declared)[:40]


@pytest.mark.parametrize(("waiting", "length"), [(2500, 0), (600, 20_000)])
async def test_a_sev1_behind_a_backlog_is_declared_first(
    settings: Settings, waiting: int, length: int
) -> None:
    """After a restart, a sev1 that arrived last is declared before the warnings that waited longer."""
    store = await open_store(settings.database)
    intake = Intake(recorder=Recorder(store), settings=settings)
    declared: list[Severity] = []
    intake.recorder.watchers.append(lambda incident, _event: declared.append(incident.severity))
    received_at = utc_now() - timedelta(minutes=1)
    warnings = [
        generic({"id": f"slow {number}", "severity": "warning", "description": "x" * length})
        for number in range(waiting)
    ]
    bodies = [*warnings, generic({"id": "logins fail", "severity": "critical"})]
    await asyncio.gather(*(store.journal.append("generic", {}, body, received_at) for body in bodies))
    working = asyncio.create_task(intake.work())
    async with asyncio.timeout(30):
        while not declared:
            await asyncio.sleep(0.01)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    await store.close()

    assert Severity.SEV1 == declared[0]


async def test_long_bodies_are_processed_in_order(settings: Settings) -> None:
    """Long bodies are read a few at a time, and those behind them are processed too."""
    names = [f"long {n}" for n in range(4)]
    bodies = [generic({"id": name, "description": "a" * 2_500_000}) for name in names]

    declared = await taken(settings, *bodies, generic({"id": "short"}))

    assert [*names, "short"] == list(declared)


async def test_thousands_of_alerts_do_not_block_the_event_loop(settings: Settings) -> None:
    """While a body of 50,000 alerts is processed, the event loop is never blocked for a second."""
    storm = generic(*({"id": f"host {n}", "incident_key": "rack"} for n in range(50_000)))

    async with pauses() as found:
        await taken(settings, storm)

    assert max(found) < 1
    store = await open_store(settings.database)
    incident = fold(1, [recorded.event for recorded in await store.log.events(1)])
    await store.close()
    assert 50_000 == len(incident.alerts)


async def test_firing_alerts_of_a_body_come_first(settings: Settings) -> None:
    """A long body in which one alert still fires never makes all alerts seem resolved."""
    storm = [{"id": f"host {n}", "incident_key": "rack"} for n in range(2500)]
    over = [{**alert, "status": "resolved"} for alert in storm]
    fires = {"id": "the last", "incident_key": "rack"}
    await taken(settings, generic(*storm), generic(*over, fires), generic({**fires, "status": "resolved"}))

    store = await open_store(settings.database)
    events = [recorded.event for recorded in await store.log.events(1)]
    await store.close()
    assert [Status.MONITORING] == [event.status for event in events if isinstance(event, StatusChanged)]
    assert isinstance(events[-1], StatusChanged)


async def test_an_unreadable_incident_blocks_no_other(settings: Settings) -> None:
    """Alerts of an incident with an unknown event are quarantined, and others are processed."""
    await taken(settings, generic({"id": "first", "severity": "sev3"}))
    with closing(sqlite3.connect(settings.database.removeprefix("sqlite:///"))) as database:
        database.execute(
            "INSERT INTO events"
            " SELECT incident, max(version) + 1, 'FromTheFuture', '{}', recorded_at FROM events"
        )
        database.execute("UPDATE incidents SET version = version + 1")
        database.commit()

    joins = generic({"id": "first", "severity": "sev3", "status": "resolved"})
    declared = await taken(settings, joins, generic({"id": "second", "severity": "sev1"}))

    assert ["first", "second"] == list(declared)
    store = await open_store(settings.database)
    assert 1 == (await store.journal.counts())["quarantined"]
    await store.close()
