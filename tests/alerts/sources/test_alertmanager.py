"""Alertmanager bodies beyond the captured ones: old versions, new fields and malformed parts."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.alerts.sources.alertmanager import parse
from bot.alerts.sources.reading import Unparseable
from bot.domain.alerts.alert import READING_NOTE, Alert, AlertStatus

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
    return parse(json.dumps({"version": "4", "alerts": list(alerts)} | around), RECEIVED).alerts


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


@pytest.mark.parametrize("starts_at", ["0001-01-01T00:00:00Z", "", None, "0001-01-01T00:00:00+14:00"])
def test_a_start_that_is_not_set(starts_at: str | None) -> None:
    """An alert whose start is not set began when it was received. Its neighbors are read too."""
    zero, good = read(alert(startsAt=starts_at), alert(fingerprint="b"))
    assert (RECEIVED, False, {"summary": "Logins fail"}) == (
        zero.starts_at,
        zero.start_told,
        zero.annotations,
    )
    assert good.start_told


def test_a_missing_start() -> None:
    """An alert whose start is missing altogether is read as well."""
    entry = alert()
    del entry["startsAt"]
    assert RECEIVED == read(entry)[0].starts_at


def test_an_unreadable_start() -> None:
    """An alert whose start cannot be read began when it was received, and has a note about it."""
    (one,) = read(alert(startsAt="yesterday"))
    assert (RECEIVED, False) == (one.starts_at, one.start_told)
    assert "'yesterday' is unreadable" in one.annotations[READING_NOTE]


@pytest.mark.parametrize(
    ("changed", "around", "status"),
    [
        ({"status": "pending"}, {}, AlertStatus.FIRING),
        ({"status": None}, {}, AlertStatus.FIRING),
        ({"status": "RESOLVED"}, {}, AlertStatus.RESOLVED),
    ],
)
def test_an_unknown_status_is_firing(
    changed: dict[str, Any], around: dict[str, Any], status: AlertStatus
) -> None:
    """A status that is missing or unknown counts as firing, because a missed alert is worse."""
    assert status is read(alert(**changed), **around)[0].status


def test_the_status_of_the_notification_is_the_default() -> None:
    """An alert without a status, or with an empty one, has that of its notification."""
    absent = alert()
    del absent["status"]
    for entry in (absent, alert(status=None), alert(status="")):
        assert AlertStatus.RESOLVED is read(entry, status="resolved")[0].status


def test_odd_labels_and_titles() -> None:
    """Odd labels are read as well as possible, and without a name the labels are the title."""
    (one,) = read(alert(labels={"a": {"b": "c"}, "t": ["x", "y"]}, annotations={}))
    assert ({"a.b": "c", "t": "x, y"}, "a.b=c, t=x, y") == (one.labels, one.title)


def test_grafanas_links_and_values() -> None:
    """The links and the measured values of a Grafana alert are kept as annotations."""
    (one,) = read(
        alert(
            dashboardURL="https://g.example/d/1",
            panelURL="https://g.example/d/1?viewPanel=2",
            silenceURL="https://g.example/silence?matchers=a=b|c",
            values={"B": 44.2, "C": 1},
        )
    )
    assert {
        "summary": "Logins fail",
        "dashboard_url": "https://g.example/d/1",
        "panel_url": "https://g.example/d/1?viewPanel=2",
        "silence_url": "https://g.example/silence?matchers=a=b%7Cc",
        "values": "B=44.2, C=1",
    } == one.annotations


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (7, "alerts[1] must be an object, not a number."),
        (
            alert(labels={}, annotations={}),
            "alerts[1] needs a `summary` or `title` annotation, or at least one label.",
        ),
    ],
)
def test_a_bad_entry_leaves_its_neighbors_alone(entry: object, sentence: str) -> None:
    """The other alerts of a notification are read, and the mistake is reported with its place."""
    notification = parse(json.dumps({"alerts": [alert(), entry, alert(fingerprint="b")]}), RECEIVED)
    assert (2, sentence) == (len(notification.alerts), notification.error)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("{}", "The body has no list of alerts. Use /alerts/generic for other formats."),
        ("[]", "The body must be an object, not a list."),
        ('{"alerts": [[]]}', "alerts[0] must be an object, not a list."),
    ],
)
def test_other_json_is_refused(body: str, sentence: str) -> None:
    """JSON that is not a notification is refused."""
    with pytest.raises(Unparseable) as refused:
        parse(body, RECEIVED)
    assert sentence == str(refused.value)
