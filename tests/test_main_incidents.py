"""Incidents on the command line: each command works without Slack, and refusals have advice."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli.main import cli
from tests.command_line import Run, apart


def test_the_help_explains_resolve() -> None:
    """The help says that resolving means a permanent fix, as the README does."""
    for words in (["resolve", "--help"], ["--help"]):
        assert "the fix is permanent" in CliRunner().invoke(cli, words).output


def test_a_closed_incident_is_reopened(run: Run) -> None:
    """The refusal of a closed incident names the command that reopens it, and that command works."""
    run("declare", "logins fail")
    run("cancel", "INC-1", "a test alert")
    code, output = run("resolve", "INC-1")

    assert (1, True) == (code, '`firstcheck reopen INC-1 "why"`' in output), output
    assert "INC-1 is investigating" in run("reopen", "INC-1", "it fails again")[1]
    assert "it fails again" in run("show", "INC-1")[1]


def test_an_incident_without_slack(run: Run, tmp_path: Path) -> None:
    """An incident is declared, noted, shown, listed, resolved and closed without Slack, with a postmortem."""
    code, output = run("declare", "logins fail", "--severity", "sev1", "--service", "auth")
    assert (0, True) == (code, "Declared INC-1 logins fail (sev1)" in output)
    assert 0 == run("note", "INC-1", "rolled back auth 4711")[0]
    assert 0 == run("note", "1", "first errors", "--at", "2026-02-18T10:45Z")[0]
    assert "INC-1  sev1  investigating" in run("list")[1]
    assert "resolved" in run("resolve", "inc-1", "the old key is back")[1]
    code, output = run("close", "INC-1")
    document = Path(output.split("Postmortem: ")[1].strip())

    assert 0 == code
    text = document.read_text()
    assert "rolled back auth 4711" in text
    assert "10:45" in text
    assert "the old key is back" in text
    assert (0, "No open incidents.\n") == run("list")
    assert "INC-1" in run("list", "--all")[1]
    details = run("show", "INC-1")[1]
    assert "rolled back auth 4711" in details
    assert (0, f"{tmp_path / 'pm.md'}\n") == run("postmortem", "INC-1", "--out", str(tmp_path / "pm.md"))
    assert text.splitlines()[1:9] == (tmp_path / "pm.md").read_text().splitlines()[1:9]


@pytest.mark.parametrize("name", ["INC-7", "7", "seven", "INC-", "-1", "INC-99999999999", "٣"])
@pytest.mark.parametrize("words", [("show",), ("close",), ("resolve",), ("postmortem",), ("note",)])
def test_an_unknown_incident(run: Run, name: str, words: tuple[str, ...]) -> None:
    """Any command on an unknown incident is refused with a sentence that says what to do."""
    run("declare", "logins fail")
    more = ("text",) if words == ("note",) else ()
    code, output = run(*words, "--", name, *more)

    assert (1, True) == (code, f"There is no incident {name}" in output)


@pytest.mark.parametrize(
    ("words", "code", "what"),
    [
        (("resolve", "INC-1"), 0, "resolved"),
        (("close", "INC-1"), 1, "Resolve or cancel it first"),
        (("note", "INC-1", "   "), 1, "The text is missing"),
        (("note", "INC-1", "x", "--at", "later"), 2, "“later” is not a time"),
        (("note", "INC-1", "x", "--at", "25:00"), 2, "“25:00” looks like a time"),
        (("note", "INC-1", "x", "--at", "9999-12-31T23:59-10:00"), 2, "looks like a time"),
        (("note", "INC-1", "x", "--at", "0001-01-01T00:00+10:00"), 2, "looks like a time"),
        (("note", "INC-1", "x", "--at", "2999-01-01 00:00"), 2, "is in the future"),
        (
            ("note", "INC-1", "x", "--at", "0001-01-01 00:00 UTC"),
            1,
            "0001-01-01 00:00 UTC is more than a year ago",
        ),
        (("note", "INC-1", "x", "--at", ""), 2, "“” is not a time"),
        (("declare", "  "), 1, "needs a title"),
        (("declare", "x", "--severity", "huge"), 2, "Use sev1, sev2, sev3, sev4 or a word from"),
        (("declare", "x", "--severity", "Critical"), 0, "(sev1)"),
        (("note", "INC-1", "x", "--at", "-5m"), 0, "Done. Your note is on INC-1's timeline at"),
        (("note", "INC-1", "x", "--at", "-5m or so"), 2, "is not a time"),
        (("note", "INC-1", "  "), 1, '`firstcheck note INC-1 "logins are back"`'),
        (
            ("close", "1"),
            1,
            '`firstcheck resolve INC-1 "what fixed it"`. If it was a false alarm: ',
        ),
        (("cancel", "INC-1", "a test alert"), 0, "INC-1 is cancelled"),
        (("cancel", "INC-1", " "), 1, '`firstcheck cancel INC-1 "a test alert"`'),
        (("cancel", "INC-1"), 2, "REASON"),
        (("reopen", "INC-1", "it fails again"), 1, "is already open"),
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
def test_errors_and_exit_codes(run: Run, words: tuple[str, ...], code: int, what: str) -> None:
    """A refused command exits with 1 and a mistyped one with 2. Both say what is wrong."""
    run("declare", "logins fail")
    ended, output = run(*words)

    assert (code, True) == (ended, what in output), output


@pytest.mark.parametrize(
    "at", ["2026-02-18T10:45Z", "2026-02-18T11:45+01:00", "2026-02-18 10:45", "2026-02-18T10:45"]
)
def test_the_time_of_a_note(run: Run, at: str) -> None:
    """A time without a zone is UTC."""
    run("declare", "logins fail")

    assert 0 == run("note", "INC-1", "first errors", "--at", at)[0]
    assert "2026-02-18 10:45 UTC  " in run("show", "INC-1")[1]


def test_a_time_of_day_is_today(run: Run) -> None:
    """A time of day without a date is today's in UTC. Midnight is always in the past."""
    run("declare", "logins fail")
    today = datetime.now(UTC).date().isoformat()

    assert 0 == run("note", "INC-1", "first errors", "--at", "00:00")[0]
    assert f"{today} 00:00 UTC  " in run("show", "INC-1")[1]


def test_severities_are_listed_once(run: Run) -> None:
    """The error for an unknown severity lists every word once."""
    output = run("declare", "x", "--severity", "terrible")[1]

    assert ["sev1"] == [
        word for word in output.replace(".", ",").replace(" ", ",").split(",") if word == "sev1"
    ]


def test_a_drill_is_marked(run: Run) -> None:
    """A drill is marked DRILL in every output and in the postmortem, and a real incident is not."""
    code, output = run("declare", "logins fail", "--drill")
    run("declare", "payments fail")
    run("resolve", "INC-1")
    document = Path(run("close", "INC-1")[1].split("Postmortem: ")[1].strip())

    assert (0, True) == (code, output.startswith("Declared DRILL INC-1 logins fail"))
    listed = run("list", "--all")[1].splitlines()
    assert ["payments fail", "DRILL logins fail"] == [line[28:].strip() for line in listed]
    assert run("show", "INC-1")[1].startswith("DRILL INC-1  sev2  closed  logins fail")
    assert run("show", "INC-2")[1].startswith("INC-2  ")
    assert "# DRILL Postmortem: logins fail" in document.read_text()


def test_socket_mode_tokens_change_nothing(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With the environment of `serve`, commands print only what they did."""
    run("declare", "logins fail")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")

    assert (0, "INC-1  sev2  investigating  logins fail\n") == apart(tmp_path, "list")
