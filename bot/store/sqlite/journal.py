"""Incoming requests and resolutions of alerts not seen yet, in SQLite."""

import json
from collections.abc import Collection, Mapping
from contextlib import closing
from datetime import datetime

from sqlite_utils import Database

from bot.store.codec import stamp
from bot.store.sqlite.connection import insert, query, run, upsert
from bot.store.sqlite.database import SqliteDatabase
from bot.store.values import JournalOutcome, JournalRow

#: A read stops once its bodies have this many characters in total. A single body may be 16 MB.
MAX_BODY_CHARACTERS = 4_000_000
SELECT_ROWS = "SELECT id, source, headers, body, received_at, detail FROM journal"
SELECT_WITHOUT_BODY = SELECT_ROWS.replace("body", "''")


class SqliteJournal:
    """A Journal in a SQLite file."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    async def append(self, source: str, headers: Mapping[str, str], body: str, now: datetime) -> int:
        """Save a request; return its row id once it is on disk."""
        return await self._database.write(
            lambda db: insert(
                db,
                "INSERT INTO journal (source, headers, body, received_at) VALUES (?, ?, ?, ?)",
                source,
                json.dumps(dict(headers)),
                body,
                stamp(now),
            )
        )

    async def pending(self, limit: int = 100, after: int = 0) -> list[JournalRow]:
        """Return pending rows with an id above `after`, oldest first."""
        pending = f"{SELECT_ROWS} WHERE outcome IS NULL AND id > ? ORDER BY id LIMIT ?"
        return await self._database.read(lambda db: _read(db, pending, after, limit))

    async def settle(self, row_id: int, outcome: JournalOutcome, detail: str = "") -> None:
        """Mark a pending row processed or quarantined."""
        await self._database.write(
            lambda db: run(
                db,
                "UPDATE journal SET outcome = ?, detail = ? WHERE id = ? AND outcome IS NULL",
                outcome,
                detail,
                row_id,
            )
        )

    async def counts(self) -> dict[str, int]:
        """Return how many requests were accepted, and how many have each outcome."""
        rows = await self._database.read(
            lambda db: query(
                db, "SELECT coalesce(outcome, 'pending'), count(*) FROM journal GROUP BY outcome"
            )
        )
        found = dict(rows)
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
        """Save that alerts resolved: when each began, by alert key."""
        rows = [
            {"alert": alert, "began_at": stamp(began_at), "heard_at": stamp(now)}
            for alert, began_at in began.items()
        ]
        await self._database.write(lambda db: upsert(db, "ends", rows, "alert"))

    async def ends(self, alerts: Collection[str], since: datetime) -> dict[str, datetime]:
        """Return when each of these alerts began, for those whose resolution was saved after `since`."""
        rows = await self._database.read(
            lambda db: query(
                db,
                "SELECT alert, began_at FROM ends"
                " WHERE alert IN (SELECT value FROM json_each(?)) AND heard_at > ?",
                json.dumps(list(alerts)),
                stamp(since),
            )
        )
        return {alert: datetime.fromisoformat(began_at) for alert, began_at in rows}


def purge_requests(db: Database, before: datetime, limit: int) -> int:
    """Delete the oldest processed rows; return how many. Reads no more rows than it may delete."""
    return run(
        db,
        "DELETE FROM journal WHERE received_at < ?"
        " AND id IN (SELECT id FROM journal WHERE outcome = 'processed' ORDER BY id LIMIT ?)",
        stamp(before),
        limit,
    )


def purge_ends(db: Database, before: datetime, limit: int) -> int:
    """Delete the oldest saved resolutions; return how many."""
    return run(
        db,
        "DELETE FROM ends WHERE alert IN"
        " (SELECT alert FROM ends WHERE heard_at < ? ORDER BY heard_at LIMIT ?)",
        stamp(before),
        limit,
    )


def _read(db: Database, sql: str, *values: int) -> list[JournalRow]:
    """Return the rows, fewer if their bodies are long."""
    rows: list[JournalRow] = []
    characters_left = MAX_BODY_CHARACTERS
    with closing(db.execute(sql, values)) as cursor:
        for row_id, source, headers, body, received_at, detail in cursor:
            rows.append(
                JournalRow(
                    id=row_id,
                    source=source,
                    headers=json.loads(headers),
                    body=body,
                    received_at=datetime.fromisoformat(received_at),
                    detail=detail,
                )
            )
            characters_left -= len(body)
            if characters_left <= 0:
                break
    return rows
