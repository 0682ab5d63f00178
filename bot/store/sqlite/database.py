"""One open SQLite file: a writer thread, a reader thread, and access to both from the event loop."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlite_utils import Database

from bot.store.errors import StoreUnusable
from bot.store.sqlite.connection import MEMORY, connect, query, use_wal
from bot.store.sqlite.file_identity import FileIdentity
from bot.store.sqlite.migrations import migrate
from bot.store.sqlite.writer import Writer

T = TypeVar("T")


class SqliteDatabase:
    """Runs work against the file, in a thread, so that the event loop never waits for the disk."""

    def __init__(
        self, writing: Database, reading: Database | None, identity: FileIdentity | None = None
    ) -> None:
        self._writer = Writer(writing)
        self._reading = reading  # None in memory, where only one connection exists
        self._identity = identity
        self._readers = ThreadPoolExecutor(max_workers=1, thread_name_prefix="firstcheck-reader")

    async def write(self, work: Callable[[Database], T]) -> T:
        """Return the result of `work` once it is on disk.

        Raise its exceptions, or StoreUnusable if writing fails.
        """
        result = await self._writer.write(work)
        self.verify()
        return result

    def verify(self) -> None:
        """Raise StoreUnusable if the file was deleted or replaced since it was opened."""
        if self._identity:
            self._identity.verify()

    async def read(self, work: Callable[[Database], T]) -> T:
        """Return the result of `work`, which only reads. Raise StoreUnusable if the file cannot be read."""
        if self._reading is None:
            return await self._writer.write(work)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._readers, work, self._reading)
        except sqlite3.Error as error:
            raise StoreUnusable(f"The database could not be read ({error}). Check its disk.") from error

    async def close(self) -> None:
        """Finish the work already requested and close the file."""
        await asyncio.to_thread(self._readers.shutdown)
        if self._reading is not None:
            self._reading.close()
        await self._writer.close()


class Part:
    """A part of the store, which runs its work against the file."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database


def open_database(path: str) -> SqliteDatabase:
    """Open the file, create it if needed, and bring its schema up to date. Blocks.

    Raise StoreTooNew if a newer version wrote the file, sqlite3.Error if it cannot be used.
    """
    writing = connect(path)
    try:
        use_wal(writing)
        migrate(writing, path)
        if path == MEMORY:
            return SqliteDatabase(writing, None)
        reading = connect(path)
        query(reading, "PRAGMA query_only = ON")
    except BaseException:
        writing.close()
        raise
    return SqliteDatabase(writing, reading, FileIdentity(path))
