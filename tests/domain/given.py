"""The outage that led to Firstcheck, and short ways to build its events and incidents."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import commands, events
from bot.domain.alerts.alert import Alert, AlertStatus
from bot.domain.alerts.routing import Route
from bot.domain.errors import Refused
from bot.domain.incident.incident import Incident
from bot.domain.incident.step_order import cost
from bot.domain.rules.decide.decide import decide
from bot.domain.rules.evolve import fold
from bot.domain.runbooks.runbook import Probe, Runbook, Step
from bot.domain.vocabulary import Area, ProbeVerdict, Severity, StepOutcome

TEN = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
NOW = TEN + timedelta(minutes=42)

SETTINGS = Step(
    id="settings",
    title="Settings of auth",
    area=Area.CONFIG,
    cause="a wrong setting",
    minutes=3,
    weight=9,
    look="Compare **every** setting, see [the page](https://wiki.example/auth).",
    fix="Put the old value back.",
    probe=Probe(kind="http"),
)
POOL = Step(id="pool", title="Connection pool", area=Area.DATABASE, minutes=30)
RUNBOOK = Runbook(id="auth", title="Logins fail", steps=(POOL, SETTINGS))

DECLARED = events.IncidentDeclared(
    at=TEN, by="alertmanager", title="logins fail", service="auth", severity=Severity.SEV1
)
CHOSEN = events.RunbookChosen(at=TEN, runbook=RUNBOOK, reason="service")
OPENED = events.ChannelOpened(at=TEN, channel="C7", name="inc-7-logins-fail")
ALERTED = events.AlertsReceived(
    at=TEN,
    by="alertmanager",
    alerts=tuple(
        Alert(
            source="alertmanager",
            fingerprint=name,
            status=status,
            title=name,
            starts_at=TEN,
            url="https://prometheus.example/graph",
        )
        for name, status in (("a", AlertStatus.FIRING), ("b", AlertStatus.RESOLVED))
    ),
)
PROBED = events.ProbeFinished(
    at=TEN, step="settings", verdict=ProbeVerdict.WRONG, evidence="key is '2023', expected '2024'"
)
SUSPECTED = events.HypothesisOpened(
    at=TEN, by="U2", number=1, text="the pool is full", area=Area.DATABASE, owner="U2"
)
CLEARED = events.StepFinished(
    at=TEN, by="U1", step="settings", outcome=StepOutcome.CLEAR, evidence="all as in git"
)
FOUND = events.StepFinished(at=TEN, by="U1", step="settings", outcome=StepOutcome.FOUND)


def incident_after(*more: events.AnyEvent) -> Incident:
    """Return INC-7 after it was declared, its runbook chosen, its channel opened, and `more` events."""
    return fold(7, (DECLARED, CHOSEN, OPENED, *more))


def with_clock_of(incident: Incident, other: Incident) -> Incident:
    """Return the incident with the progress clock of another, which has its own tests."""
    return replace(incident, escalation=replace(incident.escalation, clock=other.escalation.clock))


def at(minute: int) -> datetime:
    """Return the time so many minutes after detection."""
    return TEN + timedelta(minutes=minute)


def firing(name: str = "a", since: int = 0) -> Alert:
    """Return an alert that has been firing since that minute."""
    return Alert(source="s", fingerprint=name, status=AlertStatus.FIRING, title=name, starts_at=at(since))


def resolved(name: str = "a", since: int = 0, until: int = 5) -> Alert:
    """Return the same alert, resolved at minute `until`."""
    return replace(firing(name, since), status=AlertStatus.RESOLVED, ends_at=at(until))


def receive(*alerts: Alert, severity: Severity = Severity.SEV1) -> commands.ReceiveAlerts:
    """Return the command that receives alerts of one route."""
    route = Route(key="k", title="logins fail", service="auth", severity=severity, reason="no rule")
    return commands.ReceiveAlerts(by="s", alerts=alerts, route=route)


def received(*alerts: Alert) -> events.AlertsReceived:
    """Return the event that alerts were received."""
    return events.AlertsReceived(at=TEN, by="s", alerts=alerts)


def refusal(incident: Incident, command: commands.AnyCommand) -> str:
    """Return the text and the hints with which a command is refused."""
    with pytest.raises(Refused) as refused:
        decide(incident, command, NOW)
    return refused.value.in_full(lambda hint: f"`{hint.word} {hint.arguments}`")


def minutes_to_the_cause(steps: Iterable[Step]) -> float:
    """Return the expected minutes to the cause (times the sum of the weights), if one step is the cause."""
    spent = expected = 0.0
    for taken in steps:
        spent += cost(taken)
        expected += taken.weight * spent
    return expected
