"""Effects not yet performed, in SQLite: leases, lanes (queues), and the merging of equivalent jobs."""

import json
import logging
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from sqlite_utils import Database

from bot.domain.effects import AnyEffect
from bot.domain.stored_names import stored_name
from bot.store.codec import EFFECTS, UPCASTS, dump, load_effect, stamp
from bot.store.errors import LeaseLost, Unreadable
from bot.store.sqlite.connection import insert, records, run, value
from bot.store.sqlite.database import Part
from bot.store.values import Job

log = logging.getLogger("firstcheck.store")

COLUMNS = (
    "id, incident, key, name, data, attempts, priority, first_claimed_at, put_back_until, error, failures"
)
#: Names this version can read. Any other effect is left to a newer version, and blocks its lane until then.
KNOWN = json.dumps([*EFFECTS, *UPCASTS])

#: The due time of an effect without a time: always due, even if the clock is set back.
ALWAYS_DUE = ""

#: A job can be claimed if it is due, the caller is not working on it, no other job of its lane is leased,
#: and no older job of its lane waits, except timers that are not due yet.
#: `due_at` is NULL for a job enqueued behind others, so that the index skips it however long the queue is.
CLAIMABLE = """
SELECT j.id FROM jobs j INDEXED BY jobs_urgency
WHERE j.due_at <= :now AND j.id NOT IN (SELECT value FROM json_each(:at_work))
    AND NOT EXISTS (
        SELECT 1 FROM jobs o WHERE o.incident = j.incident AND o.lane = j.lane AND o.id <> j.id
        AND (o.leased_until > :now OR (o.id < j.id AND (o.not_before IS NULL OR o.not_before <= :now))))
    AND j.name IN (SELECT value FROM json_each(:known))
ORDER BY j.priority, j.id LIMIT :limit
"""
CLAIM = f"""
UPDATE jobs SET attempts = attempts + 1, leased_until = :until, due_at = :until, put_back_until = NULL,
    first_claimed_at = coalesce(first_claimed_at, :now)
WHERE id IN ({CLAIMABLE}) RETURNING {COLUMNS}
"""  # noqa: S608 - built from the constants above; values are bound
JOBS = f"""
SELECT {COLUMNS} FROM jobs
WHERE (:number IS NULL OR incident = :number) AND name IN (SELECT value FROM json_each(:known)) ORDER BY id
"""  # noqa: S608 - built from the constants above; values are bound


class SqliteOutbox(Part):
    """An OutboxStore in a SQLite file."""

    async def claim(
        self, now: datetime, *, limit: int, lease_s: float, at_work: Collection[int] = ()
    ) -> list[Job]:
        """Lease up to `limit` jobs for `lease_s` seconds and return them, the most urgent first."""
        until = stamp(now + timedelta(seconds=lease_s))
        values = {**_values(now, at_work), "until": until, "limit": limit}

        def work(db: Database) -> list[Job]:
            # A job that cannot be read is leased as well, and blocks its lane.
            return sorted(_jobs(db, CLAIM, values), key=attrgetter("priority", "id"))

        return await self._database.write(work)

    async def settle(self, job: Job, *, now: datetime, effects: tuple[AnyEffect, ...] = ()) -> None:
        """Remove a job that is done and enqueue the effects that follow from it. Raise LeaseLost."""

        def work(db: Database) -> None:
            finish(db, job)
            enqueue(db, job.incident, effects, prefix=follow_up_key(job), priority=job.priority, now=now)

        await self._database.write(work)

    async def put_back(self, job: Job, *, until: datetime, why: str, failed: bool = False) -> None:
        """Schedule the job again at `until`. It keeps its place and blocks its lane. Raise LeaseLost."""
        await self._database.write(lambda db: _put_back(db, job, until, why, job.failures + failed))

    async def release_leases(self) -> None:
        """End every lease; the leased jobs are due now."""
        release = "UPDATE jobs SET leased_until = NULL, due_at = ? WHERE leased_until IS NOT NULL"
        await self._database.write(lambda db: run(db, release, ALWAYS_DUE))

    async def retry_now(self) -> None:
        """Make every job that was put back due now."""
        retry = "UPDATE jobs SET put_back_until = NULL, due_at = ? WHERE put_back_until IS NOT NULL"
        await self._database.write(lambda db: run(db, retry, ALWAYS_DUE))

    async def next_due(self, now: datetime, *, at_work: Collection[int] = ()) -> datetime | None:
        """Return when to call `claim` next: `now` if a job can be claimed, None if the outbox is empty."""
        return await self._database.read(lambda db: _next_due(db, now, at_work))

    async def jobs(self, number: int | None = None) -> list[Job]:
        """Return the readable jobs of one incident, or of all incidents, oldest first."""
        values = {"number": number, "known": KNOWN}
        return await self._database.read(lambda db: [*_jobs(db, JOBS, values)])

    async def count(self) -> int:
        """Return the number of jobs, including those that only a newer version can read."""
        return await self._database.read(lambda db: int(value(db, "SELECT count(*) FROM jobs")))


