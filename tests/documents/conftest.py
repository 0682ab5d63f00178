"""The outage that led to Firstcheck, as the events that Firstcheck would have recorded."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain import events
from bot.domain.alerts.alert import Alert, AlertStatus
from bot.domain.insights.postmortem.facts import PostmortemFacts, facts
from bot.domain.insights.postmortem.log import IncidentLog
from bot.domain.message import Message
from bot.domain.rules.evolve import fold
from bot.domain.runbooks.runbook import Runbook, Step
from bot.domain.vocabulary import Area, HypothesisVerdict, Severity, StepOutcome
from bot.slack_markup import parse

NAMES = {"U0ADA": "Ada", "U0GRACE": "Grace", "S0SENIORS": "senior developers and system administrators"}

RUNBOOK = Runbook(
    id="authentication",
    title="Authentication fails",
    steps=(
        Step(id="settings", title="Read the settings", area=Area.CONFIG, minutes=5, weight=5),
        Step(id="database", title="Check the database", area=Area.DATABASE, minutes=30),
        Step(id="audit", title="Look for a break-in", area=Area.SECURITY, minutes=60),
    ),
)


def at(hour: int, minute: int = 0) -> datetime:
    """A time on the day of the outage."""
    return datetime(2024, 2, 18, hour, minute, tzinfo=UTC)


SPIKE = Alert(
    source="alertmanager",
    fingerprint="f1",
    status=AlertStatus.FIRING,
    title="LoginFailures",
    starts_at=at(10),
    annotations={"summary": "a spike in failed authentication attempts"},
)
INVESTIGATION = Message(
    incident=1,
    channel="C1",
    ts="1708251300.0001",
    user="U0ADA",
    text="Investigation started by the DevOps team to identify the source of the authentication failures.",
)

OUTAGE: tuple[events.AnyEvent, ...] = (
    events.IncidentDeclared(
        at=at(10),
        by="alertmanager",
        title="Stack Outage",
        service="authentication",
        severity=Severity.SEV1,
        began_at=at(10),
    ),
    events.RunbookChosen(at=at(10), runbook=RUNBOOK, reason="service authentication"),
    events.AlertsReceived(at=at(10), by="alertmanager", alerts=(SPIKE,)),
    events.ChannelOpened(at=at(10), channel="C1", name="inc-1-stack-outage"),
    events.NoteAdded(at=at(10, 15), by="U0GRACE", ref=INVESTIGATION.ref, text="Investigation started"),
    events.HypothesisOpened(
        at=at(10, 45),
        by="U0ADA",
        number=1,
        text="The issue might be related to the database",
        area=Area.DATABASE,
        owner="U0ADA",
    ),
    events.HypothesisClosed(
        at=at(11, 30),
        by="U0ADA",
        number=1,
        verdict=HypothesisVerdict.REFUTED,
        evidence="Database connection and queries were found to be functioning correctly",
    ),
    events.StepFinished(
        at=at(11, 30), by="U0ADA", step="database", outcome=StepOutcome.CLEAR, evidence="p99 query 12 ms"
    ),
    events.EscalationMade(
        at=at(12),
        by="U0ADA",
        who="the development team",
        reason="the issue seemed to be within the microservice code",
        due_at=at(10, 30),
    ),
    events.HypothesisOpened(
        at=at(12, 30),
        by="U0GRACE",
        number=2,
        text="The codebase might have been compromised",
        area=Area.SECURITY,
        owner="U0GRACE",
    ),
    events.HypothesisClosed(
        at=at(13),
        by="U0GRACE",
        number=2,
        verdict=HypothesisVerdict.REFUTED,
        evidence="The security audit was unnecessary",
    ),
    events.StepFinished(
        at=at(13), by="U0GRACE", step="settings", outcome=StepOutcome.FOUND, evidence="wrong key path"
    ),
    events.CauseNamed(
        at=at(13),
        by="U0GRACE",
        text=(
            "The outage was caused by a misconfiguration in the authentication microservice, "
            "leading to a failure in user token generation."
        ),
        area=Area.CONFIG,
        detail=(
            "The misconfiguration in the authentication microservice settings resulted in the incorrect "
            "generation of user tokens. The service was unable to verify user identities, "
            "causing authentication failures."
        ),
    ),
    events.StepFinished(
        at=at(13, 5), by="U0GRACE", step="audit", outcome=StepOutcome.SKIPPED, evidence="the cause is known"
    ),
    events.EscalationMade(
        at=at(13, 30), by="U0GRACE", who="S0SENIORS", reason="a more in-depth analysis", due_at=at(11)
    ),
    events.IncidentResolved(
        at=at(14),
        by="U0GRACE",
        resolution=(
            "The issue was fixed by updating the configuration files with the correct parameters "
            "for token generation. The authentication microservice was redeployed to apply the changes, "
            "restoring normal functionality."
        ),
    ),
    events.ImpactDescribed(
        at=at(14, 5),
        by="U0ADA",
        text=(
            "The user authentication service was down, affecting 30% of users.\n"
            "Users experienced login failures and were unable to access secured areas of the application."
        ),
        share="30%",
    ),
    events.ImprovementProposed(
        at=at(14, 10),
        by="U0ADA",
        title="Enhance monitoring",
        text="Implement additional monitoring for authentication services to detect anomalies in real-time.",
    ),
    events.ImprovementProposed(
        at=at(14, 10),
        by="U0ADA",
        title="Automated testing",
        text=(
            "Introduce automated testing for configuration settings "
            "to prevent misconfigurations in the future."
        ),
    ),
    events.ActionItemAdded(
        at=at(14, 15),
        by="U0ADA",
        number=1,
        title="Patch authentication microservice",
        text=(
            "Apply the necessary patches to the authentication microservice "
            "to prevent similar misconfigurations."
        ),
        owner="U0GRACE",
        due="2024-02-25",
    ),
    events.ActionItemAdded(
        at=at(14, 15),
        by="U0ADA",
        number=2,
        title="Update documentation",
        text=(
            "Ensure that the configuration documentation is up-to-date "
            "to guide future deployments accurately."
        ),
    ),
    events.ActionItemAdded(
        at=at(14, 15),
        by="U0ADA",
        number=3,
        title="Conduct team training",
        text=(
            "Provide training sessions to the team on best practices for configuration management "
            "and debugging procedures."
        ),
    ),
    events.EffectFailed(at=at(14, 16), effect="SetTopic", why="Slack says: is_archived"),
    events.IncidentClosed(at=at(14, 20), by="U0ADA"),
)


def log_of(*history: events.AnyEvent) -> IncidentLog:
    """The log with these events."""
    return IncidentLog(events=tuple(enumerate(history, 1)), names=NAMES, read=parse)


@pytest.fixture
def outage() -> PostmortemFacts:
    """The facts of the whole outage."""
    return facts(fold(1, OUTAGE), log_of(*OUTAGE), [INVESTIGATION])


@pytest.fixture
def just_declared() -> PostmortemFacts:
    """The facts of an incident that was just declared."""
    declared = events.IncidentDeclared(
        at=at(10), by="U0ADA", title="Logins fail", service="", severity=Severity.SEV3
    )
    return facts(fold(2, [declared]), log_of(declared), [])


@pytest.fixture
def templates() -> Path:
    """The folder of the shipped templates."""
    return Path(__file__).parents[2] / "templates"
