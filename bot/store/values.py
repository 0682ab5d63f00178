"""What goes into a store and comes out of it: changes, jobs and journal rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.domain.effects import AnyEffect
from bot.domain.events import AnyEvent
from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import Severity, Status

#: How a journal row ends; until then it is pending.
JournalOutcome = Literal["processed", "quarantined"]


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """An event as it stands in the log; `version` counts from 1 within its incident."""

    version: int
    event: AnyEvent
    recorded_at: datetime


@dataclass(frozen=True, kw_only=True)
class Job:
    """An effect that is not done yet."""

    id: int
    incident: int
    #: The effect's name among all, the same at every attempt: `7:3:0`.
    key: str
    effect: AnyEffect
    #: Number of this claim's lease, 1 for the first; 0 when it was never claimed.
    attempts: int
    priority: int
    first_claimed_at: datetime | None
    #: Put back until then, if it was, and why.
    put_back_until: datetime | None = None
    error: str = ""
    #: How often it was put back because it failed.
    failures: int = 0


@dataclass(frozen=True, kw_only=True)
class Change:
    """Everything one transaction writes."""

    #: Folded after the events; its row of the index is written from it.
    incident: Incident
    #: The version the events follow.
    after: int
    events: tuple[AnyEvent, ...]
    effects: tuple[AnyEffect, ...] = ()
    now: datetime
    #: Of its jobs; lower goes first.
    priority: int = 5
    #: Lookup key → the incident it must point at now (None: it must be absent); afterwards it points here.
    claims: Mapping[str, int | None] = field(default_factory=dict)
    #: Idempotency key, one of the lookup keys; empty when the change may be made again.
    once: str = ""
    #: The job that is done with this.
    settles: Job | None = None

    def __post_init__(self) -> None:
        """Raise ValueError where the change contradicts itself: these are mistakes in our code."""
        if self.incident.version != self.after + len(self.events):
            raise ValueError("The incident of a change is folded after its events.")
        if self.effects and not self.events and self.settles is None:
            raise ValueError("Effects follow from an event or from a job; their keys are made of it.")


@dataclass(frozen=True, kw_only=True)
class IncidentRow:
    """One line of the index of incidents."""

    number: int
    title: str
    severity: Severity
    status: Status
    channel: str
    declared_at: datetime | None
    drill: bool


@dataclass(frozen=True, kw_only=True)
class JournalRow:
    """One request as it came in, byte for byte as far as it was text."""

    id: int
    source: str
    headers: Mapping[str, str]
    body: str
    received_at: datetime
    #: Why it was quarantined, if it was.
    detail: str = ""
