"""The SQLite file survives crashes, can be shared by processes, and reports errors in sentences."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.domain import effects
from bot.domain.events import IncidentDeclared
from bot.domain.vocabulary import Severity
from bot.store import Change, Conflict, StoreUnusable, open_store
from bot.store.errors import StoreTooNew
from bot.store.sqlite.migrations import STEPS, migrate

Makes = Callable[..., Change]

#: Appends incidents, prints the number of each acknowledged one, and kills itself midway.
DIES = """
import asyncio, os, sys
from datetime import UTC, datetime
from bot.domain.effects import OpenChannel
from bot.domain.events import IncidentDeclared, NoteAdded
from bot.domain.vocabulary import Severity
from bot.domain.rules.evolve import fold
from bot.store import Change, open_store

NOW = datetime(2026, 11, 20, tzinfo=UTC)

async def one(store, number):
    events = (
        IncidentDeclared(at=NOW, title="t", service="s", severity=Severity.SEV1),
        NoteAdded(at=NOW, ref="1", text="n"),
    )
    incident = fold(number, events)
    effects = (OpenChannel(),)
    await store.log.append(Change(incident=incident, after=0, events=events, effects=effects, now=NOW))
    os.write(1, b"%d\\n" % number)
    if number == 40:
        os._exit(9)

async def main():
    store = await open_store(sys.argv[1])
    await asyncio.gather(*(one(store, number) for number in range(1, 400)))

asyncio.run(main())
"""


async def test_a_reopened_file_has_everything(file_url: str, change: Makes) -> None:
    """Events and jobs are still there after the store is closed and opened again."""
    store = await open_store(file_url)
    await store.log.append(change(effects=(effects.OpenChannel(),)))
    written = await store.log.events(1)
    await store.close()

    store = await open_store(file_url)

    assert written == await store.log.events(1)
    assert ["1:1:0"] == [job.key for job in await store.outbox.jobs()]
    await store.close()


async def test_nothing_acknowledged_is_lost_when_the_process_is_killed(file_url: str) -> None:
    """After a kill every acknowledged incident is there, and none is half written."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", DIES, file_url, stdout=subprocess.PIPE
    )
    output, _ = await process.communicate()
    acknowledged = {int(line) for line in output.split()}

    store = await open_store(file_url)
    rows = await store.log.incidents(limit=1000)
    jobs = await store.outbox.jobs()

    assert 9 == process.returncode
    assert acknowledged
    assert acknowledged <= {row.number for row in rows}
    assert {row.number for row in rows} == {job.incident for job in jobs}
    assert {2} == {len(await store.log.events(row.number)) for row in rows}
    await store.close()


async def test_two_processes_share_one_file(file_url: str, change: Makes, now: datetime) -> None:
    """Numbers, versions and leases hold across processes, and each sees what the other wrote."""
    serving, cli = await asyncio.gather(open_store(file_url), open_store(file_url))
    await serving.log.append(change(effects=(effects.OpenChannel(),)))
    assert 2 == await cli.log.next_number()

    racers = [store.log.append(change(after=1)) for store in (serving, cli) * 5]
    results = await asyncio.gather(*racers, return_exceptions=True)
    claims = [store.outbox.claim(now, limit=10, lease_s=30) for store in (serving, cli)]
    claimed = await asyncio.gather(*claims)

    assert 9 == sum(isinstance(result, Conflict) for result in results)
    assert 2 == len(await cli.log.events(1))
    assert 1 == len(claimed[0] + claimed[1])
    await asyncio.gather(serving.close(), cli.close())


async def test_many_may_open_a_new_file_at_once(file_url: str) -> None:
    """Of several processes that open a new file at once, one creates the schema."""
    stores = await asyncio.gather(*(open_store(file_url) for _ in range(8)))

    assert {1} == {await store.log.next_number() for store in stores}
    for store in stores:
        await store.close()


