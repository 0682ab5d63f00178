"""Commands for emergencies start fast, because they import only what they use."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command_line import ROOT

#: Libraries that take long to import, and that the commands below do not need.
HEAVY = {"slack_bolt", "slack_sdk", "aiohttp", "starlette", "uvicorn", "jinja2", "jsonschema"}
#: Runs the command line and prints which modules were imported.
PROGRAM = """
import json, sys
from bot.cli.main import cli
cli(sys.argv[1:], standalone_mode=False)
print(json.dumps(sorted(sys.modules)))
"""


def imported(folder: Path, *words: str) -> set[str]:
    """Return the modules that `firstcheck …` imports."""
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(ended.stdout.splitlines()[-1]))


@pytest.mark.parametrize("words", [("list",), ("note", "1", "rolled back"), ("declare", "logins fail")])
def test_a_command_typed_in_need_imports_no_server(tmp_path: Path, words: tuple[str, ...]) -> None:
    """`declare`, `list` and `note` import neither the web server nor Slack's libraries nor templates."""
    imported(tmp_path, "declare", "the first, which makes the database")

    assert set() == HEAVY & imported(tmp_path, *words)


def test_help_imports_no_command(tmp_path: Path) -> None:
    """`firstcheck --help` reads its list from the table and imports no command's module."""
    modules = imported(tmp_path, "--help")

    assert {"bot.cli", "bot.cli.main"} == {name for name in modules if name.startswith("bot.cli")}
    assert set() == HEAVY & modules