def enqueue(
    db: Database, number: int, effects: Iterable[AnyEffect], *, prefix: str, priority: int, now: datetime
) -> None:
    """Enqueue effects behind the waiting jobs. A job's key is `prefix` and its place among `effects`."""
    for place, effect in enumerate(effects):
        if effect.coalesced and _merge_into_waiting(db, number, effect, priority):
            continue
        not_before = effect.not_before and stamp(effect.not_before)
        row = {
            "incident": number,
            "lane": effect.queue,
            "key": f"{prefix}:{place}",
            "name": stored_name(type(effect)),
            "data": dump(effect),
            "priority": priority,
            "not_before": not_before,
            "due_at": not_before or (None if _waits_behind(db, number, effect, now) else ALWAYS_DUE),
            "created_at": stamp(now),
        }
        insert(db, "jobs", row)


def _waits_behind(db: Database, number: int, effect: AnyEffect, now: datetime) -> bool:
    """Return whether another job of its lane comes first. `finish` makes the next job of a lane due."""
    ahead = "SELECT 1 FROM jobs WHERE incident = ? AND lane = ? AND (not_before IS NULL OR not_before <= ?)"
    return value(db, ahead, number, effect.queue, stamp(now)) is not None


def _merge_into_waiting(db: Database, number: int, effect: AnyEffect, priority: int) -> bool:
    """Give a waiting job that covers this effect its priority, if higher; return False if there is none.

    A job covers an effect of the same name and lane if it is due no later.
    """
    # A leased job may have read the incident already, even if its lease has expired.
    merge = (
        "UPDATE jobs SET priority = min(priority, ?) WHERE incident = ? AND lane = ? AND name = ?"
        " AND leased_until IS NULL AND (not_before IS NULL OR not_before <= ?)"
    )
    not_before = effect.not_before and stamp(effect.not_before)
    return run(db, merge, priority, number, effect.queue, stored_name(type(effect)), not_before) > 0


def finish(db: Database, job: Job) -> None:
    """Remove a job that is done. Raise LeaseLost if another worker has claimed it."""
    if not run(db, "DELETE FROM jobs WHERE id = ? AND attempts = ?", job.id, job.attempts):
        raise _lease_lost(job)
    next_is_due = (
        "UPDATE jobs SET due_at = ? WHERE id ="
        " (SELECT min(id) FROM jobs WHERE incident = ? AND lane = ? AND due_at IS NULL)"
    )
    run(db, next_is_due, ALWAYS_DUE, job.incident, job.effect.queue)


def _put_back(db: Database, job: Job, until: datetime, why: str, failures: int) -> None:
    put_back = (
        "UPDATE jobs SET leased_until = NULL, due_at = ?, put_back_until = ?, error = ?, failures = ?"
        " WHERE id = ? AND attempts = ?"
    )
    due_at = stamp(until)
    if not run(db, put_back, due_at, due_at, why, failures, job.id, job.attempts):
        raise _lease_lost(job)


def _next_due(db: Database, now: datetime, at_work: Collection[int]) -> datetime | None:
    if db.execute(CLAIMABLE, {**_values(now, at_work), "limit": 1}).fetchone():
        return now
    due = value(db, "SELECT min(due_at) FROM jobs WHERE due_at > ?", stamp(now))
    return due and datetime.fromisoformat(due)


def follow_up_key(job: Job) -> str:
    """Return the key prefix of a job's follow-ups: origin and id, so that a chain of timers stays short."""
    return f"{job.key.partition('~')[0]}~{job.id}"


def _values(now: datetime, at_work: Collection[int]) -> dict[str, Any]:
    return {"now": stamp(now), "known": KNOWN, "at_work": json.dumps([*at_work])}


def _lease_lost(job: Job) -> LeaseLost:
    return LeaseLost(f"The lease of job {job.key} expired during attempt {job.attempts}.")


def _jobs(db: Database, sql: str, values: dict[str, Any]) -> Iterator[Job]:
    """Yield the jobs. Skip and log those that are damaged or that only a newer version can read."""
    for row in [*records(db, sql, values)]:
        try:
            effect = load_effect(row.pop("name"), row.pop("data"))
        except Unreadable as error:
            log.warning("%s is left alone: %s", row["key"], error)
            continue
        for moment in ("first_claimed_at", "put_back_until"):
            row[moment] = row[moment] and datetime.fromisoformat(row[moment])
        yield Job(effect=effect, **row)
