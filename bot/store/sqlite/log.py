"""Incidents, their events and the unique lookup keys that point to them, in SQLite."""

from datetime import datetime

import msgspec
from sqlite_utils import Database

from bot.domain.incident.incident import Incident
from bot.domain.stored_names import stored_name
from bot.domain.vocabulary import Status
from bot.store.codec import dump, load_event, stamp
from bot.store.errors import AlreadyDone, Conflict, StoreUnusable
from bot.store.sqlite import outbox
from bot.store.sqlite.connection import insert, query, records, run, value
from bot.store.sqlite.database import Part
from bot.store.values import Change, IncidentRow, Recorded

OVER = tuple(status.value for status in Status if status.is_over)
EVENTS_AFTER = (
    "SELECT version, name, data, recorded_at FROM events WHERE incident = ? AND version > ? ORDER BY version"
)
INCIDENTS = """
SELECT number, title, severity, status, channel, declared_at, drill FROM incidents
WHERE NOT ? OR status NOT IN (?, ?) ORDER BY number DESC LIMIT ?
"""


class SqliteLog(Part):
    """An EventLog in a SQLite file."""

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
        values = (open_only, *OVER, -1 if limit is None else limit)
        rows = await self._database.read(lambda db: [*records(db, INCIDENTS, values)])
        try:
            return msgspec.convert(rows, list[IncidentRow], strict=False)  # SQLite has no booleans
        except msgspec.ValidationError as error:
            raise StoreUnusable(
                f"The list of incidents in the database is damaged ({error}). Stop Firstcheck, restore a"
                " backup of the database, and start it again. The damaged file still holds the events."
            ) from error

    async def open_count(self) -> int:
        """Return how many incidents are open."""
        count = "SELECT count(*) FROM incidents WHERE status NOT IN (?, ?)"
        return await self._database.read(lambda db: int(value(db, count, *OVER)))


def _events(db: Database, number: int, after: int) -> list[Recorded]:
    return [
        Recorded(version=version, event=load_event(name, data), recorded_at=datetime.fromisoformat(at))
        for version, name, data, at in query(db, EVENTS_AFTER, number, after)
    ]


def _lookup(db: Database, key: str) -> int | None:
    number = value(db, "SELECT incident FROM lookups WHERE key = ?", key)
    return None if number is None else int(number)


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
    row = {
        "number": incident.number,
        "version": incident.version,
        "title": incident.title,
        "service": incident.service,
        "severity": incident.severity,
        "status": incident.status,
        "channel": incident.channel.id,
        "key": incident.key,
        "declared_at": incident.declared_at and stamp(incident.declared_at),
        "drill": incident.is_drill,
    }
    insert(db, "incidents", row, key=["number"])


def _write_events(db: Database, change: Change) -> None:
    add = "INSERT INTO events (incident, version, name, data, recorded_at) VALUES (?, ?, ?, ?, ?)"
    number, recorded_at = change.incident.number, stamp(change.now)
    for version, event in enumerate(change.events, start=change.after + 1):
        run(db, add, number, version, stored_name(type(event)), dump(event), recorded_at)


def _write_lookups(db: Database, change: Change) -> None:
    number = change.incident.number
    for key in change.claims:
        insert(db, "lookups", {"key": key, "incident": number}, key=["key"])
    if change.once:
        insert(db, "lookups", {"key": change.once, "incident": number, "once_at": stamp(change.now)})


def _enqueue(db: Database, change: Change) -> None:
    if change.settles is not None and not change.events:
        prefix = outbox.follow_up_key(change.settles)
    else:
        prefix = f"{change.incident.number}:{change.incident.version}"
    outbox.enqueue(
        db, change.incident.number, change.effects, prefix=prefix, priority=change.priority, now=change.now
    )
