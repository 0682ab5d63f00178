"""Alertmanager bodies beyond the captured ones: old versions, new fields and malformed parts."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.alerts.sources.alertmanager import parse
from bot.alerts.sources.reading import Unparseable
from bot.domain.alerts.alert import Alert, AlertStatus

RECEIVED = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def alert(**changed: Any) -> dict[str, Any]:
    """Return an alert as version 4 sends it."""
    return {
        "status": "firing",
        "labels": {"alertname": "LoginsFail", "service": "auth"},
        "annotations": {"summary": "Logins fail"},
        "startsAt": "2026-11-22T11:23:08.755647Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.example/graph",
        "fingerprint": "93e695d633bca85e",
    } | changed


def read(*alerts: Any, **around: Any) -> tuple[Alert, ...]:
    """Parse a notification with these alerts."""
    return parse(json.dumps({"version": "4", "alerts": list(alerts)} | around), RECEIVED)


def test_version_3_and_forks() -> None:
    """A numeric groupKey and a missing fingerprint are accepted; the fingerprint is computed."""
    old = alert()
    del old["fingerprint"]
    (first,) = read(old, version="3", groupKey=1234567890123456789)
    (again,) = read(
        old | {"labels": dict(reversed(old["labels"].items())), "startsAt": "2026-11-22T12:00:00Z"}
    )
    assert 16 == len(first.fingerprint)
    assert first.fingerprint == again.fingerprint


def test_new_fields_are_ignored() -> None:
    """Fields that Alertmanager 0.34 added are ignored."""
    assert read(alert()) == read(alert(), notification_reason="first notification", routeLabels={"a": "b"})


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-11-22T11:23:08.755647123Z", datetime(2026, 11, 22, 11, 23, 8, 755647, UTC)),
        ("2026-11-22T13:23:08.05+02:00", datetime(2026, 11, 22, 11, 23, 8, 50000, UTC)),
        ("2026-11-22T11:23:08", datetime(2026, 11, 22, 11, 23, 8, 0, UTC)),
    ],
)
def test_times(written: str, meant: datetime) -> None:
    """Nanoseconds are cut, offsets are converted to UTC, and the default zone is UTC."""
    assert meant == read(alert(startsAt=written))[0].starts_at


def test_each_alert_has_its_own_status() -> None:
    """A firing notification may contain a resolved alert."""
    ended = alert(status="resolved", endsAt="2026-11-22T11:24:00Z")
    firing, resolved = read(alert(), ended, status="firing")
    assert (AlertStatus.FIRING, None) == (firing.status, firing.ends_at)
    assert (AlertStatus.RESOLVED, datetime(2026, 11, 22, 11, 24, tzinfo=UTC)) == (
        resolved.status,
        resolved.ends_at,
    )


@pytest.mark.parametrize(
    ("annotations", "labels", "title"),
    [
        ({"summary": "Logins\n  fail", "title": "t"}, {"alertname": "A"}, "Logins fail"),
        ({"title": "From Grafana"}, {"alertname": "A"}, "From Grafana"),
        ({}, {"alertname": "A", "service": "auth"}, "A on auth"),
        ({}, {"alertname": "A"}, "A"),
    ],
)
def test_title(annotations: dict[str, str], labels: dict[str, str], title: str) -> None:
    """The title is the summary or title on one line, else the alert's name and service."""
    assert title == read(alert(annotations=annotations, labels=labels))[0].title


@pytest.mark.parametrize(
    ("generator", "runbook", "url"),
    [
        ("http://p.example/g", "https://r.example", "http://p.example/g"),
        ("", "https://r.example", "https://r.example"),
        ("javascript:alert(1)", "data:text/html,x", ""),
    ],
)
def test_url(generator: str, runbook: str, url: str) -> None:
    """Only http and https links are kept."""
    entry = alert(generatorURL=generator, annotations={"summary": "s", "runbook_url": runbook})
    assert url == read(entry)[0].url


def test_labels_are_text() -> None:
    """Numbers become text, empty values are dropped, NUL is replaced, and long values are cut."""
    labels = {
        "alertname": "A",
        "code": 500,
        "ratio": 0.5,
        "up": True,
        "none": None,
        "empty": "",
        "nul": "a\0b",
    }
    (one,) = read(alert(labels=labels | {"long": "x" * 2000}))
    assert {
        "alertname": "A",
        "code": "500",
        "ratio": "0.5",
        "up": "true",
        "nul": "a\ufffdb",
        "long": "x" * 999 + "…",
    } == one.labels


def test_alerts_left_out_are_annotated() -> None:
    """The number of alerts that `max_alerts` left out is in an annotation."""
    (one,) = read(alert(), truncatedAlerts=5)
    assert {"summary": "Logins fail", "alerts_left_out": "5"} == one.annotations


def test_a_notification_without_alerts() -> None:
    """An empty list of alerts is valid."""
    assert () == read()


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (7, "alerts[1]: is a number, but must be an object."),
        (alert(status="pending"), "alerts[1].status: is 'pending'; it must be firing or resolved."),
        (alert(status=None), "alerts[1].status: is missing; it must be firing or resolved."),
        (alert(startsAt="yesterday"), "alerts[1].startsAt: 'yesterday' is not a time."),
        (alert(startsAt=None), "alerts[1].startsAt: is missing, but must be a time."),
        (
            alert(startsAt="0001-01-01T00:00:00Z"),
            "alerts[1].startsAt: '0001-01-01T00:00:00Z' is not between the years 2000 and 2199.",
        ),
        (
            alert(startsAt="0001-01-01T00:00:00+14:00"),
            "alerts[1].startsAt: '0001-01-01T00:00:00+14:00' is not a time.",
        ),
        (alert(labels=["a"]), "alerts[1].labels: is a list, but must be an object."),
        (alert(labels={"a": {"b": "c"}}), "alerts[1].labels.a: is an object, but must be text."),
        (alert(labels={"a": "\ud800"}), "alerts[1].labels.a: contains half of a surrogate pair."),
        (alert(labels={"\ud800": "a"}), "alerts[1].labels, a name: contains half of a surrogate pair."),
        (
            alert(labels={"a": "b"}, annotations={}),
            "alerts[1]: needs an annotation summary or title, or a label alertname.",
        ),
    ],
)
def test_mistakes_are_reported_with_their_place(entry: object, sentence: str) -> None:
    """A malformed alert is reported with its position in the notification."""
    with pytest.raises(Unparseable) as refused:
        read(alert(), entry)
    assert sentence == str(refused.value)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("{}", "alerts: is missing, but must be a list."),
        ("[]", "The body: is a list, but must be an object."),
    ],
)
def test_other_json_is_refused(body: str, sentence: str) -> None:
    """JSON that is not a notification is refused."""
    with pytest.raises(Unparseable) as refused:
        parse(body, RECEIVED)
    assert sentence == str(refused.value)
