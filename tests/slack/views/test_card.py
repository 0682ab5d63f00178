"""The card, pinned in the incident's channel."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import events
from bot.domain.alerts.alert import MEASURED, READING_NOTE, Alert, AlertStatus
from bot.domain.incident.incident import Incident
from bot.domain.rules.evolve import fold
from bot.domain.vocabulary import Area, Role, Severity, Status
from bot.slack.views import card
from tests.domain.given import ALERTED, CLEARED, DECLARED, NOW, SUSPECTED, TEN, incident_after
from tests.slack.lives import actions, words

RESOLVED = events.IncidentResolved(at=TEN + timedelta(hours=4), by="U1", resolution="put the key back")
CLOSED = events.IncidentClosed(at=TEN + timedelta(hours=5), by="U1")


@pytest.mark.parametrize(
    ("since", "rendered"),
    [
        (events.StatusChanged(at=TEN, by="U1", status=Status.MONITORING, note="rolled back"), "rolled back"),
        (
            events.StatusChanged(at=TEN, by="U1", status=Status.IDENTIFIED, note="it is the key"),
            "it is the key",
        ),
        (events.StatusChanged(at=TEN, by="U1", status=Status.MONITORING), ""),
        (events.IncidentReopened(at=TEN, by="U1", reason="it is back"), ""),
    ],
)
def test_the_last_update(since: events.AnyEvent, rendered: str) -> None:
    """The card shows the latest update or status note. A newer status without a note removes it."""
    update = events.UpdatePosted(at=TEN, by="U1", text="half of them fail")
    screen = words(card.card(incident_after(update, since), NOW))

    assert (f"*Last update:* {rendered}" if rendered else "") == "".join(
        line for line in screen.splitlines() if "Last update" in line
    )


def test_a_recorded_cause_appears_once() -> None:
    """A status note that repeats the cause is not shown as an update."""
    cause = events.CauseNamed(at=TEN, by="U1", text="wrong key", area=Area.CONFIG)
    identified = events.StatusChanged(at=TEN, by="U1", status=Status.IDENTIFIED, note="wrong key")

    assert "Last update" not in words(card.card(incident_after(cause, identified), NOW))


def test_a_fresh_incident() -> None:
    """The card of a new incident shows severity, status, commander, duration, service and the next check."""
    screen = card.card(incident_after(), NOW)

    assert (
        "🔴 INC-7 logins fail\n"
        "*Severity*\nsev1\n"
        "*Status*\ninvestigating\n"
        "*Incident commander*\nnone yet\n"
        "*Duration*\n42 min, since <!date^1795341600^{date_short_pretty} {time}|2026-11-22 10:00 UTC>\n"
        "*Service*\nauth\n"
        "*Next check:* 1. Settings of auth (config)\n"
        "declared by alertmanager · runbook: 0 of 2 steps checked\n"
        "[Become commander] [Resolve]"
    ) == words(screen)
    assert "INC-7 logins fail: sev1, investigating" == screen.text


def test_the_card_names_the_person_who_declared() -> None:
    """The card names the person who declared the incident, but not an alert source."""
    by_ann = replace(DECLARED, by="U0ANN")

    assert "\ndeclared by <@U0ANN>" in words(card.card(fold(7, (by_ann,)), NOW))
    assert "declared by" not in words(card.card(incident_after(ALERTED), NOW))


def test_findings() -> None:
    """The card shows alerts, hypotheses, impact, cause and the next check, a line each."""
    cause = events.CauseNamed(at=TEN, by="U1", text="wrong key", area=Area.CONFIG, detail="key is '2023'")
    impact = events.ImpactDescribed(
        at=TEN, by="U1", text="30% of users", began_at=TEN - timedelta(minutes=10)
    )
    rendered = words(card.card(incident_after(ALERTED, CLEARED, SUSPECTED, impact), NOW))

    assert "alerts: <https://prometheus.example/graph|1 firing, 1 resolved>" in rendered
    assert "runbook: 1 of 2 steps checked" in rendered
    assert "*Next check:* 2. Connection pool (database)" in rendered
    assert "*Open hypothesis:* 1. the pool is full (database)" in rendered
    assert "*Impact*\n30% of users" in rendered
    assert "*Duration*\n52 min" in rendered
    assert "*Cause* (config): wrong key\nkey is '2023'" in words(card.card(incident_after(cause), NOW))


def alert(fingerprint: str = "a", **annotations: str) -> Alert:
    """Return an alert that fires on one machine."""
    return Alert(
        source="alertmanager",
        fingerprint=fingerprint,
        status=AlertStatus.FIRING,
        title="logins fail",
        starts_at=TEN,
        labels={"alertname": "LoginsFail", "cluster": "eu1", "instance": f"auth-{fingerprint}"},
        annotations=annotations,
    )


def alerted(*alerts: Alert) -> Incident:
    """Return an incident that received these alerts."""
    return incident_after(events.AlertsReceived(at=TEN, by="alertmanager", alerts=alerts))


def test_the_description_of_an_alert() -> None:
    """The card shows an alert's description, its labels, and the links of the alert and the service."""
    rendered = words(
        card.card(
            alerted(
                alert(
                    description="POST /login answers <500>",
                    summary="logins fail",
                    runbook_url="https://wiki.example/logins",
                    dashboard="see the wall",
                )
            ),
            NOW,
            {"settings_url": "https://auth.example/settings", "grafana": "https://grafana.example/d/auth"},
        )
    )

    assert "*Alert:* POST /login answers &lt;500&gt;\n*Next check:* " in rendered
    assert "alerts: 1 firing (cluster=eu1, instance=auth-a) · runbook: 0 of 2" in rendered
    assert (
        " · links: <https://auth.example/settings|settings>, <https://grafana.example/d/auth|grafana>, "
        "<https://wiki.example/logins|runbook>"
    ) in rendered


