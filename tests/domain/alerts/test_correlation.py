"""Which alerts are news, which belong together, and whether they join an earlier incident."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.alerts import correlation
from bot.domain.alerts.alert import Alert
from bot.domain.alerts.correlation import (
    MAX_ALERTS_PER_GROUP,
    REOPEN_WITHIN,
    group_by_incident,
    joins_incident,
    screen,
)
from bot.domain.alerts.routing import Route
from bot.domain.vocabulary import Severity, Status
from tests.domain.given import at, firing, resolved

NOW = at(0)


def routed(alert: Alert, key: str = "k", severity: Severity = Severity.SEV3) -> tuple[Alert, Route]:
    """Return an alert with the route to the incident of that key."""
    return alert, Route(key=key, title=alert.title, service="", severity=severity)


@pytest.mark.parametrize(
    ("status", "closed_at", "joins"),
    [
        (Status.INVESTIGATING, None, True),
        (Status.RESOLVED, None, True),
        (Status.CLOSED, NOW - REOPEN_WITHIN + timedelta(seconds=1), True),
        (Status.CLOSED, NOW - REOPEN_WITHIN, False),
        (Status.CANCELLED, NOW, False),
        (Status.CANCELLED, None, False),
    ],
)
def test_alerts_join_open_and_just_closed_incidents(
    status: Status, closed_at: datetime | None, joins: bool
) -> None:
    """Alerts join an open incident or reopen one closed just now, but never a cancelled one."""
    assert joins is joins_incident(status, closed_at, NOW)


def test_alerts_are_grouped_by_incident() -> None:
    """Alerts with the same correlation key are in one group."""
    groups = list(group_by_incident([routed(firing("a")), routed(firing("b"), "other"), routed(firing("c"))]))

    assert [("k", ["a", "c"]), ("other", ["b"])] == [
        (group.route.key, [alert.fingerprint for alert in group.alerts]) for group in groups
    ]


def test_the_highest_severity_of_firing_alerts_counts() -> None:
    """A resolved sev1 does not raise the severity of a group with a firing sev3 and sev2."""
    alerts = [
        routed(resolved("a"), severity=Severity.SEV1),
        routed(firing("b"), severity=Severity.SEV3),
        routed(firing("c"), severity=Severity.SEV2),
    ]

    assert [Severity.SEV2] == [group.route.severity for group in group_by_incident(alerts)]


def test_a_group_of_resolved_alerts_has_the_first_route() -> None:
    """If no alert of a group is firing, the route of the first one counts."""
    alerts = [routed(resolved("a"), severity=Severity.SEV3), routed(resolved("b"), severity=Severity.SEV1)]

    assert [Severity.SEV3] == [group.route.severity for group in group_by_incident(alerts)]


def test_firing_alerts_come_first_in_a_large_body() -> None:
    """A large body is split, and the alert that is still firing is the first of its first group."""
    alerts = [routed(resolved(f"host {number}")) for number in range(MAX_ALERTS_PER_GROUP)]

    first, second = group_by_incident([*alerts, routed(firing("last"))])

    assert (MAX_ALERTS_PER_GROUP, 1) == (len(first.alerts), len(second.alerts))
    assert firing("last") == first.alerts[0]


def test_a_firing_whose_resolution_arrived_first_is_outdated() -> None:
    """A firing is dropped if its resolution is known, and kept if it began later."""
    late, again = firing("a", since=0), firing("a", since=9)

    assert (late,) == screen([late], {late.key}, {late.key: late.starts_at}).outdated
    assert (again,) == screen([again], {again.key}, {again.key: late.starts_at}).current


def test_resolutions_of_unknown_alerts_are_kept() -> None:
    """A resolution of an unknown alert is kept, and makes a later firing in the same body outdated."""
    end, late = resolved("a", since=0), firing("a", since=0)

    screened = screen([end, late], {end.key}, {})

    assert ((end,), (late,), {end.key: end.starts_at}) == (
        screened.current,
        screened.outdated,
        screened.ends,
    )


def test_a_resolution_without_a_start_is_not_kept() -> None:
    """A resolution that does not say when its alert began makes no firing outdated."""
    end, begins = replace(resolved("a"), start_told=False), firing("a")

    screened = screen([end, begins], {end.key}, {})

    assert ((end, begins), (), {}) == (screened.current, screened.outdated, screened.ends)


def test_known_alerts_are_not_screened() -> None:
    """Only unknown alerts can be outdated: a known one is compared with its last state instead."""
    alert = firing("a")

    assert (alert,) == screen([alert], (), {alert.key: alert.starts_at}).current


def test_a_resolution_after_its_firing_in_one_body_is_not_kept() -> None:
    """A body with both a firing and its resolution leaves no resolution to keep."""
    alerts = (firing("a"), resolved("a"))

    assert (alerts, {}) == (screen(alerts, {"s:a"}, {}).current, screen(alerts, {"s:a"}, {}).ends)


def test_only_changes_are_news() -> None:
    """New alerts and resolutions of known alerts are news. Repeats and other resolutions are not."""
    stored = {alert.key: alert for alert in (firing("a"), firing("b"))}
    alerts = (firing("a"), resolved("b"), resolved("c"), firing("d"), firing("d"))

    assert (resolved("b"), firing("d")) == correlation.news(alerts, stored)
