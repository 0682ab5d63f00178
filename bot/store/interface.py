"""The interface of every store, whatever its database: four parts, and methods that concern all of them.

Methods may be called from any task of the event loop that opened the store. Each of them raises StoreUnusable
if the database cannot be read or written. Times are UTC.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from bot.domain.effects import AnyEffect
from bot.domain.message import Message
from bot.store.values import Change, IncidentRow, Job, JournalOutcome, JournalRow, Recorded


class EventLog(Protocol):
    """Incidents, their events, and the unique lookup keys that point to them."""

    async def next_number(self) -> int:
        """Return the highest incident number + 1.

        If two callers use the same number, one of them gets Conflict.
        """

    async def append(self, change: Change) -> None:
        """Write the whole change or nothing. Raise Conflict, AlreadyDone or LeaseLost (see errors.py)."""

    async def events(self, number: int, after: int = 0) -> list[Recorded]:
        """Return the incident's events after version `after`, oldest first.

        Raise Unreadable if a newer version of Firstcheck wrote an event that this version does not know.
        """

    async def lookup(self, key: str) -> int | None:
        """Return the number of the incident that `key` points to, or None."""

    async def incidents(self, *, open_only: bool = False, limit: int | None = 100) -> list[IncidentRow]:
        """Return rows of the index, newest first; with `limit=None` all of them."""

    async def open_count(self) -> int:
        """Return how many incidents are open."""


class OutboxStore(Protocol):
    """Effects not yet performed.

    Those in the same lane of an incident are performed one at a time, oldest first.
    """

    async def claim(
        self, now: datetime, *, limit: int, lease_s: float, at_work: Collection[int] = ()
    ) -> list[Job]:
        """Lease up to `limit` jobs for `lease_s` seconds and return them, the most urgent first.

        A job whose lease has expired is claimed again, and its `attempts` goes up by one. `at_work` are the
        ids of jobs that the caller is working on: they are never returned, even if the clock jumped past
        their leases. A job that was put back blocks its lane, a timer that is not due yet does not.
        A job without `not_before` is due even if the clock was set back since it was enqueued.
        """

    async def settle(self, job: Job, *, now: datetime, effects: tuple[AnyEffect, ...] = ()) -> None:
        """Remove a job that is done and enqueue its follow-ups. Raise LeaseLost (see errors.py)."""

    async def put_back(self, job: Job, *, until: datetime, why: str, failed: bool = False) -> None:
        """Schedule the job again at `until`. It keeps its place and blocks its lane.

        `failed` counts one more failure. Waiting for a service that is down or busy is not a failure. Raise
        LeaseLost (see errors.py).
        """

    async def release_leases(self) -> None:
        """End every lease. Only call this when the server starts and no other worker is running.

        Each released job counts as tried once.
        """

    async def retry_now(self) -> None:
        """Make every job that was put back due now. Call this after the clock was set back."""

    async def next_due(self, now: datetime, *, at_work: Collection[int] = ()) -> datetime | None:
        """Return when to call `claim` next: `now` if a job can be claimed, None if the outbox is empty.

        The time may be too early if a timer's lane is blocked. It is never too late.
        """

    async def jobs(self, number: int | None = None) -> list[Job]:
        """Return the jobs of one incident, or of all incidents, oldest first."""

    async def count(self) -> int:
        """Return the number of jobs, including timers and jobs that only a newer version can read."""


class Journal(Protocol):
    """Incoming requests, saved before they are parsed, and resolutions of alerts not seen yet."""

    async def append(self, source: str, headers: Mapping[str, str], body: str, now: datetime) -> int:
        """Save a request; return its row id once it is on disk."""

    async def pending(self, limit: int = 100, after: int = 0) -> list[JournalRow]:
        """Return pending rows with an id above `after`, oldest first.

        If their bodies are long, fewer than `limit` are returned. The list is empty only if no such row is
        pending.
        """

    async def settle(self, row_id: int, outcome: JournalOutcome, detail: str = "") -> None:
        """Mark a pending row processed or quarantined. The first outcome wins."""

    async def counts(self) -> dict[str, int]:
        """Return the counts `processed`, `quarantined` and `pending`, and their sum `accepted`."""

    async def quarantined(self, limit: int = 100) -> list[JournalRow]:
        """Return quarantined rows without their bodies, newest first."""

    async def unannounced(self, limit: int = 100) -> list[JournalRow]:
        """Return quarantined rows that were not announced yet, without their bodies, newest first."""

    async def mark_announced(self, newest: int) -> None:
        """Save that the quarantined rows up to id `newest` were announced."""

    async def retry(self, row_id: int) -> bool:
        """Make a quarantined row pending again; return False if there is no such row."""

    async def keep_ends(self, began: Mapping[str, datetime], now: datetime) -> None:
        """Save the resolutions of alerts. `began` is when each alert started firing, by alert key.

        Later calls overwrite earlier ones.
        """

    async def ends(self, alerts: Collection[str], since: datetime) -> dict[str, datetime]:
        """Return when each of these alerts began, by alert key, if its resolution was saved after `since`."""


class Transcript(Protocol):
    """Messages of the incidents' channels, and people's display names."""

    async def save(self, message: Message) -> None:
        """Save a message. A redelivery changes nothing, and an edit that arrived earlier still holds."""

    async def edit(self, channel: str, ts: str, text: str, at: datetime) -> None:
        """Replace a message's text and keep the former text. The message itself may arrive later."""

    async def delete(self, channel: str, ts: str, at: datetime) -> None:
        """Clear a message with its former texts and files. The message itself may arrive later."""

    async def message(self, channel: str, ts: str) -> Message | None:
        """Return the message with that channel and timestamp, or None."""

    async def messages(self, number: int) -> list[Message]:
        """Return the incident's messages, ordered by `ts`."""

    async def remember_people(self, names: Mapping[str, str]) -> None:
        """Save display names by user id. A later name overwrites an earlier one."""

    async def people(self) -> dict[str, str]:
        """Return every display name by user id."""


class Store(Protocol):
    """Everything that is saved: the four parts, which share one database."""

    @property
    def log(self) -> EventLog:
        """Incidents and their events."""

    @property
    def outbox(self) -> OutboxStore:
        """Effects not yet performed."""

    @property
    def journal(self) -> Journal:
        """Incoming requests."""

    @property
    def transcript(self) -> Transcript:
        """Messages and names."""

    async def purge(self, before: datetime) -> int:
        """Delete some processed requests, saved resolutions and `once` keys from before that time.

        Return how many rows were deleted; 0 if nothing is left to delete. Pending and quarantined requests
        stay, and so do incidents with all their events and messages.
        """

    async def check(self) -> None:
        """Write, read and delete a row of the journal.

        Raise StoreUnusable if that fails because the disk is full, or the file is damaged, deleted or
        replaced.
        """

    async def close(self) -> None:
        """Finish the writes already requested and close the database."""
