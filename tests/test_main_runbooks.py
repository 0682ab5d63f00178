"""The commands about runbooks: check says what is old, schema and simulate print."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import cli
from bot.domain.errors import Refused

OLD = "title: x\nreviewed: 2020-01-01\nsteps: [{id: a, title: A, area: config}]"


def said(*words: str, code: int = 0) -> str:
    """What `firstcheck …` prints."""
    result = CliRunner().invoke(cli, words)
    assert code == result.exit_code
    return result.output


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where firstcheck.yaml names a folder of runbooks with one that nobody reviewed for long."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "x.yaml").write_text(OLD)
    (tmp_path / "firstcheck.yaml").write_text("runbooks: ours")
    return tmp_path


def test_check_says_what_is_old(folder: Path) -> None:
    """It is no mistake, so the exit code stays 0; how old is too old can be said."""
    warned = said("check")
    (folder / "firstcheck.yaml").write_text("runbooks: ours\nreview_days: 100000")

    assert warned.startswith("x: This runbook was last reviewed on 2020-01-01, ")
    assert "last reviewed" not in said("check")


def test_check_names_an_unknown_review_age(folder: Path) -> None:
    """Days are at least one."""
    (folder / "firstcheck.yaml").write_text("review_days: 0")

    result = CliRunner().invoke(cli, ["check"])
    assert "0 is out of range" in str(result.exception)


def test_schema_prints_json() -> None:
    """An editor reads it."""
    assert "Firstcheck runbook" == json.loads(said("schema"))["title"]


@pytest.mark.usefixtures("folder")
def test_simulate_prints_a_table() -> None:
    """A runbook with one step has nothing to learn."""
    lines = said("simulate", "x", "--incidents", "2").splitlines()

    assert ["0", "1", "2"] == [line.split()[0] for line in lines[2:]]
    assert {"1.000"} == {line.split()[-1] for line in lines[2:]}


@pytest.mark.usefixtures("folder")
def test_simulate_names_the_runbooks_there_are() -> None:
    """A typing mistake is answered with a sentence."""
    result = CliRunner().invoke(cli, ["simulate", "y"])

    assert isinstance(result.exception, Refused)
    assert "There is no runbook 'y'; there is x." == str(result.exception)
