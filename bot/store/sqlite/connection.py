"""Opens a SQLite file the way the store needs it."""

import sqlite3
from contextlib import closing
from time import monotonic, sleep
from typing import Any

from sqlite_utils import Database

MEMORY = ":memory:"
#: How long to wait for another process that writes, in seconds.
BUSY_S = 5


def connect(path: str) -> Database:
    """Return a connection without implicit transactions, to be used by one thread at a time.

    Raises sqlite3.Error.
    """
    connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        db = Database(connection, execute_plugins=False)
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA synchronous = FULL")
    except sqlite3.Error:
        connection.close()
        raise
    return db


def use_wal(db: Database) -> None:
    """Let readers and the writer not wait for each other. Lasts in the file; raises sqlite3.Error."""
    give_up_at = monotonic() + BUSY_S
    while query(db, "PRAGMA journal_mode") not in ([("wal",)], [("memory",)]):
        try:
            query(db, "PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            # Of two that switch a new file at once SQLite turns one away without waiting.
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > give_up_at:
                raise
            sleep(0.01)


def run(db: Database, sql: str, *values: Any) -> int:
    """Execute a statement that writes; return how many rows it changed."""
    with closing(db.execute(sql, _bound(values))) as cursor:
        return int(cursor.rowcount)


def insert(db: Database, sql: str, *values: Any) -> int:
    """Execute an INSERT; return the id of the new row."""
    with closing(db.execute(sql, _bound(values))) as cursor:
        return int(cursor.lastrowid or 0)


def query(db: Database, sql: str, *values: Any) -> list[Any]:
    """Return every row, as tuples, so that no read stays open and holds back the log's checkpoint."""
    with closing(db.execute(sql, _bound(values))) as cursor:
        return cursor.fetchall()


def value(db: Database, sql: str, *values: Any) -> Any:
    """Return the one value of the first row, or None."""
    rows = query(db, sql, *values)
    return rows[0][0] if rows else None


def _bound(values: tuple[Any, ...]) -> list[Any]:
    """Return the values as SQLite takes them: half a surrogate pair, which JSON may hold, is no text."""
    return [each.encode(errors="replace").decode() if isinstance(each, str) else each for each in values]
