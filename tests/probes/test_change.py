"""The probe lists recent changes from a JSON endpoint or a real clone."""

import json
import os
import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.probes.interface import Permissions
from tests.probes.conftest import Service, run_probe

HERE = Permissions(hosts=["127.0.0.1"])
NOW = datetime.now(UTC)


def ago(hours: float) -> str:
    """Return the time that many hours ago in ISO 8601."""
    return (NOW - timedelta(hours=hours)).isoformat()


def time_ago(hours: float) -> str:
    """Return the time that many hours ago as the evidence shows it."""
    return f"{NOW - timedelta(hours=hours):%Y-%m-%d %H:%M}"


async def ask(service: Service, answer: object, **options: object) -> tuple[str, str]:
    """Run the probe against a JSON response."""
    service.answer(json.dumps(answer).encode(), path="/changes")
    return await run_probe("change", HERE, url=f"{service.url}/changes", **options)


async def test_recent_changes(service: Service) -> None:
    """Changes within the hours are a problem found, listed newest first."""
    changes = [
        {"at": ago(1), "title": "Deploy auth 42\nby ann"},
        {"at": ago(30), "title": "Rotate keys"},
        {"at": ago(0.5), "title": "Flag on"},
    ]

    found = await ask(service, changes)

    message = f"Changed in the last 24 hours: {time_ago(0.5)} Flag on; {time_ago(1)} Deploy auth 42 by ann"
    assert ("wrong", message) == found


async def test_no_recent_change(service: Service) -> None:
    """Without a change in those hours the result is OK, and the latest change is shown."""
    found = await ask(service, [{"at": ago(30), "title": "Rotate keys"}], hours=2)
    none = await ask(service, [])

    assert ("clear", f"No change in the last 2 hours. The latest change was at {time_ago(30)}.") == found
    assert ("clear", "No change in the last 24 hours. There are no earlier changes either.") == none


async def test_no_part_of_a_secret_is_shown(service: Service) -> None:
    """A password is removed even if the description is cut in the middle of it."""
    title = f"{'Move ' * 20}postgres://app:{'hunter2' * 9}@db/app"

    verdict, evidence = await ask(service, [{"at": ago(1), "title": title}])

    assert ("wrong", False) == (verdict, "hunter2" in evidence)


@pytest.mark.parametrize("unit", [1, 1000])
async def test_other_shapes_of_the_response(service: Service, unit: int) -> None:
    """The list may be nested, its fields have other names, and times be in seconds or milliseconds."""
    answer = {
        "data": {"items": [{"time": int(NOW.timestamp()) * unit, "text": f"Change {n}"} for n in range(7)]}
    }

    found = await ask(service, answer, list="data.items", when="time", what="text")

    assert ("wrong", True) == (found[0], found[1].endswith("; and 2 more")), found


@pytest.mark.parametrize(
    "answer", [{"changes": []}, [{"at": "yesterday", "title": "x"}], [{"title": "x"}], [1], "text", None]
)
async def test_response_that_is_not_a_list_of_changes(service: Service, answer: object) -> None:
    """The probe fails if the response is not a list of changes."""
    found = await ask(service, answer)

    assert ("failed", "The response is not a JSON list of changes with 'at' and 'title'.") == found


def git(folder: Path, *arguments: str, at: str = "") -> None:
    """Run git as a fixed author, at a given time."""
    who = {
        f"GIT_{role}_{what}": "ann@example.com"
        for role in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    times = {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at} if at else {}
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), **who, **times}
    order = ("git", "-C", str(folder), *arguments)
    subprocess.run(order, check=True, capture_output=True, env=environment)


@pytest.fixture
def clone(tmp_path: Path) -> Permissions:
    """A repository with an old and a new commit, each in its own folder."""
    folder = tmp_path / "clone"
    folder.mkdir()
    git(folder, "init", "--initial-branch=main")
    for name, hours in (("auth", 50.0), ("web", 1.0)):
        (folder / name).mkdir()
        (folder / name / "settings").write_text(name)
        git(folder, "add", ".")
        git(folder, "commit", f"--message=Change {name}", at=ago(hours))
    return Permissions(folder=tmp_path, paths=[Path("clone")])


async def test_commits(clone: Permissions) -> None:
    """A commit within the hours is a problem found, and `path` limits it to a part."""
    found = await run_probe("change", clone, repository="clone")
    part = await run_probe("change", clone, repository="clone", path="auth")

    message = re.sub(r" [0-9a-f]{7} ", " HASH ", found[1])
    assert ("wrong", f"Changed in the last 24 hours: {time_ago(1)} HASH Change web (ann@example.com)") == (
        found[0],
        message,
    )
    assert ("clear", f"No change in the last 24 hours. The latest change was at {time_ago(50)}.") == part


async def test_path_without_any_commit(clone: Permissions) -> None:
    """The probe fails if no commit ever changed the path, because the name is probably mistyped."""
    found = await run_probe("change", clone, repository="clone", path="outh")

    why = "No commit in clone ever changed 'outh'. Check the path."
    assert ("failed", why) == found


async def test_merge_counts_as_a_change(clone: Permissions) -> None:
    """A merge counts as a change of the path, even if the merged commits are old."""
    folder = clone.folder / "clone"
    git(folder, "checkout", "-b", "timeout", "HEAD~1")
    (folder / "auth" / "settings").write_text("3 s")
    git(folder, "commit", "--all", "--message=Shorten the timeout", at=ago(40))
    git(folder, "checkout", "main")
    git(folder, "merge", "--no-ff", "--message=Merge timeout", "timeout", at=ago(2))

    verdict, evidence = await run_probe("change", clone, repository="clone", path="auth")

    assert "wrong" == verdict
    assert evidence.startswith(f"Changed in the last 24 hours: {time_ago(2)} ")
    assert "Merge timeout" in evidence


async def test_clone_runs_no_program(clone: Permissions) -> None:
    """Programs in a repository's configuration are not run."""
    folder = clone.folder / "clone"
    trap = clone.folder / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {clone.folder / 'sprung'}\n")
    trap.chmod(0o755)
    for key in ("core.fsmonitor", "core.pager", "gpg.program", "core.sshCommand"):
        git(folder, "config", key, str(trap))
    git(folder, "config", "log.showSignature", "true")

    found = await run_probe("change", clone, repository="clone")

    assert ("wrong", False) == (found[0], (clone.folder / "sprung").exists())


@pytest.mark.parametrize(
    ("repository", "message"),
    [
        (".", ". is not under any path listed in allowed_paths"),
        ("/etc", "/etc is not under any path listed in allowed_paths"),
        ("clone/none", "no clone at clone/none"),
        ("clone/escape", "clone/escape is not under any path listed in allowed_paths"),
    ],
)
async def test_clones_outside_allowed_paths(clone: Permissions, repository: str, message: str) -> None:
    """Only clones inside allowed_paths are read, and a link counts as its target."""
    (clone.folder / "clone" / "escape").symlink_to("/etc")

    verdict, evidence = await run_probe("change", clone, repository=repository)

    assert ("failed", True) == (verdict, message in evidence), evidence


async def test_folder_that_is_not_a_clone(tmp_path: Path) -> None:
    """The error message of git is the evidence."""
    permissions = Permissions(folder=tmp_path, paths=[Path()])

    verdict, evidence = await run_probe("change", permissions, repository=".")

    assert ("failed", True) == (verdict, "git cannot read .: fatal: not a git repository" in evidence), (
        evidence
    )
