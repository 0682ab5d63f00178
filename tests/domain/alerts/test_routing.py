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
        ({"team": "ident.*"}, True),
        ({"team": "ident"}, False),
        ({"team": "web|identity", "service": "a.+"}, True),
        ({"team": "(?!identity).*"}, False),
        ({"region": ""}, True),
        ({"team": "identity("}, False),
    ],
)
def test_a_rule_matches_by_text_or_pattern(match: Mapping[str, str], taken: bool) -> None:
    """Every label of the rule must match, by the same text or a pattern for the whole value."""
    found = route(ALERT, [Rule(match=match, invite=("U9",))]).invite
    assert taken is (found == ("U9",))


def test_a_value_that_is_no_pattern_matches_itself() -> None:
    """A value such as `c++ (prod` is compared as text."""
    alert = replace(ALERT, labels={"app": "c++ (prod"})
    assert ("U9",) == route(alert, [Rule(match={"app": "c++ (prod"}, invite=("U9",))]).invite


@pytest.mark.parametrize("word", ["CRIT", "P0", "SEV0", "sev-1", "Sev 1", "blocker", "Disaster", "Critical "])
def test_spellings_of_the_highest_severity(word: str) -> None:
    """Known words mean the highest severity in any case and with blanks, dashes or underscores."""
    assert Severity.SEV1 is route(replace(ALERT, labels={"severity": word}), []).severity


def test_alerts_that_open_nothing() -> None:
    """Severity none opens nothing unless a rule gives it a severity, and a rule can ignore alerts."""
    watchdog = replace(ALERT, labels={"alertname": "Watchdog", "severity": "none"})
    everything = Rule(severity=Severity.SEV4)

    assert "its severity is none" == route(watchdog, []).ignored
    assert "" == route(watchdog, [everything]).ignored
    assert (
        "the rule for team=identity ignores it"
        == route(ALERT, [Rule(match={"team": "identity"}, ignore=True)]).ignored
    )
    assert "" == route(ALERT, []).ignored


@pytest.mark.parametrize("name", ["DatasourceNoData", "DatasourceError"])
@pytest.mark.parametrize("grouped", [True, False])
def test_missing_data_belongs_to_its_rule(name: str, grouped: bool) -> None:
    """Grafana's alert about missing data or a failed query has the key of its rule's alerts."""
    group = {"alertname": "High CPU"} if grouped else {}
    rule = replace(ALERT, labels={"alertname": "High CPU"}, group=group)
    unseen = replace(
        ALERT,
        labels={"alertname": name, "rulename": "High CPU"},
        group={"alertname": name} if grouped else {},
    )
    assert correlation_key(rule) == correlation_key(unseen)


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
        "from the alert's labels; severity 'Bad' is unknown, so the default was used"
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
