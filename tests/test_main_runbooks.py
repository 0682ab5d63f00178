"""The commands about runbooks: check says what is old, schema and simulate print."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.main import cli
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


BARRED = """
title: Checkout fails
service: checkout
steps:
  - {id: settings, title: A, area: config, probe: {kind: config, url: "{settings_url}", known_good: a}}
  - {id: file, title: B, area: config, probe: {kind: config, file: a.json, known_good: b}}
  - {id: alive, title: C, area: dependency, probe: {kind: http, url: "https://api.example.com/health"}}
  - {id: port, title: D, area: network, probe: {kind: tcp, host: db.example.com, port: 5432}}
  - {id: name, title: E, area: network, probe: {kind: dns, name: api.example.com}}
  - {id: server, title: F, area: network, probe: {kind: dns, name: ok.example.com, server: 10.0.0.53}}
  - {id: certificate, title: G, area: identity, probe: {kind: tls, host: api.example.com}}
  - {id: authority, title: H, area: identity, probe: {kind: tls, host: ok.example.com, authority: ca.pem}}
  - {id: errors, title: I, area: capacity, probe: {kind: prometheus, url: "http://prom", query: up, below: 1}}
  - {id: deploys, title: J, area: change, probe: {kind: change, url: "https://ci.example.com/deploys"}}
  - {id: commits, title: K, area: change, probe: {kind: change, repository: /srv/x}}
  - {id: ready, title: L, area: database, probe: {kind: command, argv: [/bin/ready]}}
  - {id: fine, title: M, area: dependency, probe: {kind: http, url: "https://ok.example.com"}}
"""


def test_check_names_every_probe_that_cannot_look(folder: Path) -> None:
    """Whatever a step's button would find not allowed in an incident is said before one."""
    (folder / "ours" / "x.yaml").write_text(BARRED)
    (folder / "firstcheck.yaml").write_text("runbooks: ours\nallowed_hosts: [ok.example.com]")

    lines = said("check").splitlines()
    named = {line.split(":")[0]: line.split("cannot run. ")[1] for line in lines if "cannot run" in line}
    assert {
        "x/settings (checkout)": "The service has no link 'settings_url'. Add it under services.<name>.links "
        "in firstcheck.yaml.",
        "x/file (checkout)": "a.json is not inside any of allowed_paths in firstcheck.yaml.",
        "x/alive (checkout)": not_asked("api.example.com:443"),
        "x/port (checkout)": not_asked("db.example.com:5432"),
        "x/name (checkout)": not_asked("api.example.com"),
        "x/server (checkout)": not_asked("10.0.0.53:53"),
        "x/certificate (checkout)": not_asked("api.example.com:443"),
        "x/authority (checkout)": "ca.pem is not inside any of allowed_paths in firstcheck.yaml.",
        "x/errors (checkout)": not_asked("prom:80"),
        "x/deploys (checkout)": not_asked("ci.example.com:443"),
        "x/commits (checkout)": "/srv/x is not inside any of allowed_paths in firstcheck.yaml.",
        "x/ready (checkout)": "'/bin/ready' is not listed under commands in firstcheck.yaml, "
        "which must match exactly.",
    } == named


def test_check_names_a_folder_that_is_not_read(folder: Path) -> None:
    """Who puts runbooks beside the configuration hears that the line is missing which has them read."""
    (folder / "runbooks").mkdir()
    (folder / "firstcheck.yaml").write_text("")
    empty = said("check")
    (folder / "runbooks" / "x.yaml").write_text(OLD)
    unread = said("check")
    (folder / "firstcheck.yaml").write_text("runbooks: runbooks")
    named = said("check")
    (folder / "firstcheck.yaml").write_text("runbooks: ours")

    assert "The folder runbooks is not used. To use it" in unread
    assert not any("is not used" in other for other in (empty, named, said("check")))


def not_asked(place: str) -> str:
    """What is said of a place that nobody allowed."""
    return f"{place} is not listed under allowed_hosts in firstcheck.yaml."


def test_check_names_the_mistakes_of_every_file(folder: Path) -> None:
    """Those of firstcheck.yaml hide none of the runbooks'."""
    (folder / "firstcheck.yaml").write_text("runbooks: ours\nreview_days: soon")
    (folder / "ours" / "x.yaml").write_text("title: x")

    config, runbook = said("check", code=1).splitlines()
    assert ("firstcheck.yaml:2:14 review_days", "ours/x.yaml:1:1 steps") == (
        config.partition(": ")[0],
        runbook.partition(": ")[0],
    )


def test_check_names_an_unknown_review_age(folder: Path) -> None:
    """Days are at least one."""
    (folder / "firstcheck.yaml").write_text("review_days: 0")

    assert "0 is out of range" in said("check", code=1)


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
    assert "There is no runbook 'y'. The runbooks are: x." == str(result.exception)
