"""The embedded store: one SQLite file, its own threads, nothing to install."""

import asyncio
import sqlite3
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

from sqlite_utils import Database

from bot.domain.effects import AnyEffect
from bot.store.errors import StoreUnusable
from bot.store.sqlite import journal, log, messages, outbox
from bot.store.sqlite.connection import MEMORY, connect, query, use_wal
from bot.store.sqlite.migrations import migrate
from bot.store.sqlite.writer import Writer
from bot.store.values import Change, IncidentRow, Job, JournalOutcome, JournalRow, Message, Recorded

T = TypeVar("T")

#: Rows of each kind; an alert that waits for the writer meanwhile waits for some milliseconds.
FORGOTTEN_AT_ONCE = 500


async def open_sqlite(path: str) -> "SqliteStore":
    """Open the file, which is made if there is none, and bring its schema up to date.

    Raises StoreTooNew when a newer version wrote it, StoreUnusable when it cannot be used.
    """
    try:
        return await asyncio.to_thread(_open, path)
    except sqlite3.Error as error:
        raise StoreUnusable(
            f"{path} cannot be used as the database ({error}). Check that its folder exists and can be"
            " written, that the file is Firstcheck's, and that no other program holds it."
        ) from error


def _open(path: str) -> "SqliteStore":
    writing = connect(path)
    try:
        use_wal(writing)
        migrate(writing, path)
        if path == MEMORY:
            return SqliteStore(writing, None)
        reading = connect(path)
        query(reading, "PRAGMA query_only = ON")
    except BaseException:
        writing.close()
        raise
    return SqliteStore(writing, reading)


class SqliteStore:
    """A Store in one SQLite file, which other processes may have open too."""

    def __init__(self, writing: Database, reading: Database | None) -> None:
        self._writer = Writer(writing)
        self._reading = reading  # None in memory, where there is but one connection
        self._readers = ThreadPoolExecutor(max_workers=1, thread_name_prefix="firstcheck-reader")

    async def _write(self, work: Callable[[Database], T]) -> T:
        return await self._writer.write(work)

    async def _read(self, work: Callable[[Database], T]) -> T:
        if self._reading is None:
            return await self._writer.write(work)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._readers, work, self._reading)
        except sqlite3.Error as error:
            raise StoreUnusable(f"The database could not be read ({error}). Check its disk.") from error

    async def check(self) -> None:
        """See Store."""
        await self._write(messages.write_and_forget)

    async def forget(self, before: datetime) -> int:
        """See Store."""
        forgetting = (journal.forget, journal.forget_ends, log.forget)
        return await self._write(
            lambda db: sum(forget(db, before, FORGOTTEN_AT_ONCE) for forget in forgetting)
        )

    async def close(self) -> None:
        """Finish what was asked for and let the file go."""
        await asyncio.to_thread(self._readers.shutdown)
        if self._reading is not None:
            self._reading.close()
        await self._writer.close()

    async def next_number(self) -> int:
        """See Log."""
        return await self._read(log.next_number)

    async def append(self, change: Change) -> None:
        """See Log."""
        await self._write(lambda db: log.append(db, change))

    async def events(self, number: int, after: int = 0) -> list[Recorded]:
        """See Log."""
        return await self._read(lambda db: log.events(db, number, after))

    async def lookup(self, key: str) -> int | None:
        """See Log."""
        return await self._read(lambda db: log.lookup(db, key))

    async def incidents(self, *, open_only: bool = False, limit: int | None = 100) -> list[IncidentRow]:
        """See Log."""
        return await self._read(lambda db: log.incidents(db, open_only=open_only, limit=limit))

    async def open_count(self) -> int:
        """See Log."""
        return await self._read(log.open_count)

    async def claim(
        self, now: datetime, *, limit: int, lease_s: float, at_work: Collection[int] = ()
    ) -> list[Job]:
        """See Outbox."""
        return await self._write(lambda db: outbox.claim(db, now, limit, lease_s, at_work))

    async def settle(self, job: Job, *, now: datetime, effects: tuple[AnyEffect, ...] = ()) -> None:
        """See Outbox."""
        await self._write(lambda db: outbox.settle(db, job, effects, now))

    async def put_back(self, job: Job, *, until: datetime, why: str, failed: bool = False) -> None:
        """See Outbox."""
        await self._write(lambda db: outbox.put_back(db, job, until, why, job.failures + failed))

    async def release_leases(self) -> None:
        """See Outbox."""
        await self._write(outbox.release_leases)

    async def retry_now(self) -> None:
        """See Outbox."""
        await self._write(outbox.retry_now)

    async def next_due(self, now: datetime, *, at_work: Collection[int] = ()) -> datetime | None:
        """See Outbox."""
        return await self._read(lambda db: outbox.next_due(db, now, at_work))

    async def jobs(self, number: int | None = None) -> list[Job]:
        """See Outbox."""
        return await self._read(lambda db: outbox.jobs(db, number))

    async def job_count(self) -> int:
        """See Outbox."""
        return await self._read(outbox.job_count)

    async def journal_append(self, source: str, headers: Mapping[str, str], body: str, now: datetime) -> int:
        """See Journal."""
        return await self._write(lambda db: journal.append_row(db, source, headers, body, now))

    async def journal_pending(self, limit: int = 100, after: int = 0) -> list[JournalRow]:
        """See Journal."""
        return await self._read(lambda db: journal.pending(db, limit, after))

    async def journal_settle(self, row_id: int, outcome: JournalOutcome, detail: str = "") -> None:
        """See Journal."""
        await self._write(lambda db: journal.settle_row(db, row_id, outcome, detail))

    async def journal_counts(self) -> dict[str, int]:
        """See Journal."""
        return await self._read(journal.counts)

    async def journal_quarantined(self, limit: int = 100) -> list[JournalRow]:
        """See Journal."""
        return await self._read(lambda db: journal.quarantined(db, limit))

    async def journal_retry(self, row_id: int) -> bool:
        """See Journal."""
        return await self._write(lambda db: journal.retry_row(db, row_id))

    async def keep_ends(self, began: Mapping[str, datetime], now: datetime) -> None:
        """See Journal."""
        await self._write(lambda db: journal.keep_ends(db, began, now))

    async def ends(self, alerts: Collection[str], since: datetime) -> dict[str, datetime]:
        """See Journal."""
        return await self._read(lambda db: journal.ends(db, alerts, since))

    async def save_message(self, message: Message) -> None:
        """See Transcript."""
        await self._write(lambda db: messages.save(db, message))

    async def edit_message(self, channel: str, ts: str, text: str, at: datetime) -> None:
        """See Transcript."""
        await self._write(lambda db: messages.edit(db, channel, ts, text, at))

    async def delete_message(self, channel: str, ts: str, at: datetime) -> None:
        """See Transcript."""
        await self._write(lambda db: messages.delete(db, channel, ts, at))

    async def message(self, channel: str, ts: str) -> Message | None:
        """See Transcript."""
        return await self._read(lambda db: messages.get(db, channel, ts))

    async def messages(self, number: int) -> list[Message]:
        """See Transcript."""
        return await self._read(lambda db: messages.of_incident(db, number))

    async def remember_people(self, names: Mapping[str, str]) -> None:
        """See Transcript."""
        await self._write(lambda db: messages.remember_people(db, names))

    async def people(self) -> dict[str, str]:
        """See Transcript."""
        return await self._read(messages.people)
