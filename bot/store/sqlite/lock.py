"""Lets only one process at a time serve a SQLite file, with a lock file beside it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.config.values import SQLITE
from bot.domain.errors import ActionableError
from bot.store import StoreUnusable


class AlreadyServed(ActionableError):
    """Another Firstcheck process serves this database; the message says which file."""


def file_of(database: str) -> Path | None:
    """Return the file of a database URL, or None for a database in memory."""
    path = database.removeprefix(SQLITE)
    return None if path in {database, ":memory:"} else Path(path)


def served(database: str) -> bool:
    """Return whether a Firstcheck process is serving this database now."""
    path = file_of(database)
    if path is None or not _lock_of(path).exists():
        return False
    with _lock_of(path).open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _lock_of(path: Path) -> Path:
    """Return the lock file beside the database file. A symbolic link counts as its target."""
    return Path(f"{path.resolve()}.lock")


@contextmanager
def only_server(database: str) -> Iterator[None]:
    """Keep other servers off a SQLite file, so that leases left by a crash are known to be ours."""
    path = file_of(database)
    if path is None:
        yield
        return
    if not path.parent.is_dir():
        raise StoreUnusable(f"The database's folder {path.parent.absolute()} does not exist. Create it.")
    with _lock_of(path).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyServed(
                f"Another Firstcheck process is using {path}. "
                "Stop it, or set FIRSTCHECK_DATABASE to another file."
            ) from error
        yield
