"""The embedded store: one SQLite file, with threads of its own and nothing to install."""

import asyncio
import sqlite3
from datetime import datetime

from bot.store.errors import StoreUnusable
from bot.store.sqlite import journal, log
from bot.store.sqlite.database import SqliteDatabase, open_database
from bot.store.sqlite.journal import SqliteJournal
from bot.store.sqlite.log import SqliteLog
from bot.store.sqlite.outbox import SqliteOutbox
from bot.store.sqlite.transcript import SqliteTranscript, write_and_delete

#: Rows deleted per table and call, so that an alert waits only some milliseconds for the writer.
MAX_PURGED_ROWS = 500


async def open_sqlite(path: str) -> "SqliteStore":
    """Open the file, create it if needed, and bring its schema up to date.

    Raise StoreTooNew if a newer version wrote the file, StoreUnusable if it cannot be used.
    """
    try:
        return SqliteStore(await asyncio.to_thread(open_database, path))
    except sqlite3.Error as error:
        raise StoreUnusable(
            f"{path} cannot be used as the database ({error}). Check that its folder exists and can be"
            " written, that the file is Firstcheck's, and that no other program holds it."
        ) from error


class SqliteStore:
    """A Store in one SQLite file, which other processes may have open as well."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database
        self.log = SqliteLog(database)
        self.outbox = SqliteOutbox(database)
        self.journal = SqliteJournal(database)
        self.transcript = SqliteTranscript(database)

    async def purge(self, before: datetime) -> int:
        """Delete some old rows that are not needed any more; return how many."""
        purges = (journal.purge_requests, journal.purge_ends, log.purge_once_keys)
        return await self._database.write(
            lambda db: sum(purge(db, before, MAX_PURGED_ROWS) for purge in purges)
        )

    async def check(self) -> None:
        """Write and delete a row."""
        await self._database.write(write_and_delete)

    async def close(self) -> None:
        """Finish the writes already requested and close the file."""
        await self._database.close()
