"""What every store can do, whichever database is below."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from bot.domain.effects import AnyEffect
from bot.store.values import Change, IncidentRow, Job, JournalOutcome, JournalRow, Message, Recorded


class Log(Protocol):
    """Incidents, their events, and the unique keys that point at them."""

    async def next_number(self) -> int:
        """Return the highest incident number + 1; who loses a race for it sees Conflict at append."""

    async def append(self, change: Change) -> None:
        """Write the change whole, or not at all.

        Raises Conflict, AlreadyDone or LeaseLost; StoreUnusable when the database cannot be written.
        """

    async def events(self, number: int, after: int = 0) -> list[Recorded]:
        """Return the incident's events behind version `after`, oldest first.

        Raises Unreadable when a newer version wrote one that this version does not know.
        """

    async def lookup(self, key: str) -> int | None:
        """Return the number of the incident that `key` points at, if any."""

    async def incidents(self, *, open_only: bool = False, limit: int | None = 100) -> list[IncidentRow]:
        """Return lines of the index, newest first; without a `limit` all of them."""

    async def open_count(self) -> int:
        """Return how many incidents are open."""


class Outbox(Protocol):
    """Effects that are not done yet; within one incident and lane they go one at a time, oldest first."""

    async def claim(
        self, now: datetime, *, limit: int, lease_s: float, at_work: Collection[int] = ()
    ) -> list[Job]:
        """Lease up to `limit` jobs for `lease_s` seconds, the most urgent first.

        None of those the caller is `at_work` on (by id), even if the clock stepped past their leases.
        A job whose lease ran out is claimed again, with the next number in `attempts`. A job put back holds
        up its lane; one with a `not_before` ahead does not. What has none is due even before it was put in:
        clocks are set back.
        """

    async def settle(self, job: Job, *, now: datetime, effects: tuple[AnyEffect, ...] = ()) -> None:
        """Take the job off, it is done, and enqueue what follows from it. Raises LeaseLost."""

    async def put_back(self, job: Job, *, until: datetime, why: str, failed: bool = False) -> None:
        """Try the job again at `until`; it keeps its place and its lane waits. Raises LeaseLost.

        `failed` counts one more failure: a service that is away or busy is none.
        """

    async def release_leases(self) -> None:
        """End every lease, for who starts and knows that no other worker lives; the jobs count as tried."""

    async def retry_now(self) -> None:
        """Make due at once what was put back, for who sees that the clock was set back."""

    async def next_due(self, now: datetime, *, at_work: Collection[int] = ()) -> datetime | None:
        """Return when to ask `claim` again: `now` if something is claimable at once, None if nothing waits.

        It may be too early for a timer whose lane will be held, never too late.
        """

    async def jobs(self, number: int | None = None) -> list[Job]:
        """Return what is not done yet, of one incident or of all, oldest first."""

    async def job_count(self) -> int:
        """Return how much is not done yet, timers and what only a newer version can read included."""


class Journal(Protocol):
    """Requests from outside, kept before they are understood, and ends that came before their beginning."""

    async def journal_append(self, source: str, headers: Mapping[str, str], body: str, now: datetime) -> int:
        """Keep a request; return its row's id once that is on disk."""

    async def journal_pending(self, limit: int = 100, after: int = 0) -> list[JournalRow]:
        """Return rows behind the row `after` that nobody has settled, oldest first.

        Fewer than `limit` when their bodies are long; none only when there is none.
        """

    async def journal_settle(self, row_id: int, outcome: JournalOutcome, detail: str = "") -> None:
        """Say how a pending row ended; one that has ended stays as it is."""

    async def journal_counts(self) -> dict[str, int]:
        """Return `accepted`, which is `processed` + `quarantined` + `pending`, and those three."""

    async def journal_quarantined(self, limit: int = 100) -> list[JournalRow]:
        """Return rows that could not be understood, newest first, without their bodies."""

    async def journal_retry(self, row_id: int) -> bool:
        """Make a quarantined row pending again; return whether there was one."""

    async def keep_ends(self, began: Mapping[str, datetime], now: datetime) -> None:
        """Keep that alerts ended, by key, which had begun then; the last word on each holds."""

    async def ends(self, alerts: Collection[str], since: datetime) -> dict[str, datetime]:
        """Return when those of the alerts began whose end was kept since then."""


class Transcript(Protocol):
    """Messages of the incidents' channels, and the names of people."""

    async def save_message(self, message: Message) -> None:
        """Keep a message; a redelivery changes nothing, and an edit that came before it is not undone."""

    async def edit_message(self, channel: str, ts: str, text: str, at: datetime) -> None:
        """Give a message its new text and keep the former; the message itself may still be on its way."""

    async def delete_message(self, channel: str, ts: str, at: datetime) -> None:
        """Blank a message, former texts and files too; the message itself may still be on its way."""

    async def message(self, channel: str, ts: str) -> Message | None:
        """Return the message of that name, if it is known."""

    async def messages(self, number: int) -> list[Message]:
        """Return the incident's messages by `ts`."""

    async def remember_people(self, names: Mapping[str, str]) -> None:
        """Keep display names by user id; the last one given holds."""

    async def people(self) -> dict[str, str]:
        """Return every display name by user id."""


class Store(Log, Outbox, Journal, Transcript, Protocol):
    """All that is remembered. Methods may be called from any task of the loop that opened it."""

    async def forget(self, before: datetime) -> int:
        """Forget some of what was done before then (UTC): processed requests, ends and `once` keys.

        Returns how many; 0 when nothing is left to forget. What is pending or in quarantine stays, as do
        incidents with all that was said in them.
        """

    async def check(self) -> None:
        """Write a little that leaves nothing. Raises StoreUnusable when that fails, as on a full disk."""

    async def close(self) -> None:
        """Finish what was asked for and let the database go."""
