"""Alerts of one request, grouped by the incident that they belong to."""

from bot.domain.alerts.alert import Alert
from bot.domain.alerts.grouping import MAX_ALERTS_PER_GROUP, group_by_incident
from bot.domain.alerts.routing import Route
from bot.domain.vocabulary import Severity
from tests.domain.given import firing, resolved


def routed(alert: Alert, key: str = "k", severity: Severity = Severity.SEV3) -> tuple[Alert, Route]:
    """Return an alert with the route to the incident of that key."""
    return alert, Route(key=key, title=alert.title, service="", severity=severity)


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
