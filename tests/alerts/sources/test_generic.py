"""The plain form: what names an alert, which words resolve it, and where its fields may stand."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.alerts.sources import Unparseable
from bot.alerts.sources.generic import parse
from bot.domain.alerts.alert import Alert, AlertStatus

RECEIVED = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 22, 12, 5, tzinfo=UTC)


def read(received_at: datetime = RECEIVED, **fields: Any) -> Alert:
    """Parse one alert with these fields and a title."""
    (alert,) = parse(json.dumps({"title": "Logins fail"} | fields), received_at)
    return alert


def test_every_field() -> None:
    """Each field lands where people look for it."""
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
def test_the_key_is_the_first_that_is_given(keys: dict[str, Any], fingerprint: str) -> None:
    """The sender's own names go before ours, in one order."""
    assert fingerprint == read(**keys).fingerprint


def test_without_a_key_what_stays_the_same_names_it() -> None:
    """Times, values and severity do not make another alert; title, service and labels do."""
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
    """A key longer than 255 characters is kept as its hash, so that cutting never makes two alerts one."""
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
    """The known words resolve, whatever their case; any other fires."""
    assert (status, status) == (read(status=word).status, read(state=word).status)


def test_a_resolution_without_its_time_ended_when_it_came() -> None:
    """Without times an alert begins, and ends, when we hear of it."""
    assert (LATER, None) == (read(LATER).starts_at, read(LATER, ends_at="2026-11-22T12:01:00Z").ends_at)
    assert (LATER, LATER) == (read(LATER, status="ok").starts_at, read(LATER, status="ok").ends_at)


@pytest.mark.parametrize("written", ["2026-11-22T12:05:00Z", LATER.timestamp(), LATER.timestamp() * 1000])
def test_times(written: object) -> None:
    """A time is RFC 3339 text, Unix seconds, or milliseconds."""
    assert LATER == read(LATER, startsAt=written).starts_at


@pytest.mark.parametrize("nothing", [None, "", 0, 0.0, "0001-01-01T00:00:00Z"])
def test_a_time_that_is_none(nothing: object) -> None:
    """How programs write that they know none: it began when we heard of it, and not in 1970."""
    alert = read(LATER, status="ok", starts_at=nothing, ends_at=nothing)
    assert (LATER, False, LATER) == (alert.starts_at, alert.start_told, alert.ends_at)


@pytest.mark.parametrize("shape", ["[%s, %s]", '{"alerts": [%s, %s]}'])
def test_several_in_one_body(shape: str) -> None:
    """A list of alerts is read as it stands, bare or under `alerts`."""
    alerts = parse(shape % ('{"title": "one"}', '{"name": "two"}'), RECEIVED)
    assert ["one", "two"] == [alert.title for alert in alerts]


def test_a_byte_order_mark() -> None:
    """Senders on Windows begin the body with one; it means nothing."""
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
def test_what_is_wrong_and_where(body: str, sentence: str) -> None:
    """What cannot be read is named with its place."""
    with pytest.raises(Unparseable) as refused:
        parse(body, RECEIVED)
    assert sentence == str(refused.value)
