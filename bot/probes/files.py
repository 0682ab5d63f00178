"""Reads the files that a probe may read, up to a size limit."""

from pathlib import Path

from bot.probes.interface import Permissions, ProbeFailed

LARGEST_BYTES = 1_000_000


def permitted_path(name: str, permissions: Permissions) -> Path:
    """Return the resolved path of `name`. Raise ProbeFailed if it is not inside an allowed path.

    A symbolic link counts as its target.
    """
    try:
        path = (permissions.folder / name).resolve()
        if any(path.is_relative_to((permissions.folder / root).resolve()) for root in permissions.paths):
            return path
    except (OSError, RuntimeError, ValueError) as error:
        raise ProbeFailed(f"{name} is not a valid path.") from error
    raise ProbeFailed(f"{name} is not under any path listed in allowed_paths in firstcheck.yaml.")


def read_file(name: str, permissions: Permissions) -> bytes:
    """Return the content of the file. Raise ProbeFailed if it is absent, too large, or not a file."""
    path = permitted_path(name, permissions)
    if not path.is_file():
        raise ProbeFailed(f"There is no file {name}.")
    try:
        with path.open("rb") as file:
            body = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise ProbeFailed(f"{name} cannot be read: {error.strerror}.") from error
    if len(body) > LARGEST_BYTES:
        raise ProbeFailed(f"{name} is larger than {LARGEST_BYTES:,} bytes, the most a probe reads.")
    return body
