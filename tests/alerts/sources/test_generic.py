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