async def test_an_older_file_is_brought_up_to_date(tmp_path: Path, file_url: str, change: Makes) -> None:
    """Opening an older file applies the missing migrations once and keeps its rows."""
    store = await open_store(file_url)
    await store.log.append(change())
    await store.close()

    def add_mood(db: Database) -> None:
        db.execute("ALTER TABLE incidents ADD COLUMN mood TEXT")

    path = str(tmp_path / "firstcheck.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for _ in range(2):
            migrate(Database(connection), path, {**STEPS, "0002_mood": add_mood})

        assert [(1, None)] == connection.execute("SELECT number, mood FROM incidents").fetchall()


async def test_drills_declared_before_the_index_knew_them(
    tmp_path: Path, file_url: str, change: Makes, now: datetime
) -> None:
    """The migration of drills marks earlier drills in the index, and no other incident."""
    store = await open_store(file_url)
    drill = IncidentDeclared(at=now, title="t", service="s", severity=Severity.SEV1, drill=True)
    await store.log.append(change(1, drill))
    await store.log.append(change(2))
    await store.close()
    with closing(sqlite3.connect(tmp_path / "firstcheck.db")) as connection:
        connection.execute("ALTER TABLE incidents DROP COLUMN drill")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name = '0004_drills'")
        connection.commit()

    store = await open_store(file_url)
    assert [(2, False), (1, True)] == [(row.number, row.drill) for row in await store.log.incidents()]
    await store.close()


async def test_a_failing_migration_changes_nothing(tmp_path: Path, file_url: str) -> None:
    """If a migration fails, the file stays as it was."""
    await (await open_store(file_url)).close()

    def half(db: Database) -> None:
        db.execute("DROP TABLE people")
        raise RuntimeError("power cut")

    path = str(tmp_path / "firstcheck.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        with pytest.raises(RuntimeError, match="power cut"):
            migrate(Database(connection), path, {**STEPS, "0002_half": half})

        assert [] == connection.execute("SELECT * FROM people").fetchall()


async def test_a_newer_file_is_refused(tmp_path: Path, file_url: str) -> None:
    """A file that a newer version migrated raises StoreTooNew."""
    path = str(tmp_path / "firstcheck.db")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrate(Database(connection), path, {**STEPS, "0099_from_the_future": lambda _: None})

    with pytest.raises(
        StoreTooNew, match=r"firstcheck\.db was written by a newer version.*Upgrade Firstcheck"
    ):
        await open_store(file_url)


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path, file_url: str) -> None:
    """A file that is not a database raises StoreUnusable and stays unchanged."""
    (tmp_path / "firstcheck.db").write_text("# Shopping list\n" * 100)

    with pytest.raises(StoreUnusable, match=r"firstcheck\.db cannot be used .*file is not a database.*Check"):
        await open_store(file_url)

    assert "# Shopping list\n" * 100 == (tmp_path / "firstcheck.db").read_text()


@pytest.mark.parametrize("place", ["missing/firstcheck.db", "."])
async def test_a_path_that_cannot_be_opened_is_refused(tmp_path: Path, place: str) -> None:
    """A path that cannot be opened raises StoreUnusable, with the path and what to check."""
    with pytest.raises(StoreUnusable, match=r"cannot be used as the database.*Check that its folder exists"):
        await open_store(f"sqlite:///{tmp_path / place}")


@pytest.mark.parametrize("url", ["firstcheck.db", "mysql://db", "sqlite:///", ""])
async def test_an_unknown_url_is_refused(url: str) -> None:
    """An unknown URL raises StoreUnusable, with an example of a valid one."""
    with pytest.raises(
        StoreUnusable, match=r"is not a supported database\. Write it as sqlite:///firstcheck\.db"
    ):
        await open_store(url)


async def test_effects_of_a_newer_version_wait_for_it(tmp_path: Path, file_url: str, change: Makes) -> None:
    """An effect with an unknown name is left to the newer version; other lanes continue."""
    store = await open_store(file_url)
    await store.log.append(
        change(effects=(effects.ShowCard(), effects.PinCard(), effects.ShowStep(step="settings")))
    )
    with closing(sqlite3.connect(tmp_path / "firstcheck.db", isolation_level=None)) as connection:
        connection.execute("UPDATE jobs SET name = 'SingSong' WHERE name = 'ShowCard'")

    claimed = await store.outbox.claim(change().now, limit=10, lease_s=30)

    assert [effects.PinCard()] == [job.effect for job in claimed]
    assert [effects.PinCard(), effects.ShowStep(step="settings")] == [
        job.effect for job in await store.outbox.jobs()
    ]
    await store.close()


@pytest.mark.parametrize("data", ["{", '{"version": 1, "not_before": "never"}'])
async def test_an_unreadable_effect_blocks_only_its_lane(
    tmp_path: Path, file_url: str, change: Makes, data: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A damaged effect, or one with an unknown value, is logged and blocks only its lane."""
    store = await open_store(file_url)
    await store.log.append(
        change(effects=(effects.ShowCard(), effects.PinCard(), effects.ShowStep(step="settings")))
    )
    with closing(sqlite3.connect(tmp_path / "firstcheck.db", isolation_level=None)) as connection:
        connection.execute("UPDATE jobs SET data = ? WHERE name = 'ShowCard'", (data,))

    claimed = await store.outbox.claim(change().now, limit=10, lease_s=30)

    assert [effects.PinCard()] == [job.effect for job in claimed]
    assert [effects.PinCard(), effects.ShowStep(step="settings")] == [
        job.effect for job in await store.outbox.jobs()
    ]
    assert "1:1:0 is left alone: The database contains a ShowCard that cannot be read" in caplog.text
    await store.close()
