"""The writer commits waiting requests together, and isolates those that fail."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from threading import Event

import pytest
from sqlite_utils import Database

from bot.store import StoreUnusable
from bot.store.sqlite.connection import connect, run, value
from bot.store.sqlite.writer import Writer


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A file with one table."""
    path = str(tmp_path / "numbers.db")
    db = connect(path)
    run(db, "CREATE TABLE numbers (number INTEGER NOT NULL CHECK (number < 100))")
    db.close()
    return path


@pytest.fixture
async def writer(path: str) -> AsyncIterator[Writer]:
    """A writer on that file."""
    writer = Writer(connect(path))
    yield writer
    await writer.close()


def adding(number: int) -> Callable[[Database], int]:
    """Return work that inserts a number and returns how many numbers there are."""

    def work(db: Database) -> int:
        run(db, "INSERT INTO numbers VALUES (?)", number)
        return int(value(db, "SELECT count(*) FROM numbers"))

    return work


def adding_twice(db: Database) -> int:
    """Insert a number, then one that violates the check."""
    adding(1)(db)
    return adding(100)(db)


async def held(writer: Writer) -> tuple[asyncio.Task[bool], Event]:
    """Keep the writer busy until the returned gate is set."""
    gate, begun = Event(), Event()

    def work(_: Database) -> bool:
        begun.set()
        return gate.wait(5)

    busy = asyncio.create_task(writer.write(work))
    await asyncio.to_thread(begun.wait, 5)
    return busy, gate


async def test_work_returns_once_it_is_on_disk(writer: Writer, path: str) -> None:
    """When `write` returns, another connection sees the change."""
    assert 1 == await writer.write(adding(1))

    db = connect(path)
    assert 1 == value(db, "SELECT count(*) FROM numbers")
    db.close()


async def test_a_failing_request_is_undone_alone(writer: Writer) -> None:
    """If a request fails, its earlier statements are undone and the other requests are kept."""
    works = [adding(1), adding_twice, adding(2)]

    results = await asyncio.gather(*map(writer.write, works), return_exceptions=True)

    assert [1, sqlite3.IntegrityError, 2] == [
        type(result) if isinstance(result, Exception) else result for result in results
    ]


async def test_waiting_requests_share_one_commit(path: str) -> None:
    """Requests that wait at the same time are committed together."""
    db = connect(path)
    statements: list[str] = []
    db.conn.set_trace_callback(statements.append)
    writer = Writer(db)
    busy, gate = await held(writer)

    waiting = [asyncio.create_task(writer.write(adding(number))) for number in range(50)]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(busy, *waiting)

    assert 2 == statements.count("COMMIT")
    await writer.close()


async def test_a_cancelled_request_is_skipped(writer: Writer) -> None:
    """A request that is cancelled before it starts writes nothing."""
    busy, gate = await held(writer)
    gone = asyncio.create_task(writer.write(adding(1)))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.sleep(0)
    gate.set()
    await busy

    assert 1 == await writer.write(adding(2))


async def test_a_full_disk_raises(writer: Writer) -> None:
    """A full disk raises StoreUnusable, and the writer continues once there is room again."""

    def fill(db: Database) -> None:
        run(db, "PRAGMA max_page_count = 1")
        run(db, "CREATE TABLE more (text TEXT)")

    with pytest.raises(StoreUnusable, match=r"could not be written .*full"):
        await writer.write(fill)
    assert 1 == await writer.write(adding(1))


async def test_a_locked_file_raises(path: str) -> None:
    """A file locked by another process raises StoreUnusable, and nothing is written."""
    db = connect(path)
    run(db, "PRAGMA busy_timeout = 1")
    other = connect(path)
    run(other, "BEGIN IMMEDIATE")
    writer = Writer(db)

    with pytest.raises(StoreUnusable, match=r"could not be written .*locked"):
        await writer.write(adding(1))
    run(other, "ROLLBACK")
    assert 1 == await writer.write(adding(1))

    await writer.close()
    other.close()


async def test_closing_finishes_waiting_requests(writer: Writer, path: str) -> None:
    """`close` finishes the waiting requests, and later requests raise StoreUnusable."""
    asked = [asyncio.create_task(writer.write(adding(number))) for number in range(50)]
    await asyncio.sleep(0)
    await writer.close()
    await asyncio.gather(*asked)

    with pytest.raises(StoreUnusable, match="The store is closed"):
        await writer.write(adding(1))
    db = connect(path)
    assert 50 == value(db, "SELECT count(*) FROM numbers")
    db.close()
