"""The generic format: what identifies an alert, which words resolve it, and which fields count."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.alerts.sources.generic import parse
from bot.alerts.sources.reading import Unparseable
from bot.domain.alerts.alert import Alert, AlertStatus

RECEIVED = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 22, 12, 5, tzinfo=UTC)


def read(received_at: datetime = RECEIVED, **fields: Any) -> Alert:
    """Parse one alert with these fields and a title."""
    (alert,) = parse(json.dumps({"title": "Logins fail"} | fields), received_at).alerts
    return alert


def test_every_field() -> None:
    """Each field of the body is in the matching field of the alert."""
    expected = Alert(
        source="generic",
        fingerprint="k1",
        status=AlertStatus.FIRING,
        title="Logins fail",
        starts_at=datetime(2026, 11, 22, 11, 0, tzinfo=UTC),
        labels={"region": "eu1", "service": "auth", "severity": "critical", "environment": "prod"},
        annotations={"dashboard": "d", "message": "30% of users"},
        url="https://monitor.example/1",
    )
    assert expected == read(
        dedup_key="k1",
        service="auth",
        severity="critical",
        environment="prod",
        starts_at="2026-11-22T11:00:00Z",
        labels={"region": "eu1", "service": "overruled"},
        annotations={"dashboard": "d"},
        message="30% of users",
        url="https://monitor.example/1",
    )


@pytest.mark.parametrize(
    ("keys", "fingerprint"),
    [
        ({"dedup_key": "a", "fingerprint": "b", "alert_uid": "c", "id": "d"}, "a"),
        ({"fingerprint": "b", "alert_uid": "c", "id": "d"}, "b"),
        ({"dedup_key": None, "fingerprint": "", "alert_uid": "c", "id": "d"}, "c"),
        ({"id": 0}, "0"),
    ],
)
def test_the_first_key_counts(keys: dict[str, Any], fingerprint: str) -> None:
    """Of several keys in a body the first one in our order counts."""
    assert fingerprint == read(**keys).fingerprint


def test_the_default_key_is_stable() -> None:
    """Without a key, title, service and labels identify an alert, not times, values or severity."""
    first = read(labels={"a": "1", "b": "2"}, service="auth", severity="warning", value=90)
    again = read(
        LATER, labels={"b": "2", "a": "1"}, service="auth", severity="critical", value=91, message="m"
    )
    others = [
        read(labels={"a": "1", "b": "3"}, service="auth"),
        read(labels={"a": "1", "b": "2"}, service="web"),
        read(labels={"a": "1", "b": "2"}, service="auth", title="Other"),
    ]
    assert first.fingerprint == again.fingerprint
    assert 4 == len({alert.fingerprint for alert in (first, *others)})


def test_very_long_keys_stay_apart() -> None:
    """A key of more than 255 characters is hashed, so that two long keys stay different."""
    assert 64 == len(read(id="x" * 256).fingerprint)
    assert read(id="x" * 256).fingerprint != read(id="x" * 257).fingerprint


@pytest.mark.parametrize(
    ("word", "status"),
    [
        *(
            (word, AlertStatus.RESOLVED)
            for word in ("resolved", "OK", " closed ", "up", "recovered", "Normal")
        ),
        *((word, AlertStatus.RESOLVED) for word in ("clear", "success")),
        *((word, AlertStatus.FIRING) for word in ("firing", "alerting", "down", "maintenance", "", None, 0)),
    ],
)
def test_status_words(word: object, status: AlertStatus) -> None:
    """Known words mean resolved, in upper or lower case; any other means firing."""
    assert (status, status) == (read(status=word).status, read(state=word).status)


def test_missing_times_default_to_the_receipt() -> None:
    """An alert without times starts and ends when it is received."""
    assert (LATER, None) == (read(LATER).starts_at, read(LATER, ends_at="2026-11-22T12:01:00Z").ends_at)
    assert (LATER, LATER) == (read(LATER, status="ok").starts_at, read(LATER, status="ok").ends_at)


@pytest.mark.parametrize("written", ["2026-11-22T12:05:00Z", LATER.timestamp(), LATER.timestamp() * 1000])
def test_times(written: object) -> None:
    """A time is RFC 3339 text, Unix seconds, or milliseconds."""
    alert = read(LATER, startsAt=written)
    assert (LATER, True, {}) == (alert.starts_at, alert.start_told, alert.annotations)


@pytest.mark.parametrize("nothing", [None, "", 0, 0.0, "0001-01-01T00:00:00Z"])
def test_empty_times_count_as_missing(nothing: object) -> None:
    """Values that programs send for "no time" count as missing, not as 1970."""
    alert = read(LATER, status="ok", starts_at=nothing, ends_at=nothing)
    assert (LATER, False, LATER) == (alert.starts_at, alert.start_told, alert.ends_at)


@pytest.mark.parametrize("shape", ["[%s, %s]", '{"alerts": [%s, %s]}'])
def test_several_alerts_in_one_body(shape: str) -> None:
    """A list of alerts is accepted, at the top level or under `alerts`."""
    alerts = parse(shape % ('{"title": "one"}', '{"name": "two"}'), RECEIVED).alerts
    assert ["one", "two"] == [alert.title for alert in alerts]


def test_a_byte_order_mark() -> None:
    """A byte order mark, as senders on Windows add it, is ignored."""
    assert "one" == parse('\ufeff{"title": "one"}', RECEIVED).alerts[0].title


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("{}", "The body needs a title, summary, message or name."),
        ("[7, 8]", "alerts[0] must be an object, not a number. alerts[1] must be an object, not a number."),
        ('{"alerts": "x"}', "alerts must be an object, not text."),
        (
            "[1, 2, 3, 4, 5]",
            " ".join(f"alerts[{index}] must be an object, not a number." for index in range(3))
            + " And 2 more.",
        ),
    ],
)
def test_a_body_without_a_readable_alert(body: str, sentence: str) -> None:
    """A body in which no alert can be read is reported with the place of each mistake."""
    with pytest.raises(Unparseable) as refused:
        parse(body, RECEIVED)
    assert sentence == str(refused.value)


def test_a_bad_entry_leaves_its_neighbors_alone() -> None:
    """The other alerts of a body are read, and the mistake is reported with its place."""
    notification = parse('[{"title": "a"}, [], {"title": "b"}]', RECEIVED)

    assert ["a", "b"] == [alert.title for alert in notification.alerts]
    assert "alerts[1] must be an object, not a list." == notification.error


@pytest.mark.parametrize(
    ("fields", "labels"),
    [
        ({"labels": {"tags": ["a", "b"]}}, {"tags": "a, b"}),
        ({"labels": ["env:prod", "team=web", "blue"]}, {"env": "prod", "team": "web", "tags": "blue"}),
        ({"labels": ["a", "b"]}, {"tags": "a, b"}),
        ({"labels": "env:prod,team:web"}, {"env": "prod", "team": "web"}),
        ({"labels": [{"name": "env", "value": "prod"}, {"key": "k", "value": 1}]}, {"env": "prod", "k": "1"}),
        ({"labels": {"k8s": {"ns": "shop", "pod": {"name": "a"}}}}, {"k8s.ns": "shop", "k8s.pod.name": "a"}),
        ({"labels": 7}, {}),
        ({"tags": ["env:prod"], "labels": {"env": "dev"}}, {"env": "dev"}),
        ({"severity": {"name": "high", "id": 3}}, {"severity": "high"}),
        ({"severity": ["critical"]}, {"severity": "critical"}),
        ({"service": {"a": 1, "b": None}}, {"service": "a=1"}),
        ({"labels": {"a": "\ud800"}}, {"a": "\ufffd"}),
    ],
)
def test_odd_labels(fields: dict[str, Any], labels: dict[str, str]) -> None:
    """Lists are joined, objects are flattened, and what cannot be read is dropped. The alert is heard."""
    assert labels == read(**fields).labels


def test_odd_texts() -> None:
    """Annotations, messages and links in unusual shapes are read as text."""
    alert = read(
        annotations={"runbook": [1, "b"]},
        message={"text": "30% of users"},
        url=["ftp://x", "https://m.example/a b|c<d>"],
    )
    assert {"runbook": "1, b", "message": "30% of users"} == alert.annotations
    assert "https://m.example/a%20b%7Cc%3Cd%3E" == alert.url


def test_a_raw_newline_in_a_string() -> None:
    """Control characters in JSON strings, which shell scripts leave there, are accepted."""
    assert "one two" == parse('{"title": "one\ntwo\t"}', RECEIVED).alerts[0].title


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


def test_grafanas_older_webhook() -> None:
    """Grafana's older webhook is identified by its rule, so that [OK] ends [Alerting]."""
    body: dict[str, Any] = {
        "ruleId": 7,
        "ruleName": "CPU",
        "ruleUrl": "https://g.example/d/1",
        "message": "boom",
    }
    first = read(title="[Alerting] CPU alert", state="alerting", **body)
    last = read(title="[OK] CPU alert", state="ok", **body)

    assert ("7", "CPU alert", "https://g.example/d/1") == (first.fingerprint, first.title, first.url)
    assert (True, first.key) == (last.changes(first), last.key)


@pytest.mark.parametrize(
    ("fields", "severity"),
    [
        ({"priority": "P1"}, "P1"),
        ({"level": "error"}, "error"),
        ({"urgency": "high", "priority": "whenever"}, "high"),
        ({"severity": "warning", "priority": "P1"}, "warning"),
        ({"labels": {"severity": "warning"}, "level": "error"}, "warning"),
        ({"priority": "whenever"}, ""),
    ],
)
def test_other_fields_for_the_severity(fields: dict[str, Any], severity: str) -> None:
    """A priority, level or urgency is the severity if there is none and its word is known."""
    assert severity == read(title="x", **fields).labels.get("severity", "")
