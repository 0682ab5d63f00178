"""The embedded store: one SQLite file, with threads of its own and nothing to install."""

import asyncio
import sqlite3
from datetime import datetime

from bot.store.codec import stamp
from bot.store.errors import StoreUnusable
from bot.store.sqlite.connection import run
from bot.store.sqlite.database import SqliteDatabase, open_database
from bot.store.sqlite.journal import SqliteJournal
from bot.store.sqlite.log import SqliteLog
from bot.store.sqlite.outbox import SqliteOutbox
from bot.store.sqlite.transcript import SqliteTranscript

#: Rows deleted per table and call, so that an alert waits only some milliseconds for the writer.
MAX_PURGED_ROWS = 500
#: Each one deletes a table's oldest rows up to a given time, and reads no more rows than it may delete.
PURGES = (
    (
        "DELETE FROM journal WHERE received_at < ?"
        " AND id IN (SELECT id FROM journal WHERE outcome = 'processed' ORDER BY id LIMIT ?)"
    ),
    "DELETE FROM ends WHERE alert IN (SELECT alert FROM ends WHERE heard_at < ? ORDER BY heard_at LIMIT ?)",
    "DELETE FROM lookups WHERE key IN (SELECT key FROM lookups WHERE once_at < ? ORDER BY once_at LIMIT ?)",
)


async def open_sqlite(path: str) -> "SqliteStore":
    """Open the file, create it if needed, and bring its schema up to date.

    Raise StoreTooNew if a newer version wrote the file, StoreUnusable if it cannot be used.
    """
    try:
        return SqliteStore(await asyncio.to_thread(open_database, path))
    except sqlite3.Error as error:
        raise StoreUnusable(
            f"{path} cannot be used as the database ({error}). Check that its folder exists and can be"
            " written, that Firstcheck created the file, and that no other program has locked it."
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
        values = (stamp(before), MAX_PURGED_ROWS)
        return await self._database.write(lambda db: sum(run(db, purge, *values) for purge in PURGES))

    async def check(self) -> None:
        """Write, read and delete a row of the journal. Raise StoreUnusable if that fails."""
        await self.journal.check()

    async def close(self) -> None:
        """Finish the writes already requested and close the file."""
        await self._database.close()
