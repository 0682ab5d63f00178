"""The command line as a whole: every error is a sentence, never a traceback."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.console import echo
from bot.cli.main import COMMANDS, cli
from bot.store.sqlite.lock import only_server
from tests.command_line import ROOT, TRACE, Run, apart


def test_a_taken_port(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """`serve` and `demo` name a port that is in use and say what to do."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        monkeypatch.setenv("PORT", port)
        for words in (("serve",), ("demo", "--once", "--port", port)):
            code, output = run(*words)
            assert (1, True) == (code, f"port {port}" in output and "another port" in output)


def test_a_newer_database(run: Run, tmp_path: Path) -> None:
    """A database of a newer version is refused and left unchanged."""
    run("declare", "logins fail")
    with closing(sqlite3.connect(tmp_path / "firstcheck.db")) as database:
        database.execute(
            "UPDATE _sqlite_migrations SET name = '9999_from_the_future' WHERE name = '0004_drills'"
        )
        database.commit()
    code, output = run("list")

    assert (1, True) == (code, "newer" in output)


@pytest.mark.parametrize("content", [b"this is no database, by far", b"\x00" * 5000])
def test_a_file_that_is_not_a_database(run: Run, tmp_path: Path, content: bytes) -> None:
    """A file that is not a database is refused and left unchanged."""
    (tmp_path / "firstcheck.db").write_bytes(content)
    code, output = run("declare", "logins fail")

    assert (1, True) == (code, "firstcheck.db" in output)
    assert content == (tmp_path / "firstcheck.db").read_bytes()


