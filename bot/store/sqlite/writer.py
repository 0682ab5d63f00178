"""Group commit: one thread with one connection writes all waiting work in one transaction, with one fsync."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from sqlite_utils import Database

from bot.store.errors import StoreUnusable
from bot.store.sqlite.connection import run

T = TypeVar("T")
#: A limit, so that the first request of a burst does not wait for the last.
MAX_REQUESTS_PER_COMMIT = 256


@dataclass(frozen=True, kw_only=True)
class _Request:
    work: Callable[[Database], Any]
    answer: Future[Any]


class Writer:
    """Runs work that the event loop requests. An error in one request undoes only that request."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._requests: SimpleQueue[_Request | None] = SimpleQueue()
        self._closed = False
        self._thread = Thread(target=self._serve, name="firstcheck-writer", daemon=True)
        self._thread.start()

    async def write(self, work: Callable[[Database], T]) -> T:
        """Return the result of `work` once it is on disk.

        Raise its exceptions, or StoreUnusable if writing fails.
        """
        if self._closed:
            raise StoreUnusable("The store is closed.")
        answer: Future[T] = Future()
        self._requests.put(_Request(work=work, answer=answer))
        return await asyncio.wrap_future(answer)

    async def close(self) -> None:
        """Finish the work already requested, then close the connection."""
        if not self._closed:
            self._closed = True
            self._requests.put(None)
        await asyncio.to_thread(self._thread.join)

    def _serve(self) -> None:
        while (request := self._requests.get()) is not None:
            batch, last = self._batch_from(request)
            self._commit([each for each in batch if each.answer.set_running_or_notify_cancel()])
            if last:
                break
        self._db.close()

    def _batch_from(self, first: _Request) -> tuple[list[_Request], bool]:
        """Return `first` and the other waiting requests, and whether the writer was closed after them."""
        batch = [first]
        while len(batch) < MAX_REQUESTS_PER_COMMIT:
            try:
                request = self._requests.get_nowait()
            except Empty:
                break
            if request is None:
                return batch, True
            batch.append(request)
        return batch, False

    def _commit(self, batch: list[_Request]) -> None:
        try:
            # Not atomic() here: it begins deferred, and then fails if another process is writing.
            run(self._db, "BEGIN IMMEDIATE")
            answers = [self._attempt(request) for request in batch]
            run(self._db, "COMMIT")
        except sqlite3.Error as error:
            self._db.rollback()
            answers = [partial(request.answer.set_exception, _unwritable(error)) for request in batch]
        for answer in answers:
            answer()

    def _attempt(self, request: _Request) -> Callable[[], None]:
        """Do the work and return how to answer the request once the batch is on disk."""
        try:
            with self._db.atomic():  # a savepoint, as the batch has a transaction open
                return partial(request.answer.set_result, request.work(self._db))
        except Exception as error:  # any error belongs to the caller of this request
            if isinstance(error, sqlite3.Error) and not self._db.conn.in_transaction:
                raise  # a full disk undoes the whole transaction
            is_unwritable = isinstance(error, sqlite3.OperationalError)
            return partial(request.answer.set_exception, _unwritable(error) if is_unwritable else error)


def _unwritable(error: Exception) -> StoreUnusable:
    return StoreUnusable(f"The database could not be written ({error}). Check its disk, then try again.")
