"""Routing: the incident, severity, service and people for an alert, and the reason."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.domain.alerts.alert import UNSEEN_ALERTS, Alert
from bot.domain.text.labels import labels_match
from bot.domain.vocabulary import Severity

#: The usual severities in monitoring systems, in lowercase and without blanks, dashes and underscores. Any
#: other word gets the default severity.
SEVERITY_WORDS: Mapping[str, Severity] = {
    word: severity
    for severity, words in {
        Severity.SEV1: "sev1 sev0 p1 p0 critical crit page emergency emerg fatal blocker disaster panic",
        Severity.SEV2: "sev2 p2 high error err major severe urgent",
        Severity.SEV3: "sev3 p3 warning warn medium average moderate minor",
        Severity.SEV4: "sev4 sev5 p4 p5 info information informational low notice debug trivial",
    }.items()
    for word in words.split()
}
#: The severity of alerts that are not meant for people, such as Prometheus's Watchdog.
NO_SEVERITY = "none"

_REASONS = "; "
_UNMAPPED = "is unknown, so the default was used"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule of `routes` in firstcheck.yaml, for alerts with these labels."""

    match: Mapping[str, str] = field(default_factory=dict)
    service: str = ""
    severity: Severity | None = None
    invite: tuple[str, ...] = ()
    #: Whether these alerts never open an incident.
    ignore: bool = False


@dataclass(frozen=True, kw_only=True)
class Route:
    """The destination of an alert, and the reason for it."""

    key: str
    title: str
    service: str
    severity: Severity
    invite: tuple[str, ...] = ()
    reason: str = ""
    #: Why a firing alert opens no incident; "" if it does.
    ignored: str = ""


def normalized(word: str) -> str:
    """Return a severity word in the form used for lookups: "SEV-1", "sev 1" and "Sev_1" are all "sev1"."""
    return re.sub(r"[\s_-]", "", word).lower()


def route(
    alert: Alert,
    rules: Iterable[Rule],
    default: Severity = Severity.SEV3,
    words: Mapping[str, Severity] = SEVERITY_WORDS,
) -> Route:
    """Return the route of `alert`: the first rule that matches, with gaps filled from the alert's labels.

    `words` maps the severities of monitoring systems to ours. Any other severity gets `default`.
    """
    rule = next((rule for rule in rules if labels_match(rule.match, alert.labels)), None)
    word = normalized(alert.labels.get("severity", ""))
    severity = (rule and rule.severity) or words.get(word, default)
    service = (rule and rule.service) or alert.labels.get("service") or alert.labels.get("job") or ""
    reasons = [
        f"from the rule for {_named(rule)}" if rule else "from the alert's labels",
        "" if word in words or (rule and rule.severity) else _unmapped(alert.labels.get("severity", "")),
    ]
    ignored = ""
    if rule and rule.ignore:
        ignored = f"the rule for {_named(rule)} ignores it"
    elif word == NO_SEVERITY and not (rule and rule.severity):
        ignored = "its severity is none"
    return Route(
        key=correlation_key(alert),
        title=alert.title,
        service=service,
        severity=severity,
        invite=rule.invite if rule else (),
        reason=_REASONS.join(reason for reason in reasons if reason),
        ignored=ignored,
    )


def _named(rule: Rule) -> str:
    """Return the labels that a rule matches, as text."""
    return ", ".join(f"{name}={value}" for name, value in rule.match.items()) or "all alerts"


def _unmapped(word: str) -> str:
    """Return why the default severity is used."""
    return f"severity {word!r} {_UNMAPPED}" if word else "the alert has no severity"


def unmapped_severity(reason: str) -> str:
    """Return the part of a route's reason that is about an unknown severity, or "" if it has none."""
    parts = (part for part in reason.split(_REASONS) if part.endswith(_UNMAPPED))
    return next(parts, "")


def correlation_key(alert: Alert) -> str:
    """Return the key that all alerts of an incident share.

    It is the label `incident_key` if present, else the labels that the source grouped by, else service,
    environment and name. It never includes severity, instance or value, so that a more severe alert joins.
    Grafana's alerts about missing data and failed queries belong to the incident of their rule.
    """
    explicit = alert.labels.get("incident_key")
    if explicit:
        return f"key:{explicit}"
    shared = {name: value for name, value in alert.group.items() if name != "severity"} or {
        name: alert.labels[name]
        for name in ("service", "environment", "env", "alertname")
        if name in alert.labels
    }
    if shared.get("alertname") in UNSEEN_ALERTS:
        shared["alertname"] = alert.labels.get("rulename", shared["alertname"])
    pairs = ",".join(f"{name}={value}" for name, value in sorted(shared.items()))
    return f"{alert.source}:{pairs or alert.fingerprint}"
