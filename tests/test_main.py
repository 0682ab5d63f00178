"""The command line: every command does what it says, and what goes wrong is a sentence, never a trace."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.__main__ import cli, main

Run = Callable[..., tuple[int, str]]
TRACE = "Traceback"
ROOT = Path(__file__).parents[1]


def apart(folder: Path, *words: str) -> tuple[int, str]:
    """Run `firstcheck …` in a process of its own, which must end by itself."""
    ended = subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    text = ended.stdout + ended.stderr
    assert TRACE not in text
    return ended.returncode, text


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """What runs `firstcheck …` in an empty folder and returns its exit code and what it says."""
    monkeypatch.chdir(tmp_path)
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "FIRSTCHECK_DATABASE", "PORT"):
        monkeypatch.delenv(name, raising=False)

    def firstcheck(*words: str) -> tuple[int, str]:
        if "serve" in words:  # it takes the process's logs and signals for itself
            return apart(tmp_path, *words)
        monkeypatch.setattr(sys, "argv", ["firstcheck", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        text = said.out + said.err
        assert TRACE not in text
        return int(ended.value.code or 0), text

    return firstcheck


def test_what_is_over_opens_again(run: Run) -> None:
    """A refusal names a command that there is here, and that command works."""
    run("declare", "logins fail")
    run("cancel", "INC-1", "a test alert")
    code, said = run("resolve", "INC-1")

    assert (1, True) == (code, '`firstcheck reopen INC-1 "why"`' in said), said
    assert "INC-1 is investigating" in run("reopen", "INC-1", "it fails again")[1]
    assert "it fails again" in run("show", "INC-1")[1]


def test_an_incident_from_the_command_line_alone(run: Run, tmp_path: Path) -> None:
    """Declared, noted, shown, listed, resolved, closed, and the postmortem on disk: with no Slack at all."""
    code, said = run("declare", "logins fail", "--severity", "sev1", "--service", "auth")
    assert (0, True) == (code, "INC-1 logins fail is declared (sev1)" in said)
    assert 0 == run("note", "INC-1", "rolled back auth 4711")[0]
    assert 0 == run("note", "1", "first errors", "--at", "2026-02-18T10:45Z")[0]
    assert "INC-1  sev1  investigating" in run("list")[1]
    assert "resolved" in run("resolve", "inc-1", "the old key is back")[1]
    code, said = run("close", "INC-1")
    document = Path(said.split("The postmortem: ")[1].strip())

    assert 0 == code
    text = document.read_text()
    assert "rolled back auth 4711" in text
    assert "10:45" in text
    assert "the old key is back" in text
    assert (0, "No open incident.\n") == run("list")
    assert "INC-1" in run("list", "--all")[1]
    shown = run("show", "INC-1")[1]
    assert "rolled back auth 4711" in shown
    assert (0, f"{tmp_path / 'pm.md'}\n") == run("postmortem", "INC-1", "--out", str(tmp_path / "pm.md"))
    assert text.splitlines()[0] == (tmp_path / "pm.md").read_text().splitlines()[0]


@pytest.mark.parametrize("name", ["INC-7", "7", "seven", "INC-", "-1", "INC-99999999999", "٣"])
@pytest.mark.parametrize("words", [("show",), ("close",), ("resolve",), ("postmortem",), ("note",)])
def test_an_unknown_incident(run: Run, name: str, words: tuple[str, ...]) -> None:
    """Is a sentence that says what to do, whatever was typed."""
    run("declare", "logins fail")
    more = ("text",) if words == ("note",) else ()
    code, said = run(*words, "--", name, *more)

    assert (1, True) == (code, f"There is no incident {name}" in said)


@pytest.mark.parametrize(
    ("words", "code", "what"),
    [
        (("resolve", "INC-1"), 0, "resolved"),
        (("close", "INC-1"), 1, "Resolve it first"),
        (("note", "INC-1", "   "), 1, "There is no text"),
        (("note", "INC-1", "x", "--at", "later"), 2, "'later' is no time"),
        (("note", "INC-1", "x", "--at", "25:00"), 2, "'25:00' is no time"),
        (("note", "INC-1", "x", "--at", "9999-12-31T23:59-10:00"), 2, "is no time"),
        (("note", "INC-1", "x", "--at", "0001-01-01T00:00+10:00"), 2, "is no time"),
        (("note", "INC-1", "x", "--at", "2999-01-01"), 1, "lies ahead"),
        (("note", "INC-1", "x", "--at", "0001-01-01"), 1, "0001-01-01 00:00 UTC is over a year ago"),
        (("note", "INC-1", "x", "--at", ""), 2, "'' is no time"),
        (("declare", "  "), 1, "needs a title"),
        (("declare", "x", "--severity", "huge"), 2, "sev1"),
        (("declare", "x", "--severity", "Critical"), 0, "(sev1)"),
        (("note", "INC-1", "x", "--at", "-5m"), 0, "written down"),
        (("note", "INC-1", "x", "--at", "-5m or so"), 2, "is no time"),
        (("note", "INC-1", "  "), 1, '`firstcheck note INC-1 "logins are back"`'),
        (("close", "1"), 1, '`firstcheck resolve INC-1 "what fixed it"`, or `firstcheck cancel INC-1 "why"`'),
        (("cancel", "INC-1", "a test alert"), 0, "INC-1 is cancelled"),
        (("cancel", "INC-1", " "), 1, '`firstcheck cancel INC-1 "a test alert"`'),
        (("cancel", "INC-1"), 2, "REASON"),
        (("reopen", "INC-1", "it fails again"), 1, "nothing to reopen"),
        (("declare", "  "), 1, "`firstcheck declare"),
        (("declare",), 2, "TITLE"),
        (("dance",), 2, "dance"),
        (("manifest", "--url", "http://bot.example.com"), 2, "https://"),
        (("demo", "--port", "70000"), 2, "70000"),
        (("demo", "--story", "none"), 2, "stack-outage"),
        (("postmortem", "INC-1", "--out", "/proc/nowhere/pm.md"), 1, "/proc/nowhere"),
        (("postmortem", "INC-1", "--out", "."), 2, "directory"),
    ],
)
def test_what_is_wrong_is_said(run: Run, words: tuple[str, ...], code: int, what: str) -> None:
    """With exit code 1 when it cannot be, 2 when it is not even a command."""
    run("declare", "logins fail")
    ended, said = run(*words)

    assert (code, True) == (ended, what in said), said


@pytest.mark.parametrize(
    "at", ["2026-02-18T10:45Z", "2026-02-18T11:45+01:00", "2026-02-18 10:45", "2026-02-18T10:45"]
)
def test_when_a_note_is_about(run: Run, at: str) -> None:
    """A time without a zone is UTC."""
    run("declare", "logins fail")

    assert 0 == run("note", "INC-1", "first errors", "--at", at)[0]
    assert "2026-02-18 10:45 UTC  " in run("show", "INC-1")[1]


def test_a_note_about_a_time_of_today(run: Run) -> None:
    """A time of day is today's, in UTC; midnight is over whenever this runs."""
    run("declare", "logins fail")
    today = datetime.now(UTC).date().isoformat()

    assert 0 == run("note", "INC-1", "first errors", "--at", "00:00")[0]
    assert f"{today} 00:00 UTC  " in run("show", "INC-1")[1]


