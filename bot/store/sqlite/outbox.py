"""Effects that are not done yet, in SQLite: leases, lanes, and making one of ten."""

import json
import logging
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlite_utils import Database

from bot.domain.effects import AnyEffect
from bot.store.codec import EFFECTS, UPCASTS, dump, load_effect, stamp
from bot.store.errors import LeaseLost, Unreadable
from bot.store.sqlite.connection import query, run, value
from bot.store.values import Job

log = logging.getLogger("firstcheck.store")

COLUMNS = (
    "id, incident, key, name, data, attempts, priority, first_claimed_at, put_back_until, error, failures"
)
#: What only a newer version can read is left to it, and holds up its lane meanwhile.
KNOWN = json.dumps([*EFFECTS, *UPCASTS])

#: When what has no time of its own is due: always, so that no clock that is set back holds it up.
AT_ONCE = ""

#: Claimable: its time has come, the caller is not at work on it, nothing of its lane is leased, and nothing
#: older of it waits but timers.
#: `due_at` is empty for what was put in behind others, so that a long queue costs nothing to look through.
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
"""  # noqa: S608 - put together from the constants above; values are bound


def enqueue(
    db: Database, number: int, effects: Iterable[AnyEffect], *, prefix: str, priority: int, now: datetime
) -> None:
    """Add effects behind what waits; their keys are the prefix and their place."""
    for place, effect in enumerate(effects):
        if effect.coalesced and _joins_waiting(db, number, effect, priority):
            continue
        not_before = effect.not_before and stamp(effect.not_before)
        run(
            db,
            "INSERT INTO jobs (incident, lane, key, name, data, priority, not_before, due_at, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            number,
            effect.queue,
            f"{prefix}:{place}",
            type(effect).__name__,
            dump(effect),
            priority,
            not_before,
            not_before or (None if _stands_behind(db, number, effect, now) else AT_ONCE),
            stamp(now),
        )


def _stands_behind(db: Database, number: int, effect: AnyEffect, now: datetime) -> bool:
    """Whether something of its lane comes first; when that is done it steps forward."""
    ahead = value(
        db,
        "SELECT 1 FROM jobs WHERE incident = ? AND lane = ? AND (not_before IS NULL OR not_before <= ?)",
        number,
        effect.queue,
        stamp(now),
    )
    return ahead is not None


def _joins_waiting(db: Database, number: int, effect: AnyEffect, priority: int) -> bool:
    """Whether one like it waits and comes no later, so that it does for both; it takes over the urgency."""
    # One that was leased may already have looked at the incident, even if its lease ran out.
    joined = run(
        db,
        "UPDATE jobs SET priority = min(priority, ?) WHERE incident = ? AND lane = ? AND name = ?"
        " AND leased_until IS NULL AND (not_before IS NULL OR not_before <= ?)",
        priority,
        number,
        effect.queue,
        type(effect).__name__,
        effect.not_before and stamp(effect.not_before),
    )
    return joined > 0


def claim(
    db: Database, now: datetime, limit: int, lease_s: float, at_work: Collection[int] = ()
) -> list[Job]:
    """Lease jobs, most urgent first; one that cannot be read is leased too, and holds up its lane."""
    until = stamp(now + timedelta(seconds=lease_s))
    rows = db.execute(CLAIM, {**_asked(now, at_work), "until": until, "limit": limit}).fetchall()
    return sorted(_readable(rows), key=lambda job: (job.priority, job.id))


def finish(db: Database, job: Job) -> None:
    """Take the job off. Raises LeaseLost."""
    if not run(db, "DELETE FROM jobs WHERE id = ? AND attempts = ?", job.id, job.attempts):
        raise _lease_lost(job)
    run(  # the next in line steps forward
        db,
        "UPDATE jobs SET due_at = ? WHERE id ="
        " (SELECT min(id) FROM jobs WHERE incident = ? AND lane = ? AND due_at IS NULL)",
        AT_ONCE,
        job.incident,
        job.effect.queue,
    )


def settle(db: Database, job: Job, effects: tuple[AnyEffect, ...], now: datetime) -> None:
    """Take the job off and add what follows from it. Raises LeaseLost."""
    finish(db, job)
    enqueue(db, job.incident, effects, prefix=follow_up_key(job), priority=job.priority, now=now)


def put_back(db: Database, job: Job, until: datetime, why: str, failures: int) -> None:
    """End the lease; the job keeps its place. Raises LeaseLost."""
    if not run(
        db,
        "UPDATE jobs SET leased_until = NULL, due_at = ?, put_back_until = ?, error = ?, failures = ?"
        " WHERE id = ? AND attempts = ?",
        stamp(until),
        stamp(until),
        why,
        failures,
        job.id,
        job.attempts,
    ):
        raise _lease_lost(job)


def release_leases(db: Database) -> None:
    """End every lease; what was under way is due again at once."""
    run(db, "UPDATE jobs SET leased_until = NULL, due_at = ? WHERE leased_until IS NOT NULL", AT_ONCE)


def retry_now(db: Database) -> None:
    """Have nothing wait any longer that was put back."""
    run(db, "UPDATE jobs SET put_back_until = NULL, due_at = ? WHERE put_back_until IS NOT NULL", AT_ONCE)


def next_due(db: Database, now: datetime, at_work: Collection[int] = ()) -> datetime | None:
    """Return when something can next be claimed; a timer whose lane is held then may be named too early."""
    if db.execute(CLAIMABLE, {**_asked(now, at_work), "limit": 1}).fetchone():
        return now
    due = value(db, "SELECT min(due_at) FROM jobs WHERE due_at > ?", stamp(now))
    return due and datetime.fromisoformat(due)


def jobs(db: Database, number: int | None) -> list[Job]:
    """Return what is not done yet and can be read, oldest first."""
    rows = query(
        db,
        f"SELECT {COLUMNS} FROM jobs WHERE (? IS NULL OR incident = ?)"  # noqa: S608 - COLUMNS is a constant; values are bound
        " AND name IN (SELECT value FROM json_each(?)) ORDER BY id",
        number,
        number,
        KNOWN,
    )
    return [*_readable(rows)]


def job_count(db: Database) -> int:
    """Return how much is not done yet."""
    return int(value(db, "SELECT count(*) FROM jobs"))


def follow_up_key(job: Job) -> str:
    """Return the prefix for what follows from a job: origin and id, so that a chain of timers stays short."""
    return f"{job.key.partition('~')[0]}~{job.id}"


def _asked(now: datetime, at_work: Collection[int]) -> dict[str, Any]:
    return {"now": stamp(now), "known": KNOWN, "at_work": json.dumps([*at_work])}


def _lease_lost(job: Job) -> LeaseLost:
    return LeaseLost(f"Job {job.key} is no longer ours: attempt {job.attempts} took longer than its lease.")


def _readable(rows: Iterable[tuple[Any, ...]]) -> Iterator[Job]:
    """Yield the jobs; one that is damaged, or that only a newer version can read, stops no other."""
    for row in rows:
        try:
            yield _job(row)
        except Unreadable as why:
            log.warning("%s is left alone: %s", row[2], why)


def _job(row: tuple[Any, ...]) -> Job:
    number, incident, key, name, data, attempts, priority, claimed_at, put_back_until, error, failures = row
    return Job(
        id=number,
        incident=incident,
        key=key,
        effect=load_effect(name, data),
        attempts=attempts,
        priority=priority,
        first_claimed_at=claimed_at and datetime.fromisoformat(claimed_at),
        put_back_until=put_back_until and datetime.fromisoformat(put_back_until),
        error=error,
        failures=failures,
    )
