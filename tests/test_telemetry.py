"""Logs have one line per event, as text or JSON, without secrets or control characters."""

import json
import logging

import pytest

from bot.telemetry import JsonLines, Lines
from tests.stage import Stage


def record(message: str, *words: object) -> logging.LogRecord:
    """Return a log record with this message."""
    return logging.LogRecord("firstcheck", logging.WARNING, "app.py", 1, message, words, None)


def test_a_json_line() -> None:
    """An entry is one JSON object on one line, with line breaks and quotes in its message too."""
    line = JsonLines().format(record("INC-1 %s", 'Grüße "an"\nalle'))

    entry = json.loads(line)
    assert "\n" not in line
    assert ("warning", "firstcheck", 'INC-1 Grüße "an"\nalle') == (
        entry["level"],
        entry["logger"],
        entry["message"],
    )
    assert entry["at"].endswith("+00:00")


@pytest.mark.parametrize("sign", ["\n", "\r", "\u2028", "\x1b[31m", "\x9b31m", "\x07", "\u202e"])
def test_control_characters_are_escaped(sign: str) -> None:
    """Text from outside can neither forge a log line nor control a terminal."""
    line = Lines().format(record("%s is not taken", f"k{sign}2026-01-01 INFO firstcheck forged"))

    assert sign[0] not in line
    assert line.isprintable()
    assert "is not taken" in line


def test_control_characters_in_a_trace_are_escaped() -> None:
    """A trace keeps its lines, and control characters in them are escaped."""
    with pytest.raises(ValueError, match="evil") as raised:
        raise ValueError("evil \x1b[31m")
    failed = record("an effect failed")
    failed.exc_info = (raised.type, raised.value, raised.tb)
    lines = Lines().format(failed).splitlines()

    assert len(lines) > 2
    assert all(line.isprintable() for line in lines)


def test_a_json_trace() -> None:
    """In JSON the trace is in its own field on the same line."""
    with pytest.raises(ZeroDivisionError) as raised:
        _ = 1 / 0
    failed = record("an effect failed")
    failed.exc_info = (raised.type, raised.value, raised.tb)
    line = JsonLines().format(failed)

    assert "\n" not in line
    assert "ZeroDivisionError" in json.loads(line)["trace"]


async def test_events_are_logged_and_counted(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """An event is logged with its author and without its text, and counted."""
    caplog.set_level(logging.INFO, "firstcheck")
    await stage.alert()
    channel = await stage.channel()
    await stage.workspace.command("U0ALICE", channel.id, "/incident", "note token=abc123secret0 leaked")
    await stage.quiet()

    assert "INC-1 IncidentDeclared by alertmanager" in caplog.messages
    assert "INC-1 NoteAdded by U0ALICE" in caplog.messages
    assert "abc123secret0" not in caplog.text
    figures = (await stage.client.get(f"{stage.url}/metrics")).text
    assert 'firstcheck_events_total{event="NoteAdded"} 1.0' in figures
    # An effect keeps its first name, on which dashboards rely, although its class was renamed.
    assert 'firstcheck_effects_total{effect="TellChannel",outcome="Done"}' in figures


async def test_failures_are_warnings(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """An effect that is given up is logged as a warning; one that is retried is not."""
    caplog.set_level(logging.DEBUG, "firstcheck")
    stage.workspace.faults.add("pins.add", "error", error="restricted_action")
    stage.workspace.faults.add("conversations.setTopic", "ratelimited")
    await stage.alert()
    await stage.channel()
    await stage.quiet()

    levels = {record.message.partition(":")[0]: record.levelname for record in caplog.records}
    assert "WARNING" == levels["PinCard"]
    assert "DEBUG" == levels["SetTopic"]
