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
    (alert,) = parse(json.dumps({"title": "Logins fail"} | fields), received_at)
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
    assert LATER == read(LATER, startsAt=written).starts_at


@pytest.mark.parametrize("nothing", [None, "", 0, 0.0, "0001-01-01T00:00:00Z"])
def test_empty_times_count_as_missing(nothing: object) -> None:
    """Values that programs send for "no time" count as missing, not as 1970."""
    alert = read(LATER, status="ok", starts_at=nothing, ends_at=nothing)
    assert (LATER, False, LATER) == (alert.starts_at, alert.start_told, alert.ends_at)


@pytest.mark.parametrize("shape", ["[%s, %s]", '{"alerts": [%s, %s]}'])
def test_several_alerts_in_one_body(shape: str) -> None:
    """A list of alerts is accepted, at the top level or under `alerts`."""
    alerts = parse(shape % ('{"title": "one"}', '{"name": "two"}'), RECEIVED)
    assert ["one", "two"] == [alert.title for alert in alerts]


def test_a_byte_order_mark() -> None:
    """A byte order mark, as senders on Windows add it, is ignored."""
    assert "one" == parse('\ufeff{"title": "one"}', RECEIVED)[0].title


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("{}", "title: is missing. Send title, summary, message or name."),
        ('{"title": {"a": 1}}', "title: is an object, but must be text."),
        ('[{"title": "a"}, []]', "alerts[1]: is a list, but must be an object."),
        ('{"alerts": {}}', "alerts: is an object, but must be a list."),
        ('[{"title": "a", "startsAt": true}]', "alerts[0].startsAt: is true or false, but must be a time."),
        ('[{"title": "a", "starts_at": 1e300}]', "alerts[0].starts_at: '1e+300' is not a time."),
        (
            '{"title": "a", "starts_at": "1970-01-01T00:00:00Z"}',
            "starts_at: '1970-01-01T00:00:00Z' is not between the years 2000 and 2199.",
        ),
        (
            '{"title": "a", "starts_at": 20261122}',
            "starts_at: '20261122' is not between the years 2000 and 2199.",
        ),
        ('{"title": "a", "labels": ["x"]}', "labels: is a list, but must be an object."),
    ],
)
def test_mistakes_are_reported_with_their_place(body: str, sentence: str) -> None:
    """A malformed alert is reported with its position in the body."""
    with pytest.raises(Unparseable) as refused:
        parse(body, RECEIVED)
    assert sentence == str(refused.value)
