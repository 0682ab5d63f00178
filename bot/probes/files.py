"""Which files a probe may read, and how much of them."""

from pathlib import Path

from bot.probes.interface import Permissions, ProbeFailed

LARGEST_BYTES = 1_000_000


def permitted_path(name: str, permissions: Permissions) -> Path:
    """Return where `name` really is, if that lies in one of the allowed paths; raises ProbeFailed.

    A symbolic link counts as what it leads to.
    """
    try:
        path = (permissions.folder / name).resolve()
        if any(path.is_relative_to((permissions.folder / root).resolve()) for root in permissions.paths):
            return path
    except (OSError, RuntimeError, ValueError) as error:
        raise ProbeFailed(f"{name} is no path that can be followed.") from error
    raise ProbeFailed(f"{name} is not under allowed_paths in firstcheck.yaml, so it is not read.")


def read_file(name: str, permissions: Permissions) -> bytes:
    """Return what the file holds; raises ProbeFailed when it is absent, too large, or no file."""
    path = permitted_path(name, permissions)
    if not path.is_file():
        raise ProbeFailed(f"There is no file {name}.")
    try:
        with path.open("rb") as file:
            body = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise ProbeFailed(f"{name} cannot be read: {error.strerror}.") from error
    if len(body) > LARGEST_BYTES:
        raise ProbeFailed(f"{name} is larger than {LARGEST_BYTES:,} bytes, which is more than is read.")
    return body
