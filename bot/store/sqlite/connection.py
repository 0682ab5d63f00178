"""Opens a SQLite file with the settings the store needs, and runs statements on it."""

import sqlite3
from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from contextlib import closing
from time import monotonic, sleep
from typing import Any

from sqlite_utils import Database

MEMORY = ":memory:"
#: How long to wait for another process that is writing.
BUSY_TIMEOUT_S = 5


def connect(path: str) -> Database:
    """Return a connection without implicit transactions, for one thread at a time. Raise sqlite3.Error."""
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    try:
        db = Database(connection, execute_plugins=False)
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA synchronous = FULL")
    except sqlite3.Error:
        connection.close()
        raise
    return db


def use_wal(db: Database) -> None:
    """Switch the file to write-ahead logging, so that readers and the writer do not block each other.

    The file keeps the setting. Raise sqlite3.Error.
    """
    give_up_at = monotonic() + BUSY_TIMEOUT_S
    while query(db, "PRAGMA journal_mode") not in ([("wal",)], [("memory",)]):
        try:
            query(db, "PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            # If two processes switch a new file at once, SQLite fails one of them without waiting.
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > give_up_at:
                raise
            sleep(0.01)


def run(db: Database, sql: str, *values: Any) -> int:
    """Execute a statement that writes; return the number of changed rows."""
    with closing(db.execute(sql, _bound(values))) as cursor:
        return int(cursor.rowcount)


def insert(db: Database, table: str, row: Mapping[str, Any], *, key: Collection[str] = ()) -> int:
    """Insert a row and return its id. If a row has the same values in the columns `key`, update that one."""
    # Tables and columns are ours, and values are bound.
    sql = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"  # noqa: S608
    if key:
        changes = ", ".join(f"{column} = excluded.{column}" for column in row if column not in key)
        sql += f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}"
    with closing(db.execute(sql, _bound(row.values()))) as cursor:
        return int(cursor.lastrowid or 0)


def query(db: Database, sql: str, *values: Any) -> list[Any]:
    """Return all rows as tuples. An unfinished read would keep the write-ahead log from shrinking."""
    with closing(db.execute(sql, _bound(values))) as cursor:
        return cursor.fetchall()


def records(
    db: Database, sql: str, values: Sequence[Any] | dict[str, Any]
) -> Generator[dict[str, Any], None, None]:
    """Yield the rows as dictionaries by column name. Read them all, or close the generator."""
    with closing(db.execute(sql, values)) as cursor:
        columns = [column[0] for column in cursor.description]
        for row in cursor:
            yield dict(zip(columns, row, strict=True))


def value(db: Database, sql: str, *values: Any) -> Any:
    """Return the only value of the first row, or None."""
    rows = query(db, sql, *values)
    return rows[0][0] if rows else None


def _bound(values: Iterable[Any]) -> list[Any]:
    """Return the values as SQLite accepts them. JSON may hold half a surrogate pair, SQLite text may not."""
    return [each.encode(errors="replace").decode() if isinstance(each, str) else each for each in values]
