"""Lists what changed lately, from a JSON endpoint or the git log of a local clone: the usual suspects."""

import asyncio
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.domain.text.redaction import redact
from bot.domain.vocabulary import ProbeVerdict
from bot.probes import fetch
from bot.probes.files import permitted_path
from bot.probes.interface import Finding, Kind, Permissions, ProbeFailed
from bot.probes.processes import run_program

#: How many changes are shown, the newest first.
MOST_SHOWN = 5
#: What is shown of one.
LONGEST_SUBJECT = 120
#: How many commits are read; more would not fit the bounds of what is read.
MOST_COMMITS = 200
#: A number larger than this is milliseconds: as seconds it would be the year 5138.
_MILLISECONDS = 1e11
#: What keeps git from running what a repository's configuration names, and from reading anyone else's.
_QUIET = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "LC_ALL": "C.UTF-8",
}
_GIT = ("-c", "log.showSignature=false", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")


@dataclass(frozen=True, kw_only=True)
class Options:
    """Where changes are listed, and how far to look back.

    `url` answers a JSON list, or an object with one at `list` (dotted); each change has its time at `when`
    (ISO 8601, or seconds or milliseconds since 1970) and its words at `what`. `repository` is a clone, of
    which `path` may name a part.
    """

    hours: float = 24
    url: str = ""
    list: str = ""
    when: str = "at"
    what: str = "title"
    repository: str = ""
    path: str = ""

    def __post_init__(self) -> None:
        """Refuse two sources, and none."""
        if bool(self.url) == bool(self.repository):
            raise ValueError("give it either url or repository")
        if not 0 < self.hours <= 24 * 365:
            raise ValueError("hours is more than 0 and at most a year")


@dataclass(frozen=True, kw_only=True, order=True)
class Change:
    """One change: when (UTC), and what."""

    at: datetime
    what: str


def check_permitted(options: Options, permissions: Permissions) -> None:
    """Refuse an address that may not be asked, and a clone that may not be read."""
    if options.url:
        fetch.check_permitted(options.url, permissions)
    else:
        permitted_path(options.repository, permissions)


async def run(options: Options, permissions: Permissions) -> Finding:
    """List the changes since `hours` ago; any is a suspect, and none clears the step."""
    since = datetime.now(UTC) - timedelta(hours=options.hours)
    if options.url:
        answer = await fetch.fetch(options.url, permissions)
        ordered = await asyncio.to_thread(_listed, answer.body, options)
    else:
        ordered = await _commits(options, permissions)
    recent = [change for change in ordered if change.at >= since]
    if recent:
        more = f"; and {len(recent) - MOST_SHOWN} more" if len(recent) > MOST_SHOWN else ""
        shown = "; ".join(f"{change.at:%Y-%m-%d %H:%M} {change.what}" for change in recent[:MOST_SHOWN])
        return Finding(
            verdict=ProbeVerdict.WRONG, evidence=f"Changed in the last {options.hours:g} hours: {shown}{more}"
        )
    newest = f"the newest is of {ordered[0].at:%Y-%m-%d %H:%M}" if ordered else "none is known at all"
    return Finding(
        verdict=ProbeVerdict.CLEAR, evidence=f"No change in the last {options.hours:g} hours; {newest}."
    )


def _listed(body: bytes, options: Options) -> list[Change]:
    """Return the changes in the answer, the newest first."""
    try:
        found = json.loads(body)
        for name in filter(None, options.list.split(".")):
            found = found[name]
        changes = (Change(at=_moment(one[options.when]), what=_subject(one[options.what])) for one in found)
        return sorted(changes, reverse=True)
    except (ValueError, LookupError, TypeError, OverflowError, RecursionError) as error:
        raise ProbeFailed(
            f"The answer is no JSON list of changes with {options.when!r} and {options.what!r}."
        ) from error


def _subject(value: object) -> str:
    """The words in one line and in short; secrets go first, as half a one is not known as such."""
    return " ".join(redact(str(value)).split())[:LONGEST_SUBJECT]


def _moment(value: object) -> datetime:
    """Return the time in UTC; one without a zone is meant so."""
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value / 1000 if value > _MILLISECONDS else value, UTC)
    at = datetime.fromisoformat(str(value))
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


async def _commits(options: Options, permissions: Permissions) -> list[Change]:
    """Return the commits of the clone as it stands on this disk, the newest first; nothing is fetched."""
    folder = await asyncio.to_thread(permitted_path, options.repository, permissions)
    git = shutil.which("git")
    if git is None or not await asyncio.to_thread(folder.is_dir):
        raise ProbeFailed(f"There is no git, or no clone at {options.repository}.")
    # A branch may be older than its merge, which git leaves out of a path's history unless told to show it.
    how = (f"--max-count={MOST_COMMITS}", "--no-color", "--show-pulls")
    command = (git, *_GIT, "--no-pager", "log", *how)
    shape = "--format=%cI%x09%h %<(100,trunc)%s (%an)"
    environment: Mapping[str, str] = {**_QUIET, "HOME": str(folder), "PATH": str(Path(git).parent)}
    code, written = await run_program(
        (*command, shape, "--", options.path or "."), folder=folder, environment=environment
    )
    if code != 0:
        raise ProbeFailed(f"git cannot read {options.repository}: {written.strip()[:200]}")
    if not written.strip():
        part = repr(options.path) if options.path else "a file"
        why = f"No commit of {options.repository} ever changed {part}, so this says nothing: check the path."
        raise ProbeFailed(why)
    lines = (line.partition("\t") for line in written.splitlines())
    changes = (Change(at=_moment(at), what=" ".join(what.split())) for at, _, what in lines)
    return sorted(changes, reverse=True)


KIND = Kind(options=Options, check_permitted=check_permitted, run=run)