def test_only_shared_labels_are_shown() -> None:
    """Of three alerts, the card shows the number and the labels that all of them have."""
    shown = words(card.card(alerted(alert("a"), alert("b"), alert("c")), NOW))
    assert "*Alerts:* 3, all with " in shown
    assert "cluster=eu1" in shown
    assert "alerts: 3 firing · " in shown


def test_what_was_measured_and_what_is_unreadable() -> None:
    """The card shows the measured value, and that a time could not be read."""
    measured = replace(
        alert(), annotations={MEASURED: "B=44.2", READING_NOTE: "Its start time is unreadable."}
    )
    shown = words(card.card(alerted(measured), NOW))
    assert "*Measured:* B=44.2" in shown
    assert "⚠ Its start time is unreadable." in shown


def test_a_link_with_a_pipe_and_a_blank() -> None:
    """Characters that Slack would read as the end of a link are percent-encoded."""
    grafana = replace(alert(), annotations={"silence_url": "https://g.example/s?m=a|b c>"})
    assert "<https://g.example/s?m=a%7Cb%20c%3E|silence>" in words(card.card(alerted(grafana), NOW))


def test_a_description_is_not_repeated() -> None:
    """A description equal to the title is not shown, nor one after users stopped being affected."""
    twice = alerted(alert(description="logins fail"))
    over = incident_after(events.AlertsReceived(at=TEN, by="x", alerts=(alert(description="5xx"),)), RESOLVED)

    assert "*Alert:*" not in words(card.card(twice, NOW)) + words(card.card(over, NOW))


def test_a_link_with_a_secret_is_not_shown() -> None:
    """A service link that contains a password is left out."""
    links = {"settings_url": "https://ada:lovelace@auth.example/settings", "dash": "https://d.example/"}

    assert "links: <https://d.example/|dash>" in words(card.card(incident_after(), NOW, links))
    assert "lovelace" not in words(card.card(incident_after(), NOW, links))


def test_long_links_come_last() -> None:
    """Links come last in the small print, so that cutting them loses nothing else."""
    links = {f"dashboard {n}": f"https://grafana.example/d/{'a&' * 230}{n}" for n in range(6)}
    rendered = card.card(incident_after(), NOW, links)

    assert "runbook: 0 of 2" in words(rendered)
    assert "links: " in words(rendered)


def test_a_long_alert_url_is_left_out() -> None:
    """The alert count is not a link if the URL is too long. Prometheus puts its expression into it."""
    rendered = words(card.card(alerted(replace(alert(), url=f"https://p.example/{'a' * 3000}")), NOW))

    assert "alerts: 1 firing (cluster=eu1, instance=auth-a) · runbook: 0 of 2" in rendered


def test_an_unknown_alert_severity_is_reported() -> None:
    """The card says if the default severity was used, but not where any other severity came from."""
    declared = events.IncidentDeclared(
        at=TEN,
        by="alertmanager",
        title="x",
        service="",
        severity=Severity.SEV3,
        reason="from the alert's labels; severity 'dis<aster' is unknown, so the default was used",
    )

    rendered = words(card.card(incident_after(declared), NOW))
    assert " · severity 'dis&lt;aster' is unknown, so the default was used · runbook: " in rendered
    assert "labels" not in rendered


def test_failures_are_shown() -> None:
    """The card shows what could not be done, each failure once."""
    failure = events.EffectFailed(at=TEN, effect="InvitePeople", why="Slack says <no>")
    rendered = words(card.card(incident_after(failure, failure), NOW))

    assert 1 == rendered.count("⚠ people could not be invited: Slack says &lt;no&gt;")


@pytest.mark.parametrize(
    ("more", "buttons"),
    [
        ((), ["card.take_command", "card.resolve"]),
        ((events.RoleAssigned(at=TEN, by="U1", role=Role.COMMANDER, person="U1"),), ["card.resolve"]),
        ((RESOLVED,), ["card.close", "card.reopen"]),
        ((RESOLVED, CLOSED), ["card.reopen"]),
        ((events.IncidentCancelled(at=TEN, by="U1", reason="a test"),), ["card.reopen"]),
    ],
)
def test_the_buttons_follow_the_status(more: tuple[events.AnyEvent, ...], buttons: list[str]) -> None:
    """The card offers the buttons that its status allows. Their values hold the incident's number."""
    drawn = actions(card.card(incident_after(*more), NOW))

    assert [(button, "7") for button in buttons] == drawn


def test_a_closed_incident() -> None:
    """The card of a closed incident shows its duration, fix and postmortem, but no next check."""
    drafted = events.PostmortemDrafted(at=TEN, path="postmortems/INC-7.md")
    rendered = words(card.card(incident_after(RESOLVED, CLOSED, drafted), NOW))

    assert rendered.startswith("🟢 INC-7 logins fail")
    assert "*Duration*\n4 h, started" in rendered
    assert "*Fix:* put the key back" in rendered
    assert "postmortem: `postmortems/INC-7.md`" in rendered
    assert "*Next check:*" not in rendered


def test_a_drill_is_marked() -> None:
    """The header of a drill's card is marked DRILL."""
    drill = events.IncidentDeclared(
        at=TEN, by="U1", title="x", service="", severity=Severity.SEV2, drill=True
    )

    assert words(card.card(incident_after(drill), NOW)).startswith("🟠 DRILL INC-7 x")


def test_the_status_is_also_text() -> None:
    """The status is readable without distinguishing colors."""
    monitoring = events.StatusChanged(at=TEN, by="U1", status=Status.MONITORING)

    assert "*Status*\nmonitoring" in words(card.card(incident_after(monitoring), NOW))