@pytest.mark.parametrize("words", [("check",), ("serve",), ("list",), ("manifest",)])
def test_a_configuration_with_mistakes(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    """Every command reports every mistake in the configuration with its place."""
    (tmp_path / "firstcheck.yaml").write_text("port: high\ndefault_severity: sev9\nprot: 1\n")
    code, output = run(*words)

    assert 1 == code
    for place in ("firstcheck.yaml:1:", "firstcheck.yaml:2:", "firstcheck.yaml:3:"):
        assert place in output


def test_broken_yaml(run: Run, tmp_path: Path) -> None:
    """Invalid YAML is reported with the place where reading stopped."""
    (tmp_path / "firstcheck.yaml").write_text("routes:\n  - match: {a: b\n")
    code, output = run("check")

    assert (1, True) == (code, "firstcheck.yaml:" in output)


def test_a_runbook_with_a_mistake(run: Run, tmp_path: Path) -> None:
    """`check` reports a mistake in a runbook, and `serve` refuses to start."""
    (tmp_path / "runbooks").mkdir()
    (tmp_path / "runbooks" / "auth.yaml").write_text(
        "id: auth\ntitle: Auth\nsteps: [{id: a, areaa: config}]\n"
    )
    (tmp_path / "firstcheck.yaml").write_text("runbooks: runbooks\n")
    for words in (("check",), ("serve",)):
        code, output = run(*words)
        assert (1, True) == (code, "auth.yaml:3" in output), output


def test_check_without_mistakes(run: Run) -> None:
    """`check` reports no mistakes with the shipped files and no configuration."""
    code, output = run("check")
    used, hindered, order = output.splitlines()

    assert (0, "The configuration and the runbooks are valid.") == (code, order)
    assert used.startswith("Configuration: defaults (there is no firstcheck.yaml). Runbooks: 2. Slack: off")
    assert hindered.startswith("auth-outage/token-settings (auth): its probe cannot run. The service has")


@pytest.mark.parametrize(("hosts", "lines"), [("[]", 3), ("[auth.example.com]", 2)])
def test_check_reports_a_host_that_is_not_allowed(run: Run, tmp_path: Path, hosts: str, lines: int) -> None:
    """`check` reports a probe whose host is not allowed, before an incident needs it."""
    links = "{settings_url: 'https://auth.example.com/settings'}"
    text = f"allowed_hosts: {hosts}\nservices: {{auth: {{links: {links}}}}}\n"
    (tmp_path / "firstcheck.yaml").write_text(text)
    code, output = run("check")

    assert (0, lines) == (code, len(output.splitlines())), output
    assert (lines == 3) == (
        "auth.example.com:443 is not listed under allowed_hosts in firstcheck.yaml" in output
    )


def test_a_template_with_a_mistake(run: Run, tmp_path: Path) -> None:
    """`close` reports a mistake in the template and closes the incident all the same."""
    (tmp_path / "templates").mkdir()
    for name in (ROOT / "templates").iterdir():
        (tmp_path / "templates" / name.name).write_text("{% for %}")
    (tmp_path / "firstcheck.yaml").write_text("templates: templates\n")
    code, output = run("check")
    assert (1, True) == (code, "stack.md.j2, line 1" in output), output

    run("declare", "logins fail")
    run("resolve", "1", "fixed")
    code, output = run("close", "1")

    assert (1, True) == (code, ".md.j2" in output), output
    assert "closed" in run("list", "--all")[1]


def test_the_manifest_is_plain_json() -> None:
    """The manifest is only JSON, with a URL for HTTP and without one for Socket Mode."""
    for words in (["manifest"], ["manifest", "--url", "https://bot.example.com/"]):
        answer = CliRunner().invoke(cli, words, catch_exceptions=False)
        settings = json.loads(answer.output)["settings"]
        assert ("--url" not in words) == settings["socket_mode_enabled"]
        assert ("--url" in words) == ("https://bot.example.com/slack/events" in answer.output)


def test_every_command_has_help() -> None:
    """The list has every command with the first sentence of its own help, which fits on one line."""
    listed = CliRunner().invoke(cli, ["--help"]).output
    assert "..." not in listed.split("Commands:")[1]
    for lazy in COMMANDS:
        name = str(lazy.name)
        assert name in listed
        assert lazy.short_help == lazy.load().get_short_help_str(200)
        assert 0 == CliRunner().invoke(cli, [name, "--help"]).exit_code


def test_control_characters_are_not_printed(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control characters in a title are replaced, and so are characters that the terminal cannot show."""
    run("declare", "logins \x1b[2Jfail \u202eon 東京")
    assert "logins �[2Jfail �on 東京" in run("list")[1]

    monkeypatch.setenv("FIRSTCHECK_CONFIG", "no\x1b]0;\x07\x9b\u202e.yaml")
    assert not set("\x1b\x07\x9b\u202e") & set("".join(map(str, run("check"))))
    monkeypatch.delenv("FIRSTCHECK_CONFIG")
    monkeypatch.setenv("PYTHONIOENCODING", "latin-1")
    code, output = apart(tmp_path, "show", "INC-1")
    assert (0, True) == (code, "on ??" in output)


@pytest.mark.parametrize("words", [("list",), ("note", "INC-1", "x"), ("show", "INC-1")])
def test_a_closed_standard_output(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    """A command whose standard output is closed does its work, without a traceback."""
    run("declare", "logins fail")
    closed = subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        preexec_fn=lambda: os.close(1),
        text=True,
        check=False,
    )

    assert (0, False) == (closed.returncode, TRACE in closed.stderr)


@pytest.mark.parametrize(
    "text", ["\x1b[31mred", "bell\x07", "c1\x9b31m", "right\u202eto left", "\u2066isolate"]
)
def test_control_characters_in_output_and_errors(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What others wrote cannot change the terminal, in the output and in errors."""
    for err in (False, True):
        echo(text, err=err)
    printed = capsys.readouterr()

    for stream in (printed.out, printed.err):
        assert "�" in stream
        assert stream.replace("\n", "").isprintable()


def test_a_damaged_list_of_incidents(run: Run, tmp_path: Path) -> None:
    """A list of incidents that cannot be read ends `serve` and `list` with a sentence and exit code 1."""
    run("declare", "logins fail")
    for words in (("serve",), ("list", "--all")):
        # Each time, because `serve` may perform an effect before it ends, which writes the row anew.
        with closing(sqlite3.connect(tmp_path / "firstcheck.db")) as database:
            database.execute("UPDATE incidents SET severity = 'terrible'")
            database.commit()
        code, output = run(*words)

        assert 1 == code
        assert "The list of incidents in the database is damaged" in output
        assert "restore a backup" in output


def test_a_symbolic_link_to_the_database(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second server under another name of the same file is refused."""
    run("declare", "logins fail")
    (tmp_path / "link.db").symlink_to(tmp_path / "firstcheck.db")
    monkeypatch.setenv("FIRSTCHECK_DATABASE", f"sqlite:///{tmp_path / 'link.db'}")
    with only_server(f"sqlite:///{tmp_path / 'firstcheck.db'}"):
        code, output = run("serve")

    assert (1, True) == (code, "Another Firstcheck process is using" in output)


def test_check_names_the_sources_without_a_secret(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With Slack, `check` says which sources are closed, or open to this machine, and what to add."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "s")
    closed = run("check")[1]
    (tmp_path / "own.yaml").write_text("alerts: {open: loopback}\n")
    monkeypatch.setenv("FIRSTCHECK_CONFIG", str(tmp_path / "own.yaml"))
    opened = run("check")[1]

    assert "these sources have no secret: alertmanager, generic" in closed
    assert "may post alerts without a secret: alertmanager, generic" in opened
