"""Routing: the incident, severity, service and people for an alert, and the reason."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.domain.alerts.alert import Alert
from bot.domain.vocabulary import Severity

#: The usual severities of monitoring systems. Any other word gets the default severity.
SEVERITY_WORDS: Mapping[str, Severity] = {
    "sev1": Severity.SEV1,
    "critical": Severity.SEV1,
    "page": Severity.SEV1,
    "emergency": Severity.SEV1,
    "fatal": Severity.SEV1,
    "p1": Severity.SEV1,
    "sev2": Severity.SEV2,
    "high": Severity.SEV2,
    "error": Severity.SEV2,
    "major": Severity.SEV2,
    "p2": Severity.SEV2,
    "sev3": Severity.SEV3,
    "warning": Severity.SEV3,
    "medium": Severity.SEV3,
    "minor": Severity.SEV3,
    "p3": Severity.SEV3,
    "sev4": Severity.SEV4,
    "info": Severity.SEV4,
    "low": Severity.SEV4,
    "p4": Severity.SEV4,
}

_REASONS = "; "
_UNMAPPED = "is not known here, so the default was taken"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A rule of `routes` in firstcheck.yaml, for alerts with these labels."""

    match: Mapping[str, str] = field(default_factory=dict)
    service: str = ""
    severity: Severity | None = None
    invite: tuple[str, ...] = ()

    def takes(self, labels: Mapping[str, str]) -> bool:
        """Return whether `labels` has every label of the rule, with the same value."""
        return all(labels.get(name) == value for name, value in self.match.items())


@dataclass(frozen=True, kw_only=True)
class Route:
    """Where an alert goes, and the reason."""

    key: str
    title: str
    service: str
    severity: Severity
    invite: tuple[str, ...] = ()
    reason: str = ""


def route(
    alert: Alert,
    rules: Iterable[Rule],
    default: Severity = Severity.SEV3,
    words: Mapping[str, Severity] = SEVERITY_WORDS,
) -> Route:
    """Return the route of `alert`: the first rule that matches, with gaps filled from the alert's labels.

    `words` maps the severities of monitoring systems to ours. Any other gets `default`.
    """
    rule = next((rule for rule in rules if rule.takes(alert.labels)), None)
    word = alert.labels.get("severity", "").lower()
    severity = (rule and rule.severity) or words.get(word, default)
    service = (rule and rule.service) or alert.labels.get("service") or alert.labels.get("job") or ""
    reasons = [
        f"from the rule for {_named(rule)}" if rule else "from the alert's labels",
        "" if word in words or (rule and rule.severity) else _unmapped(word),
    ]
    return Route(
        key=correlation_key(alert),
        title=alert.title,
        service=service,
        severity=severity,
        invite=rule.invite if rule else (),
        reason=_REASONS.join(reason for reason in reasons if reason),
    )


def _named(rule: Rule) -> str:
    """Return the labels that a rule matches, as text."""
    return ", ".join(f"{name}={value}" for name, value in rule.match.items()) or "all alerts"


def _unmapped(word: str) -> str:
    """Return why the default severity was taken."""
    return f"severity {word!r} {_UNMAPPED}" if word else "the alert has no severity"


def unmapped_severity(reason: str) -> str:
    """Return the part of a route's reason that says the alert's severity is unknown, or ""."""
    parts = (part for part in reason.split(_REASONS) if part.endswith(_UNMAPPED))
    return next(parts, "")


def correlation_key(alert: Alert) -> str:
    """Return the key that alerts of one incident share.

    It is the label `incident_key` if present, else the labels that the source grouped by, else service,
    environment and name. It never includes severity, instance or value, so that a more severe alert joins.
    """
    explicit = alert.labels.get("incident_key")
    if explicit:
        return f"key:{explicit}"
    shared = {name: value for name, value in alert.group.items() if name != "severity"} or {
        name: alert.labels[name]
        for name in ("service", "environment", "env", "alertname")
        if name in alert.labels
    }
    pairs = ",".join(f"{name}={value}" for name, value in sorted(shared.items()))
    return f"{alert.source}:{pairs or alert.fingerprint}"
