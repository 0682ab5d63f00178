"""Lists recent changes, from a JSON endpoint or the git log of a local clone."""

import asyncio
import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.domain.text.redaction import redact
from bot.domain.text.times import parse_utc
from bot.probes import http_client
from bot.probes.files import permitted_path
from bot.probes.interface import Finding, Kind, Permissions, ProbeFailed, first_of, ok, problem
from bot.probes.processes import run_program

#: How many changes the evidence shows, newest first.
MOST_SHOWN = 5
#: How many characters of a change it shows.
LONGEST_SUBJECT = 120
#: How many commits are read. More would exceed the limit on a program's output.
MOST_COMMITS = 200
#: With these and _GIT, git runs no programs from the repository's configuration and reads no other
#: configuration.
_QUIET = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "LC_ALL": "C.UTF-8",
}
_GIT = ("-c", "log.showSignature=false", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")

#: One change: its time (UTC) and its description.
Change = tuple[datetime, str]


@dataclass(frozen=True, kw_only=True)
class Options:
    """The source of the changes, and how many hours back to look.

    `url` returns a JSON list, or an object with a list at the dotted path `list`. Each change has its time at
    `when` (ISO 8601, or seconds or milliseconds since 1970) and its description at `what`. `repository` is
    the path of a local Git clone, and `path` limits the log to one file or folder.
    """

    hours: float = 24
    url: str = ""
    list: str = ""
    when: str = "at"
    what: str = "title"
    repository: str = ""
    path: str = ""

    def __post_init__(self) -> None:
        """Raise ValueError unless there is exactly one source, or if `hours` is out of range."""
        if bool(self.url) == bool(self.repository):
            raise ValueError("needs either url or repository")
        if not 0 < self.hours <= 24 * 365:
            raise ValueError("hours must be more than 0 and at most a year")


def check_permitted(options: Options, permissions: Permissions) -> None:
    """Raise ProbeFailed if the URL may not be requested, or the clone may not be read."""
    if options.url:
        http_client.check_permitted(options.url, permissions)
    else:
        permitted_path(options.repository, permissions)


async def run(options: Options, permissions: Permissions) -> Finding:
    """List the changes of the last `hours`. Any change counts as a problem found."""
    since = datetime.now(UTC) - timedelta(hours=options.hours)
    if options.url:
        answer = await http_client.fetch(options.url, permissions)
        ordered = await asyncio.to_thread(_listed, answer.body, options)
    else:
        ordered = await _commits(options, permissions)
    recent = [f"{at:%Y-%m-%d %H:%M} {what}" for at, what in ordered if at >= since]
    if recent:
        return problem(f"Changed in the last {options.hours:g} hours: {first_of(recent, MOST_SHOWN, '; ')}")
    latest = (
        f"The latest change was at {ordered[0][0]:%Y-%m-%d %H:%M}."
        if ordered
        else "There are no earlier changes either."
    )
    return ok(f"No change in the last {options.hours:g} hours. {latest}")


def _listed(body: bytes, options: Options) -> list[Change]:
    """Return the changes in the response, newest first."""
    try:
        found = json.loads(body)
        for name in filter(None, options.list.split(".")):
            found = found[name]
        changes = ((parse_utc(one[options.when]), _subject(one[options.what])) for one in found)
        return sorted(changes, reverse=True)
    except (ValueError, LookupError, TypeError, OverflowError, RecursionError) as error:
        raise ProbeFailed(
            f"The response is not a JSON list of changes with {options.when!r} and {options.what!r}."
        ) from error


def _subject(value: object) -> str:
    """Return the description in one short line. Secrets are removed first: half a secret is not detected."""
    return " ".join(redact(str(value)).split())[:LONGEST_SUBJECT]


async def _commits(options: Options, permissions: Permissions) -> list[Change]:
    """Return the commits of the clone, newest first. Nothing is fetched."""
    folder = await asyncio.to_thread(permitted_path, options.repository, permissions)
    git = shutil.which("git")
    if git is None or not await asyncio.to_thread(folder.is_dir):
        raise ProbeFailed(f"git is not installed, or there is no clone at {options.repository}.")
    # --show-pulls lists merges too, which git omits from a path's history: a branch counts from its merge.
    shape = "--format=%cI%x09%h %<(100,trunc)%s (%an)"
    log = ("--no-pager", "log", f"--max-count={MOST_COMMITS}", "--no-color", "--show-pulls", shape)
    command = (git, *_GIT, *log, "--", options.path or ".")
    environment = {**_QUIET, "HOME": str(folder), "PATH": str(Path(git).parent)}
    code, written = await run_program(command, folder=folder, environment=environment)
    if code != 0:
        raise ProbeFailed(f"git cannot read {options.repository}: {written.strip()[:200]}")
    if not written.strip():
        part = repr(options.path) if options.path else "a file"
        raise ProbeFailed(f"No commit in {options.repository} ever changed {part}. Check the path.")
    lines = (line.partition("\t") for line in written.splitlines())
    return sorted(((parse_utc(at), " ".join(what.split())) for at, _, what in lines), reverse=True)


KIND = Kind(options=Options, check_permitted=check_permitted, run=run)
