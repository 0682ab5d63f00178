"""Notices that the database's files were deleted or replaced while they are open.

SQLite keeps writing to files that have lost their names. Everything written after that is gone once the
process ends, and no error reports it (https://www.sqlite.org/howtocorrupt.html, "Unlinking or renaming a
database file while in use").
"""

from collections.abc import Iterable
from pathlib import Path

from bot.store.errors import StoreUnusable


class FileIdentity:
    """The device and inode of a database file, its write-ahead log and their index when they were opened.

    Without the index (`-shm`) two processes would not see each other's locks, and would overwrite each
    other's data.
    """

    def __init__(self, path: str) -> None:
        self._files = {file: _identity(file) for file in (path, f"{path}-wal", f"{path}-shm")}

    def verify(self) -> None:
        """Raise StoreUnusable if a file was deleted or replaced since it was opened."""
        changed = [file for file, opened in self._files.items() if opened and _identity(file) != opened]
        if changed:
            raise StoreUnusable(_sentence(changed))


def _identity(file: str) -> tuple[int, int] | None:
    try:
        found = Path(file).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _sentence(changed: Iterable[str]) -> str:
    names = " and ".join(str(Path(file).absolute()) for file in changed)
    return (
        f"The database was deleted or replaced while it was in use ({names}), so nothing more is accepted. "
        "Stop Firstcheck, put the file back or restore a backup, and start it again."
    )
