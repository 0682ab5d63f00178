"""Requests from outside, kept before they are understood, and the ends that came too early, in SQLite."""

import json
from collections.abc import Collection, Mapping
from contextlib import closing
from datetime import datetime

from sqlite_utils import Database

from bot.store.codec import stamp
from bot.store.sqlite.connection import insert, query, run
from bot.store.values import JournalOutcome, JournalRow

#: Characters of bodies from which no further row is read: a body may have 16 MB.
AT_ONCE = 4_000_000
ROWS = "SELECT id, source, headers, body, received_at, detail FROM journal"


def append_row(db: Database, source: str, headers: Mapping[str, str], body: str, now: datetime) -> int:
    """Keep a request; return its id."""
    return insert(
        db,
        "INSERT INTO journal (source, headers, body, received_at) VALUES (?, ?, ?, ?)",
        source,
        json.dumps(dict(headers)),
        body,
        stamp(now),
    )


def settle_row(db: Database, row_id: int, outcome: JournalOutcome, detail: str) -> None:
    """Say how a pending row ended."""
    run(
        db,
        "UPDATE journal SET outcome = ?, detail = ? WHERE id = ? AND outcome IS NULL",
        outcome,
        detail,
        row_id,
    )


def retry_row(db: Database, row_id: int) -> bool:
    """Make a quarantined row pending again; return whether there was one."""
    changed = run(
        db,
        "UPDATE journal SET outcome = NULL, detail = '' WHERE id = ? AND outcome = 'quarantined'",
        row_id,
    )
    return changed == 1


def pending(db: Database, limit: int, after: int) -> list[JournalRow]:
    """Return rows behind `after` that nobody has settled, oldest first."""
    return _read(db, f"{ROWS} WHERE outcome IS NULL AND id > ? ORDER BY id LIMIT ?", after, limit)


def quarantined(db: Database, limit: int) -> list[JournalRow]:
    """Return rows that could not be understood, newest first, without their bodies."""
    rows = ROWS.replace("body", "''")
    return _read(db, f"{rows} WHERE outcome = 'quarantined' ORDER BY id DESC LIMIT ?", limit)


def forget(db: Database, before: datetime, limit: int) -> int:
    """Forget the oldest processed rows; return how many. Looks at no more than it may forget."""
    return run(
        db,
        "DELETE FROM journal WHERE received_at < ?"
        " AND id IN (SELECT id FROM journal WHERE outcome = 'processed' ORDER BY id LIMIT ?)",
        stamp(before),
        limit,
    )


def counts(db: Database) -> dict[str, int]:
    """Return how many were accepted, and how they ended."""
    found = dict(query(db, "SELECT coalesce(outcome, 'pending'), count(*) FROM journal GROUP BY outcome"))
    ended = {name: found.get(name, 0) for name in ("processed", "quarantined", "pending")}
    return {"accepted": sum(ended.values()), **ended}


def keep_ends(db: Database, began: Mapping[str, datetime], now: datetime) -> None:
    """Keep that these alerts, by key, ended, which had begun then."""
    for alert, began_at in began.items():
        run(
            db,
            "INSERT OR REPLACE INTO ends (alert, began_at, heard_at) VALUES (?, ?, ?)",
            alert,
            stamp(began_at),
            stamp(now),
        )


def ends(db: Database, alerts: Collection[str], since: datetime) -> dict[str, datetime]:
    """Return when those of the alerts began whose end was heard of since then."""
    rows = query(
        db,
        "SELECT alert, began_at FROM ends WHERE alert IN (SELECT value FROM json_each(?)) AND heard_at > ?",
        json.dumps(list(alerts)),
        stamp(since),
    )
    return {alert: datetime.fromisoformat(began_at) for alert, began_at in rows}


def forget_ends(db: Database, before: datetime, limit: int) -> int:
    """Forget the oldest ends; return how many."""
    return run(
        db,
        "DELETE FROM ends WHERE alert IN"
        " (SELECT alert FROM ends WHERE heard_at < ? ORDER BY heard_at LIMIT ?)",
        stamp(before),
        limit,
    )


def _read(db: Database, sql: str, *values: int) -> list[JournalRow]:
    """Return the rows, fewer when their bodies are long."""
    rows: list[JournalRow] = []
    room = AT_ONCE
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
            room -= len(body)
            if room <= 0:
                break
    return rows
