"""The outage this project began with, as far as the screens need it."""

from datetime import UTC, datetime, timedelta

from bot.domain import events as e
from bot.domain.alert import Alert, AlertStatus, Severity
from bot.domain.incident import Incident, fold
from bot.domain.runbook import Area, Outcome, Probe, Runbook, Step
from bot.slack.views.blocks import Screen

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
    probe=Probe(kind="http_json"),
)
POOL = Step(id="pool", title="Connection pool", area=Area.DATABASE, minutes=30)
RUNBOOK = Runbook(id="auth", title="Logins fail", steps=(POOL, SETTINGS))

DECLARED = e.IncidentDeclared(
    at=TEN, by="alertmanager", title="logins fail", service="auth", severity=Severity.SEV1
)
CHOSEN = e.RunbookChosen(at=TEN, runbook=RUNBOOK, reason="service")
OPENED = e.ChannelOpened(at=TEN, channel="C7", name="inc-7-logins-fail")
ALERTED = e.AlertsReceived(
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
PROBED = e.ProbeFinished(at=TEN, step="settings", verdict="wrong", evidence="key is '2023', expected '2024'")
SUSPECTED = e.HypothesisOpened(
    at=TEN, by="U2", number=1, text="the pool is full", area=Area.DATABASE, owner="U2"
)
CLEARED = e.StepFinished(at=TEN, by="U1", step="settings", outcome=Outcome.CLEAR, evidence="all as in git")
FOUND = e.StepFinished(at=TEN, by="U1", step="settings", outcome=Outcome.FOUND)


def incident(*more: e.AnyEvent) -> Incident:
    """INC-7 after it was declared, its runbook chosen, its channel opened, and `more` happened."""
    return fold(7, (DECLARED, CHOSEN, OPENED, *more))


def words(screen: Screen | None) -> str:
    """All that a screen says to people, one text a line; buttons as [text]."""
    if screen is None:
        return ""
    lines = []
    for block in screen.blocks:
        if block["type"] == "actions":
            lines.append(" ".join(f"[{element['text']['text']}]" for element in block["elements"]))
        else:
            texts = block.get("fields") or block.get("elements") or [block["text"]]
            lines += [text["text"] for text in texts]
    return "\n".join(lines)


def actions(screen: Screen | None) -> list[tuple[str, str]]:
    """The action id and the value of each button of a screen."""
    return [
        (element["action_id"], element["value"])
        for block in (screen.blocks if screen else ())
        if block["type"] == "actions"
        for element in block["elements"]
    ]