def test_a_drill(run: Run) -> None:
    """Is declared like an incident, and kept as a drill."""
    assert (0, True) == (run("declare", "logins fail", "--drill")[0], "logins fail" in run("list")[1])
    with closing(sqlite3.connect("firstcheck.db")) as database:
        (kept,) = database.execute("SELECT data FROM events WHERE name = 'IncidentDeclared'").fetchone()

    assert True is json.loads(kept)["drill"]


def test_a_taken_port(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Says which port and what to do: serving and the demo alike."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        monkeypatch.setenv("PORT", port)
        for words in (("serve",), ("demo", "--once", "--port", port)):
            code, said = run(*words)
            assert (1, True) == (code, f"Port {port}" in said and "another port" in said)


def test_a_newer_database(run: Run, tmp_path: Path) -> None:
    """An older program leaves it alone and says so."""
    run("declare", "logins fail")
    with closing(sqlite3.connect(tmp_path / "firstcheck.db")) as database:
        database.execute(
            "UPDATE _sqlite_migrations SET name = '9999_from_the_future' WHERE name = '0002_failures'"
        )
        database.commit()
    code, said = run("list")

    assert (1, True) == (code, "newer" in said)


@pytest.mark.parametrize("content", [b"this is no database, by far", b"\x00" * 5000])
def test_a_file_that_is_no_database(run: Run, tmp_path: Path, content: bytes) -> None:
    """Is left as it is."""
    (tmp_path / "firstcheck.db").write_bytes(content)
    code, said = run("declare", "logins fail")

    assert (1, True) == (code, "firstcheck.db" in said)
    assert content == (tmp_path / "firstcheck.db").read_bytes()


@pytest.mark.parametrize("words", [("check",), ("serve",), ("list",), ("manifest",)])
def test_a_configuration_with_mistakes(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    """Every mistake is named with its place, by every command."""
    (tmp_path / "firstcheck.yaml").write_text("port: high\ndefault_severity: sev9\nprot: 1\n")
    code, said = run(*words)

    assert 1 == code
    for place in ("firstcheck.yaml:1:", "firstcheck.yaml:2:", "firstcheck.yaml:3:"):
        assert place in said


def test_broken_yaml(run: Run, tmp_path: Path) -> None:
    """The place where reading stopped."""
    (tmp_path / "firstcheck.yaml").write_text("routes:\n  - match: {a: b\n")
    code, said = run("check")

    assert (1, True) == (code, "firstcheck.yaml:" in said)


def test_a_runbook_with_a_mistake(run: Run, tmp_path: Path) -> None:
    """`check` names it; nothing is served with it."""
    (tmp_path / "runbooks").mkdir()
    (tmp_path / "runbooks" / "auth.yaml").write_text(
        "id: auth\ntitle: Auth\nsteps: [{id: a, areaa: config}]\n"
    )
    (tmp_path / "firstcheck.yaml").write_text("runbooks: runbooks\n")
    for words in (("check",), ("serve",)):
        code, said = run(*words)
        assert (1, True) == (code, "auth.yaml:3" in said), said


def test_check_says_that_all_is_in_order(run: Run) -> None:
    """With what ships and nothing configured."""
    code, said = run("check")
    used, hindered, order = said.splitlines()

    assert (0, "The configuration and the runbooks are in order.") == (code, order)
    assert used.startswith("Configuration: no firstcheck.yaml, so the defaults. Runbooks: 2. Slack: none")
    assert hindered.startswith("auth-outage/token-settings: its probe cannot look by itself. The service has")


@pytest.mark.parametrize(("hosts", "lines"), [("[]", 3), ("[auth.example.com]", 2)])
def test_check_says_which_host_is_missing(run: Run, tmp_path: Path, hosts: str, lines: int) -> None:
    """A probe that would ask a host nobody allowed is named before an incident needs it."""
    links = "{settings_url: 'https://auth.example.com/settings'}"
    text = f"allowed_hosts: {hosts}\nservices: {{auth: {{links: {links}}}}}\n"
    (tmp_path / "firstcheck.yaml").write_text(text)
    code, said = run("check")

    assert (0, lines) == (code, len(said.splitlines())), said
    assert (lines == 3) == ("auth.example.com:443 is not among allowed_hosts." in said)


def test_a_template_with_a_mistake(run: Run, tmp_path: Path) -> None:
    """Closing says what is wrong with it, and the incident is closed all the same."""
    (tmp_path / "templates").mkdir()
    for name in (ROOT / "templates").iterdir():
        (tmp_path / "templates" / name.name).write_text("{% for %}")
    (tmp_path / "firstcheck.yaml").write_text("templates: templates\n")
    run("declare", "logins fail")
    run("resolve", "1", "fixed")
    code, said = run("close", "1")

    assert (1, True) == (code, ".md.j2" in said), said
    assert "closed" in run("list", "--all")[1]


def test_the_manifest_is_to_be_pasted() -> None:
    """JSON and nothing else; with an address for HTTP, without one for Socket Mode."""
    for words in (["manifest"], ["manifest", "--url", "https://bot.example.com/"]):
        answer = CliRunner().invoke(cli, words, catch_exceptions=False)
        settings = json.loads(answer.output)["settings"]
        assert ("--url" not in words) == settings["socket_mode_enabled"]
        assert ("--url" in words) == ("https://bot.example.com/slack/events" in answer.output)


def test_every_command_has_help() -> None:
    """One sentence each, and no command is missing from the list."""
    listed = CliRunner().invoke(cli, ["--help"]).output
    for name, command in cli.commands.items():
        assert name in listed
        assert command.help
        assert 0 == CliRunner().invoke(cli, [name, "--help"]).exit_code
