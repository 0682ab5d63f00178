"""`firstcheck lint` and `firstcheck transcript`."""

import json
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from bot.cli.transcript import said
from bot.domain.message import Message
from tests.command_line import Run


def test_lint_of_a_file(run: Run, tmp_path: Path) -> None:
    """Gaps are printed with the file and the line, and the exit code is 1."""
    (tmp_path / "pm.md").write_text("# A\n\n## B\n\n## C\n\n_not recorded yet_\n")

    code, output = run("lint", "pm.md")
    assert 1 == code
    assert [
        "pm.md:3: The section “B” is empty. (sections)",
        "pm.md:7: Something in “C” is not recorded yet. (not-recorded)",
        "2 missing, 0 warnings",
    ] == output.splitlines()


def test_lint_of_a_complete_file(run: Run, tmp_path: Path) -> None:
    """A complete document and one with only warnings pass."""
    (tmp_path / "pm.md").write_text("# A\n\nBen forgot to rotate it.\n")

    code, output = run("lint", "pm.md")
    assert (0, True) == (code, "warning: “forgot to”" in output)


@pytest.mark.parametrize("form", ["json", "junit"])
def test_lint_for_programs(run: Run, tmp_path: Path, form: str) -> None:
    """JSON and JUnit XML hold the same gaps."""
    (tmp_path / "pm.md").write_text("# A\n\n_not recorded yet_\n")

    code, output = run("lint", "pm.md", "--format", form)
    assert 1 == code
    if form == "json":
        assert ["not-recorded"] == [found["rule"] for found in json.loads(output)["findings"]]
    else:
        assert "1" == fromstring(output).attrib["failures"]  # noqa: S314 - our own output


def test_lint_of_an_incident(run: Run) -> None:
    """The record of an incident is checked too, before it has a document."""
    run("declare", "logins fail")

    code, output = run("lint", "INC-1")
    assert (1, True) == (code, "INC-1: The cause is not recorded. (cause)" in output)


def test_lint_of_something_unknown(run: Run) -> None:
    """Neither a file nor an incident is a sentence, not a stack trace."""
    code, output = run("lint", "INC-9")
    assert 1 == code
    assert "Traceback" not in output


def test_a_transcript_without_messages(run: Run) -> None:
    """An incident without messages says so."""
    run("declare", "logins fail")
    assert (0, "Nothing was said.\n") == run("transcript", "INC-1")


def message(ts: str, text: str, **fields: str) -> Message:
    """Return a message of Ann's in the channel of INC-1."""
    return Message(incident=1, channel="C1", ts=ts, user="U1", text=text, **fields)  # type: ignore[arg-type]


def test_replies_follow_their_message() -> None:
    """Messages are in order, each with its replies below it, and mentions have names."""
    messages = [
        message("1800000000.0", "it is the key"),
        message("1800000060.0", "which one?\nthe new one?", thread_ts="1800000000.0"),
        message("1800000030.0", "ask <@U2>"),
    ]
    assert [
        "2027-01-15 08:00 ann: it is the key",
        "    2027-01-15 08:01 ann: which one?",
        "        the new one?",
        "2027-01-15 08:00 ann: ask ben",
    ] == list(said(messages, {"U1": "ann", "U2": "ben"}))
