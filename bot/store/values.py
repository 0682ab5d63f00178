"""The values that a store takes and returns: changes, jobs and journal rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.domain.effects import AnyEffect
from bot.domain.events import AnyEvent
from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import Severity, Status

#: The outcome of a journal row. A row without one is pending.
JournalOutcome = Literal["processed", "quarantined"]


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """An event in the log; `version` counts from 1 within its incident."""

    version: int
    event: AnyEvent
    recorded_at: datetime


@dataclass(frozen=True, kw_only=True)
class Job:
    """An effect not yet performed."""

    id: int
    incident: int
    #: Unique among all jobs and the same at every attempt, such as `7:3:0`.
    key: str
    effect: AnyEffect
    #: How often the job was claimed, including this time.
    attempts: int
    priority: int
    first_claimed_at: datetime | None
    #: When it is due again after being put back, and why it was put back.
    put_back_until: datetime | None = None
    error: str = ""
    #: How often it was put back because it failed.
    failures: int = 0


@dataclass(frozen=True, kw_only=True)
class Change:
    """Everything one transaction writes."""

    #: The incident with `events` applied. The index row is written from it.
    incident: Incident
    #: The incident's version before `events`.
    after: int
    events: tuple[AnyEvent, ...]
    effects: tuple[AnyEffect, ...] = ()
    now: datetime
    #: Priority of the jobs for `effects`; lower goes first.
    priority: int = 5
    #: Lookup key → the incident it must point to now (None: no such key). Afterwards it points to this one.
    claims: Mapping[str, int | None] = field(default_factory=dict)
    #: Idempotency key, stored as a lookup key. Empty if the change may be repeated.
    once: str = ""
    #: The job that this change completes.
    settles: Job | None = None

    def __post_init__(self) -> None:
        """Raise ValueError if the change contradicts itself, which is a bug in the caller."""
        if self.incident.version != self.after + len(self.events):
            raise ValueError("The events of a change must already be folded into its incident.")
        if self.effects and not self.events and self.settles is None:
            raise ValueError("Effects need an event or a job, from which their keys are built.")


@dataclass(frozen=True, kw_only=True)
class IncidentRow:
    """A row of the index of incidents."""

    number: int
    title: str
    severity: Severity
    status: Status
    channel: str
    declared_at: datetime | None
    drill: bool


@dataclass(frozen=True, kw_only=True)
class JournalRow:
    """An incoming request, without secrets. Bytes that are not UTF-8 are kept as escapes."""

    id: int
    source: str
    headers: Mapping[str, str]
    body: str
    received_at: datetime
    #: Why the request was quarantined, if it was.
    detail: str = ""
