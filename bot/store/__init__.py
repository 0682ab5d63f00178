"""The store: the event log, the outbox, the journal of requests and the transcript of messages."""

from bot.config.values import SQLITE
from bot.store.errors import AlreadyDone, Conflict, LeaseLost, StoreError, StoreUnusable, Unreadable
from bot.store.interface import Store
from bot.store.sqlite import open_sqlite
from bot.store.values import Change, IncidentRow, Job, JournalRow

__all__ = [
    "AlreadyDone",
    "Change",
    "Conflict",
    "IncidentRow",
    "Job",
    "JournalRow",
    "LeaseLost",
    "Store",
    "StoreError",
    "StoreUnusable",
    "Unreadable",
    "open_store",
]


async def open_store(url: str) -> Store:
    """Open the store at `url`: `sqlite:///firstcheck.db`, `sqlite:////an/absolute/path` or `sqlite:///:memory:`.

    Raise StoreTooNew if a newer version wrote it, StoreUnusable if it cannot be opened.
    """
    path = url.removeprefix(SQLITE)
    if path == url or not path:
        raise StoreUnusable(f"{url!r} is not a supported database. Write it as {SQLITE}firstcheck.db.")
    return await open_sqlite(path)
