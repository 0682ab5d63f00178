"""Whether an alert fires, from the words of its sender and the marks in front of its title."""

import pytest

from bot.domain.alerts.alert import AlertStatus
from tests.alerts.sources.test_generic import read


@pytest.mark.parametrize(
    "word",
    [
        "RECOVERY",
        "healthy",
        "inactive",
        "done",
        "Fixed",
        "back to normal",
        "No longer firing",
        "not_alerting",
    ],
)
def test_more_words_for_resolved(word: str) -> None:
    """Monitors have many words for an end."""
    assert AlertStatus.RESOLVED is read(status=word).status


@pytest.mark.parametrize("word", ["not ok", "is not healthy", "no data", "NO_DATA", "Normal (NoData)", "???"])
def test_words_for_firing(word: str) -> None:
    """A negated end, missing data and an unknown word are firing."""
    assert AlertStatus.FIRING is read(status=word).status


@pytest.mark.parametrize(
    ("began", "ended"),
    [
        ("[FIRING] x", "[RESOLVED] x"),
        ("[FIRING:2] x", "[RESOLVED:2] x"),
        ("DOWN: x", "UP: x"),
        ("🔴 x", "✅ x"),
        ("🚨 [Alerting] x", "🟢 [OK] x"),
        ("PROBLEM: x", "RECOVERY: x"),
        ("⚠️ x", "✔️ x"),
        ("x", "Resolved: x"),
        ("DOWN - x", "OK - x"),
        ("**FIRING** x", "**RESOLVED** x"),
        ("(FIRING) x", "(RESOLVED) x"),
        (":red_circle: x", ":white_check_mark: x"),
        ("Monitor is DOWN: x", "Monitor is UP: x"),
    ],
)
def test_marks_in_front_of_a_title(began: str, ended: str) -> None:
    """A mark in front of a title says whether the alert fires, and is not part of its key."""
    first, last = read(title=began), read(title=ended)
    assert (AlertStatus.FIRING, AlertStatus.RESOLVED) == (first.status, last.status)
    assert (first.key, "x", "x") == (last.key, first.title, last.title)


def test_a_priority_in_front_of_the_state() -> None:
    """Datadog's priority stays in the title, and the state after it counts."""
    first, last = read(title="[P1] [Triggered] x"), read(title="[P1] [Recovered] x")
    assert (AlertStatus.FIRING, AlertStatus.RESOLVED) == (first.status, last.status)
    assert (first.key, "[P1] x") == (last.key, first.title)


@pytest.mark.parametrize(
    "title",
    [
        "[prod] x",
        "Error: x",
        "OK",
        "[RESOLVED]",
        "TypeError: x is down",
        "Latency is up: 500 ms",
        "Success - rate is below 90%",
        "Recovery - the job failed",
        "[P1] x",
        ":rocket: x",
    ],
)
def test_titles_that_only_look_marked(title: str) -> None:
    """Other words in brackets, and a title that is only a mark, are left alone or still firing."""
    assert AlertStatus.FIRING is read(title=title).status or title in {"OK", "[RESOLVED]"}
    assert read(title=title).title in {title, title.removeprefix("Error: ")}


def test_a_known_status_outweighs_the_title() -> None:
    """The status field counts if it is known, and the title's mark if it is not."""
    assert AlertStatus.FIRING is read(title="✅ x", status="firing").status
    assert AlertStatus.RESOLVED is read(title="✅ x", status="notified").status
