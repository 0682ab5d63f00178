"""Incidents, their events and the unique lookup keys that point to them, in SQLite."""

from datetime import datetime

from sqlite_utils import Database

from bot.domain.incident.incident import Incident
from bot.domain.stored_names import stored_name
from bot.domain.vocabulary import Severity, Status
from bot.store.codec import dump, load_event, stamp
from bot.store.errors import AlreadyDone, Conflict
from bot.store.sqlite import outbox
from bot.store.sqlite.connection import query, run, value
from bot.store.sqlite.database import SqliteDatabase
from bot.store.values import Change, IncidentRow, Recorded

OVER = tuple(status.value for status in Status if status.is_over)


class SqliteLog:
    """An EventLog in a SQLite file."""

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    async def next_number(self) -> int:
        """Return the highest incident number + 1."""
        highest = "SELECT coalesce(max(number), 0) FROM incidents"
        return await self._database.read(lambda db: int(value(db, highest)) + 1)

    async def append(self, change: Change) -> None:
        """Write the whole change or nothing. Raise Conflict, AlreadyDone or LeaseLost."""
        await self._database.write(lambda db: _append(db, change))

    async def events(self, number: int, after: int = 0) -> list[Recorded]:
        """Return the incident's events after version `after`, oldest first."""
        return await self._database.read(lambda db: _events(db, number, after))

    async def lookup(self, key: str) -> int | None:
        """Return the number of the incident that `key` points to, or None."""
        return await self._database.read(lambda db: _lookup(db, key))

    async def incidents(self, *, open_only: bool = False, limit: int | None = 100) -> list[IncidentRow]:
        """Return rows of the index, newest first; with `limit=None` all of them."""
        return await self._database.read(lambda db: _incidents(db, open_only=open_only, limit=limit))

    async def open_count(self) -> int:
        """Return how many incidents are open."""
        count = "SELECT count(*) FROM incidents WHERE status NOT IN (?, ?)"
        return await self._database.read(lambda db: int(value(db, count, *OVER)))


def purge_once_keys(db: Database, before: datetime, limit: int) -> int:
    """Delete the oldest `once` keys; return how many."""
    return run(
        db,
        "DELETE FROM lookups WHERE key IN"
        " (SELECT key FROM lookups WHERE once_at < ? ORDER BY once_at LIMIT ?)",
        stamp(before),
        limit,
    )


def _events(db: Database, number: int, after: int) -> list[Recorded]:
    rows = query(
        db,
        "SELECT version, name, data, recorded_at FROM events"
        " WHERE incident = ? AND version > ? ORDER BY version",
        number,
        after,
    )
    return [
        Recorded(
            version=version, event=load_event(name, data), recorded_at=datetime.fromisoformat(recorded_at)
        )
        for version, name, data, recorded_at in rows
    ]


def _lookup(db: Database, key: str) -> int | None:
    number = value(db, "SELECT incident FROM lookups WHERE key = ?", key)
    return None if number is None else int(number)


def _incidents(db: Database, *, open_only: bool, limit: int | None) -> list[IncidentRow]:
    rows = query(
        db,
        "SELECT number, title, severity, status, channel, declared_at, drill FROM incidents"
        " WHERE NOT ? OR status NOT IN (?, ?) ORDER BY number DESC LIMIT ?",
        open_only,
        *OVER,
        -1 if limit is None else limit,
    )
    return [
        IncidentRow(
            number=number,
            title=title,
            severity=Severity(severity),
            status=Status(status),
            channel=channel,
            declared_at=declared_at and datetime.fromisoformat(declared_at),
            drill=bool(drill),
        )
        for number, title, severity, status, channel, declared_at, drill in rows
    ]


def _append(db: Database, change: Change) -> None:
    """Write the change. If this raises, the writer undoes what was written so far."""
    if change.once and (done := _lookup(db, change.once)) is not None:
        raise AlreadyDone(done)
    if change.settles is not None:
        outbox.finish(db, change.settles)
    _check(db, change)
    if change.events:
        _write_index(db, change.incident)
        _write_events(db, change)
    _write_lookups(db, change)
    _enqueue(db, change)


def _check(db: Database, change: Change) -> None:
    name = change.incident.name
    version = value(db, "SELECT version FROM incidents WHERE number = ?", change.incident.number) or 0
    if version != change.after:
        raise Conflict(f"{name} is at version {version}, not {change.after}.")
    for key, expected in change.claims.items():
        if (holder := _lookup(db, key)) != expected:
            raise Conflict(f"{key!r} points at {holder}, not at {expected}.")


def _write_index(db: Database, incident: Incident) -> None:
    run(
        db,
        "INSERT INTO incidents (number, version, title, service, severity, status, channel, key, declared_at,"
        " drill) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (number) DO UPDATE SET version = excluded.version,"
        " title = excluded.title, service = excluded.service, severity = excluded.severity,"
        " status = excluded.status, channel = excluded.channel, key = excluded.key,"
        " declared_at = excluded.declared_at, drill = excluded.drill",
        incident.number,
        incident.version,
        incident.title,
        incident.service,
        incident.severity,
        incident.status,
        incident.channel.id,
        incident.key,
        incident.declared_at and stamp(incident.declared_at),
        incident.is_drill,
    )


def _write_events(db: Database, change: Change) -> None:
    recorded_at = stamp(change.now)
    for version, event in enumerate(change.events, start=change.after + 1):
        run(
            db,
            "INSERT INTO events (incident, version, name, data, recorded_at) VALUES (?, ?, ?, ?, ?)",
            change.incident.number,
            version,
            stored_name(type(event)),
            dump(event),
            recorded_at,
        )


def _write_lookups(db: Database, change: Change) -> None:
    number = change.incident.number
    for key in change.claims:
        run(
            db,
            "INSERT INTO lookups (key, incident) VALUES (?, ?)"
            " ON CONFLICT (key) DO UPDATE SET incident = excluded.incident",
            key,
            number,
        )
    if change.once:
        at = stamp(change.now)
        run(db, "INSERT INTO lookups (key, incident, once_at) VALUES (?, ?, ?)", change.once, number, at)


def _enqueue(db: Database, change: Change) -> None:
    if change.settles is not None and not change.events:
        prefix = outbox.follow_up_key(change.settles)
    else:
        prefix = f"{change.incident.number}:{change.incident.version}"
    outbox.enqueue(
        db, change.incident.number, change.effects, prefix=prefix, priority=change.priority, now=change.now
    )
