"""Incoming requests and resolutions of alerts not seen yet, in SQLite."""

import json
from collections.abc import Collection, Mapping
from contextlib import closing
from datetime import datetime

import msgspec
from sqlite_utils import Database

from bot.store.codec import stamp
from bot.store.errors import StoreUnusable
from bot.store.sqlite.connection import insert, query, records, run
from bot.store.sqlite.database import Part
from bot.store.values import JournalOutcome, JournalRow

#: A read stops once its bodies have this many characters in total. A single body may be 16 MB.
MAX_BODY_CHARACTERS = 4_000_000
SELECT_ROWS = "SELECT id, source, headers, body, received_at, detail FROM journal"
SELECT_WITHOUT_BODY = SELECT_ROWS.replace("body", "'' AS body")
ENDS = "SELECT alert, began_at FROM ends WHERE alert IN (SELECT value FROM json_each(?)) AND heard_at > ?"


class SqliteJournal(Part):
    """A Journal in a SQLite file."""

    #: The headers and body of the last request, if it could not be saved.
    _unsaved: dict[str, str] | None = None
    #: Why pending requests could not be read at the last attempt. The intake reads at least every second.
    _unread: StoreUnusable | None = None

    async def append(self, source: str, headers: Mapping[str, str], body: str, now: datetime) -> int:
        """Save a request; return its row id once it is on disk."""
        text = json.dumps(dict(headers))
        row = {"source": source, "headers": text, "body": body, "received_at": stamp(now)}
        try:
            saved = await self._database.write(lambda db: insert(db, "journal", row))
        except StoreUnusable:
            self._unsaved = {"headers": text, "body": body}
            raise
        self._unsaved = None
        return saved

    async def check(self) -> None:
        """Save and delete a request, and read a pending one. Raise StoreUnusable if that fails.

        Raise it as well if the pending requests could not be read at the last attempt.

        A damaged page may be anywhere, and a small row fits on a disk that is almost full. So after a failure
        the test row goes where the next request would, is as long, and is on the disk before it is deleted.
        """
        row = {"source": "", "headers": "{}", "body": "", "received_at": "", "outcome": "processed"}

        def delete(db: Database, row_id: int) -> None:
            run(db, "DELETE FROM journal WHERE id = ?", row_id)

        if self._unsaved is None:
            await self._database.write(lambda db: delete(db, insert(db, "journal", {**row, "id": 0})))
        else:
            same_size = {**row, **self._unsaved}
            row_id = await self._database.write(lambda db: insert(db, "journal", same_size))
            await self._database.write(lambda db: delete(db, row_id))
            self._unsaved = None
        if self._unread:
            raise self._unread
        await self.pending(1)

    async def pending(self, limit: int = 100, after: int = 0) -> list[JournalRow]:
        """Return pending rows with an id above `after`, oldest first."""
        pending = f"{SELECT_ROWS} WHERE outcome IS NULL AND id > ? ORDER BY id LIMIT ?"
        try:
            self._database.verify()
            found = await self._database.read(lambda db: _read(db, pending, after, limit))
        except StoreUnusable as error:
            self._unread = error
            raise
        self._unread = None
        return found

    async def settle(self, row_id: int, outcome: JournalOutcome, detail: str = "") -> None:
        """Mark a pending row processed or quarantined."""
        settle = "UPDATE journal SET outcome = ?, detail = ? WHERE id = ? AND outcome IS NULL"
        await self._database.write(lambda db: run(db, settle, outcome, detail, row_id))

    async def counts(self) -> dict[str, int]:
        """Return how many requests were accepted, and how many have each outcome."""
        count = "SELECT coalesce(outcome, 'pending'), count(*) FROM journal GROUP BY outcome"
        found = dict(await self._database.read(lambda db: query(db, count)))
        counts = {name: found.get(name, 0) for name in ("processed", "quarantined", "pending")}
        return {"accepted": sum(counts.values()), **counts}

    async def quarantined(self, limit: int = 100) -> list[JournalRow]:
        """Return quarantined rows without their bodies, newest first."""
        quarantined = f"{SELECT_WITHOUT_BODY} WHERE outcome = 'quarantined' ORDER BY id DESC LIMIT ?"
        return await self._database.read(lambda db: _read(db, quarantined, limit))

    async def unannounced(self, limit: int = 100) -> list[JournalRow]:
        """Return quarantined rows that were not announced yet, without their bodies, newest first."""
        unannounced = (
            f"{SELECT_WITHOUT_BODY} WHERE outcome = 'quarantined' AND NOT announced ORDER BY id DESC LIMIT ?"
        )
        return await self._database.read(lambda db: _read(db, unannounced, limit))

    async def mark_announced(self, newest: int) -> None:
        """Save that the quarantined rows up to id `newest` were announced."""
        announce = "UPDATE journal SET announced = 1 WHERE outcome = 'quarantined' AND id <= ?"
        await self._database.write(lambda db: run(db, announce, newest))

    async def retry(self, row_id: int) -> bool:
        """Make a quarantined row pending again; return False if there is no such row."""
        retry = "UPDATE journal SET outcome = NULL, detail = '' WHERE id = ? AND outcome = 'quarantined'"
        return await self._database.write(lambda db: run(db, retry, row_id)) == 1

    async def keep_ends(self, began: Mapping[str, datetime], now: datetime) -> None:
        """Save the resolutions of alerts. `began` is when each alert started firing, by alert key."""

        def work(db: Database) -> None:
            for alert, began_at in began.items():
                row = {"alert": alert, "began_at": stamp(began_at), "heard_at": stamp(now)}
                insert(db, "ends", row, key=["alert"])

        await self._database.write(work)

    async def ends(self, alerts: Collection[str], since: datetime) -> dict[str, datetime]:
        """Return when each of these alerts began, by alert key, if its resolution was saved after `since`."""
        values = (json.dumps(list(alerts)), stamp(since))
        rows = await self._database.read(lambda db: query(db, ENDS, *values))
        return {alert: datetime.fromisoformat(began_at) for alert, began_at in rows}


def _read(db: Database, sql: str, *values: int) -> list[JournalRow]:
    """Return the rows, fewer if their bodies are long."""
    rows: list[JournalRow] = []
    characters_left = MAX_BODY_CHARACTERS
    with closing(records(db, sql, values)) as found:
        for row in found:
            rows.append(msgspec.convert({**row, "headers": json.loads(row["headers"])}, JournalRow))
            characters_left -= len(row["body"])
            if characters_left <= 0:
                break
    return rows
