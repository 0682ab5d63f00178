"""What the bot says of itself: one line an event, in words or as JSON, and never a secret."""

import json
import logging

import pytest

from bot.telemetry import JsonLines, Lines
from tests.stage import Stage


def record(message: str, *words: object) -> logging.LogRecord:
    """Return what a logger hands to its handlers."""
    return logging.LogRecord("firstcheck", logging.WARNING, "app.py", 1, message, words, None)


def test_a_line_is_one_json_object() -> None:
    """Whatever the message holds: breaks, quotes, umlauts."""
    line = JsonLines().format(record("INC-1 %s", 'Grüße "an"\nalle'))

    told = json.loads(line)
    assert "\n" not in line
    assert ("warning", "firstcheck", 'INC-1 Grüße "an"\nalle') == (
        told["level"],
        told["logger"],
        told["message"],
    )
    assert told["at"].endswith("+00:00")


@pytest.mark.parametrize("sign", ["\n", "\r", "\u2028", "\x1b[31m", "\x9b31m", "\x07", "\u202e"])
def test_words_of_others_make_no_line_of_their_own(sign: str) -> None:
    """What a monitor calls its alert cannot forge a line, nor is it obeyed by a terminal."""
    line = Lines().format(record("%s is not taken", f"k{sign}2026-01-01 INFO firstcheck forged"))

    assert sign[0] not in line
    assert line.isprintable()
    assert "is not taken" in line


def test_a_trace_keeps_its_lines_and_nothing_else_that_is_obeyed() -> None:
    """It is for people who read it, also where an error quotes what came from outside."""
    with pytest.raises(ValueError, match="evil") as raised:
        raise ValueError("evil \x1b[31m")
    failed = record("an effect failed")
    failed.exc_info = (raised.type, raised.value, raised.tb)
    lines = Lines().format(failed).splitlines()

    assert len(lines) > 2
    assert all(line.isprintable() for line in lines)


def test_a_trace_has_its_own_field() -> None:
    """Who searches messages does not meet it; it is one line all the same."""
    with pytest.raises(ZeroDivisionError) as raised:
        _ = 1 / 0
    failed = record("an effect failed")
    failed.exc_info = (raised.type, raised.value, raised.tb)
    line = JsonLines().format(failed)

    assert "\n" not in line
    assert "ZeroDivisionError" in json.loads(line)["trace"]


async def test_an_event_is_a_line_and_a_figure(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """With who did it, and without what was said."""
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


async def test_what_failed_is_a_warning_with_its_reason(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """So that whoever runs it finds it; what is tried again is no warning."""
    caplog.set_level(logging.DEBUG, "firstcheck")
    stage.workspace.faults.add("pins.add", "error", error="restricted_action")
    stage.workspace.faults.add("conversations.setTopic", "ratelimited")
    await stage.alert()
    await stage.channel()
    await stage.quiet()

    levels = {record.message.partition(":")[0]: record.levelname for record in caplog.records}
    assert "WARNING" == levels["PinCard"]
    assert "DEBUG" == levels["SetTopic"]
