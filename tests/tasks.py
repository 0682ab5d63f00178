"""Builds the task that the outbox passes to a performer."""

from datetime import datetime

from bot.domain.effects import AnyEffect
from bot.domain.incident.incident import Incident
from bot.engine.outbox import Task
from bot.store import Job


def task(
    effect: AnyEffect, incident: Incident, now: datetime, *, attempts: int = 1, key: str = "7:2:0"
) -> Task:
    """Return the task to perform `effect`, first claimed at `now`. More than one attempt means a retry."""
    job = Job(
        id=1,
        incident=incident.number,
        key=key,
        effect=effect,
        attempts=attempts,
        priority=incident.severity.rank,
        first_claimed_at=now,
    )
    return Task(job=job, effect=effect, incident=incident, now=now)
