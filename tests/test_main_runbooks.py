"""The commands about runbooks: `check`, `schema` and `simulate`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.main import cli
from bot.domain.errors import Refused

OLD = "title: x\nreviewed: 2020-01-01\nsteps: [{id: a, title: A, area: config}]"


def output_of(*words: str, code: int = 0) -> str:
    """Run `firstcheck …` and return its output."""
    result = CliRunner().invoke(cli, words)
    assert code == result.exit_code
    return result.output


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a configured runbook that is overdue for review."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "x.yaml").write_text(OLD)
    (tmp_path / "firstcheck.yaml").write_text("runbooks: ours")
    return tmp_path


def test_check_reports_overdue_reviews(folder: Path) -> None:
    """A runbook overdue for review is no mistake, so the exit code is 0. The age is configurable."""
    warned = output_of("check")
    (folder / "firstcheck.yaml").write_text("runbooks: ours\nreview_days: 100000")

    assert warned.startswith("x: This runbook was last reviewed on 2020-01-01, ")
    assert "last reviewed" not in output_of("check")


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


def test_check_reports_every_probe_that_cannot_run(folder: Path) -> None:
    """`check` reports every probe that would be refused in an incident."""
    (folder / "ours" / "x.yaml").write_text(BARRED)
    (folder / "firstcheck.yaml").write_text("runbooks: ours\nallowed_hosts: [ok.example.com]")

    lines = output_of("check").splitlines()
    named = {line.split(":")[0]: line.split("cannot run. ")[1] for line in lines if "cannot run" in line}
    assert {
        "x/settings (checkout)": "The service has no link 'settings_url'. Add it under services.<name>.links "
        "in firstcheck.yaml.",
        "x/file (checkout)": "a.json is not under any path listed in allowed_paths in firstcheck.yaml.",
        "x/alive (checkout)": not_allowed("api.example.com:443"),
        "x/port (checkout)": not_allowed("db.example.com:5432"),
        "x/name (checkout)": not_allowed("api.example.com"),
        "x/server (checkout)": not_allowed("10.0.0.53:53"),
        "x/certificate (checkout)": not_allowed("api.example.com:443"),
        "x/authority (checkout)": "ca.pem is not under any path listed in allowed_paths in firstcheck.yaml.",
        "x/errors (checkout)": not_allowed("prom:80"),
        "x/deploys (checkout)": not_allowed("ci.example.com:443"),
        "x/commits (checkout)": "/srv/x is not under any path listed in allowed_paths in firstcheck.yaml.",
        "x/ready (checkout)": "'/bin/ready' is not listed under commands in firstcheck.yaml. "
        "The whole list must match exactly.",
    } == named


def test_check_reports_an_unused_folder(folder: Path) -> None:
    """`check` says which setting is missing for a runbooks folder that is not used."""
    (folder / "runbooks").mkdir()
    (folder / "firstcheck.yaml").write_text("")
    empty = output_of("check")
    (folder / "runbooks" / "x.yaml").write_text(OLD)
    unread = output_of("check")
    (folder / "firstcheck.yaml").write_text("runbooks: runbooks")
    named = output_of("check")
    (folder / "firstcheck.yaml").write_text("runbooks: ours")

    assert "The folder runbooks is not used. To use it" in unread
    assert not any("is not used" in other for other in (empty, named, output_of("check")))


def not_allowed(place: str) -> str:
    """Return the message about a place that is not allowed."""
    return f"{place} is not listed under allowed_hosts in firstcheck.yaml."


def test_check_reports_the_mistakes_of_every_file(folder: Path) -> None:
    """Mistakes in firstcheck.yaml do not hide mistakes in runbooks."""
    (folder / "firstcheck.yaml").write_text("runbooks: ours\nreview_days: soon")
    (folder / "ours" / "x.yaml").write_text("title: x")

    config, runbook = output_of("check", code=1).splitlines()
    assert ("firstcheck.yaml:2:14 review_days", "ours/x.yaml:1:1 steps") == (
        config.partition(": ")[0],
        runbook.partition(": ")[0],
    )


def test_check_refuses_a_review_age_of_zero(folder: Path) -> None:
    """A review age of less than a day is a mistake."""
    (folder / "firstcheck.yaml").write_text("review_days: 0")

    assert "0 is out of range" in output_of("check", code=1)


def test_schema_prints_json() -> None:
    """`schema` prints JSON that an editor can read."""
    assert "Firstcheck runbook" == json.loads(output_of("schema"))["title"]


@pytest.mark.usefixtures("folder")
def test_simulate_prints_a_table() -> None:
    """`simulate` prints a table, and a runbook with one step has nothing to learn."""
    lines = output_of("simulate", "x", "--incidents", "2").splitlines()

    assert ["0", "1", "2"] == [line.split()[0] for line in lines[2:]]
    assert {"1.000"} == {line.split()[-1] for line in lines[2:]}


@pytest.mark.usefixtures("folder")
def test_simulate_lists_the_runbooks() -> None:
    """`simulate` with an unknown runbook lists the runbooks."""
    result = CliRunner().invoke(cli, ["simulate", "y"])

    assert isinstance(result.exception, Refused)
    assert "There is no runbook 'y'. Available runbooks: x." == str(result.exception)
