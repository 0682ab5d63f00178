"""Routing: an alert's incident, severity and people to invite, and the reason."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.alerts.routing import SEVERITY_WORDS, Route, Rule, correlation_key, route
from bot.domain.vocabulary import Severity
from tests.domain.given import firing

LABELS = {"service": "auth", "severity": "critical", "team": "identity"}
ALERT = replace(firing("fp"), title="logins fail", labels=LABELS)
TEAM = Rule(match={"team": "identity"}, service="login", severity=Severity.SEV2, invite=("U1",))
EVERYTHING = Rule(invite=("U2",))


def test_routing_by_labels() -> None:
    """Without a rule, the labels give the service and the severity, and the reason says so."""
    expected = Route(
        key="s:service=auth",
        title="logins fail",
        service="auth",
        severity=Severity.SEV1,
        reason="from the alert's labels",
    )

    assert expected == route(ALERT, [])
    assert "node" == route(replace(ALERT, labels={"job": "node"}), []).service
    assert "" == route(replace(ALERT, labels={}), []).service


def test_the_first_matching_rule_decides() -> None:
    """The labels fill the fields that the rule leaves empty."""
    expected = Route(
        key="s:service=auth",
        title="logins fail",
        service="login",
        severity=Severity.SEV2,
        invite=("U1",),
        reason="from the rule for team=identity",
    )

    assert expected == route(ALERT, [TEAM, EVERYTHING])
    assert replace(
        expected,
        service="auth",
        severity=Severity.SEV1,
        invite=("U2",),
        reason="from the rule for all alerts",
    ) == route(ALERT, [EVERYTHING, TEAM])
    assert ("U2",) == route(ALERT, [replace(TEAM, match={"team": "web"}), EVERYTHING]).invite


@pytest.mark.parametrize(
    ("match", "taken"),
    [
        ({}, True),
        ({"team": "identity"}, True),
        ({"team": "identity", "service": "auth"}, True),
        ({"team": "identity", "service": "web"}, False),
        ({"region": "eu"}, False),
        ({"team": ""}, False),
    ],
)
def test_a_rule_matches_alerts_with_all_its_labels(match: Mapping[str, str], taken: bool) -> None:
    """A rule matches alerts that have all its labels. A rule without labels matches every alert."""
    assert taken is Rule(match=match).takes(LABELS)


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("critical", Severity.SEV1),
        ("CRITICAL", Severity.SEV1),
        ("page", Severity.SEV1),
        ("error", Severity.SEV2),
        ("warning", Severity.SEV3),
        ("info", Severity.SEV4),
        ("sev2", Severity.SEV2),
        ("P4", Severity.SEV4),
    ],
)
def test_severity_by_convention(word: str, severity: Severity) -> None:
    """The usual words of monitoring systems map to a severity, in upper or lower case."""
    assert severity is route(replace(ALERT, labels={"severity": word}), []).severity


def test_every_severity_has_a_word() -> None:
    """Every severity has at least one word, and its own name is one of them."""
    assert set(Severity) == set(SEVERITY_WORDS.values())
    assert all(SEVERITY_WORDS[severity] is severity for severity in Severity)


def test_an_unknown_severity_gets_the_default() -> None:
    """For an unknown or missing severity, the default applies, and the reason says so."""
    unknown = replace(ALERT, labels={"severity": "Bad"})
    unsaid = replace(ALERT, labels={})

    assert Severity.SEV3 is route(unknown, []).severity
    assert Severity.SEV1 is route(unknown, [], default=Severity.SEV1).severity
    assert (
        "from the alert's labels; severity 'bad' is not known here, so the default was taken"
        == route(unknown, []).reason
    )
    assert "from the alert's labels; the alert has no severity" == route(unsaid, []).reason
    assert "from the rule for all alerts" == route(unknown, [Rule(severity=Severity.SEV2)]).reason


@pytest.mark.parametrize(
    ("labels", "group", "key"),
    [
        ({"incident_key": "K", "service": "auth"}, {"alertname": "A"}, "key:K"),
        ({"service": "auth"}, {"b": "2", "a": "1"}, "s:a=1,b=2"),
        ({"service": "auth"}, {"a": "1", "severity": "critical"}, "s:a=1"),
        ({"service": "auth"}, {"severity": "critical"}, "s:service=auth"),
        (
            {"service": "auth", "env": "prod", "alertname": "A", "instance": "i-1", "pod": "p"},
            {},
            "s:alertname=A,env=prod,service=auth",
        ),
        ({"environment": "prod"}, {}, "s:environment=prod"),
        ({"incident_key": "", "service": "auth"}, {}, "s:service=auth"),
        ({"pod": "p"}, {}, "s:fp"),
    ],
)
def test_the_correlation_key(labels: Mapping[str, str], group: Mapping[str, str], key: str) -> None:
    """The key is the label people set, else the source's group, else the labels shared by all machines."""
    assert key == correlation_key(replace(ALERT, labels=labels, group=group))


@given(
    st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=4),
    st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=4),
    st.sampled_from(sorted(SEVERITY_WORDS)),
)
def test_an_escalation_joins(labels: dict[str, str], group: dict[str, str], word: str) -> None:
    """The correlation key does not depend on the severity, the instance or the order of the labels."""
    alert = replace(ALERT, labels=labels, group=group)
    worse = replace(
        alert,
        labels={"severity": word, "instance": "i-2", **dict(reversed(labels.items()))},
        group={"severity": word, **dict(reversed(group.items()))} if group else {},
    )

    assert correlation_key(alert) == correlation_key(worse)
