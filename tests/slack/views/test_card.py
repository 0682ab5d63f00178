"""The card: one look says where the incident stands."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain import events
from bot.domain.alerts.alert import Alert, AlertStatus
from bot.domain.incident.incident import Incident
from bot.domain.rules.evolve import fold
from bot.domain.vocabulary import Area, Role, Severity, Status
from bot.slack.views import card
from tests.domain.given import ALERTED, CLEARED, DECLARED, NOW, SUSPECTED, TEN, incident_after
from tests.slack.lives import actions, words

RESOLVED = events.IncidentResolved(at=TEN + timedelta(hours=4), by="U1", resolution="put the key back")
CLOSED = events.IncidentClosed(at=TEN + timedelta(hours=5), by="U1")


@pytest.mark.parametrize(
    ("since", "shown"),
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
def test_an_update_stands_until_the_next(since: events.AnyEvent, shown: str) -> None:
    """Words given with a status are the last update; what was said before it is none any more."""
    update = events.UpdateGiven(at=TEN, by="U1", text="half of them fail")
    screen = words(card.card(incident_after(update, since), NOW))

    assert (f"*Last update* {shown}" if shown else "") == "".join(
        line for line in screen.splitlines() if "Last update" in line
    )


def test_a_cause_that_is_named_stands_once() -> None:
    """That it is identified says the same again."""
    cause = events.CauseNamed(at=TEN, by="U1", text="wrong key", area=Area.CONFIG)
    identified = events.StatusChanged(at=TEN, by="U1", status=Status.IDENTIFIED, note="wrong key")

    assert "Last update" not in words(card.card(incident_after(cause, identified), NOW))


def test_a_fresh_incident() -> None:
    """Severity, status, who commands, for how long, and the check to make now."""
    screen = card.card(incident_after(), NOW)

    assert (
        "🔴 INC-7 logins fail\n"
        "*Severity*\nsev1\n"
        "*Status*\ninvestigating\n"
        "*Commander*\nnobody yet\n"
        "*Elapsed*\n42 min, since <!date^1795341600^{date_short_pretty} {time}|2026-11-22 10:00 UTC>\n"
        "*Service*\nauth\n"
        "*Now* Settings of auth (config)\n"
        "declared by alertmanager · runbook: 0 of 2 steps checked\n"
        "[I'm commander] [Resolve]"
    ) == words(screen)
    assert "INC-7 logins fail: sev1, investigating" == screen.text


def test_who_declared_it() -> None:
    """Those who come know whom to ask; what an alert declared says so itself."""
    by_ann = replace(DECLARED, by="U0ANN")

    assert "\ndeclared by <@U0ANN>" in words(card.card(fold(7, (by_ann,)), NOW))
    assert "declared by" not in words(card.card(incident_after(ALERTED), NOW))


def test_what_was_learned() -> None:
    """Alerts, suspicions, impact, the cause and the next check, one line each."""
    cause = events.CauseNamed(at=TEN, by="U1", text="wrong key", area=Area.CONFIG, detail="key is '2023'")
    impact = events.ImpactDescribed(
        at=TEN, by="U1", text="30% of users", began_at=TEN - timedelta(minutes=10)
    )
    shown = words(card.card(incident_after(ALERTED, CLEARED, SUSPECTED, impact), NOW))

    assert "alerts: <https://prometheus.example/graph|1 firing, 1 resolved>" in shown
    assert "runbook: 1 of 2 steps checked" in shown
    assert "*Now* Connection pool (database)" in shown
    assert "*Suspected* (1 open) 1. the pool is full (database)" in shown
    assert "*Impact*\n30% of users" in shown
    assert "*Elapsed*\n52 min" in shown
    assert "*Cause* (config) wrong key\nkey is '2023'" in words(card.card(incident_after(cause), NOW))


def alert(fingerprint: str = "a", **annotations: str) -> Alert:
    """An alert that fires on one machine, with what it says."""
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
    """The incident after these alerts came in."""
    return incident_after(events.AlertsReceived(at=TEN, by="alertmanager", alerts=alerts))


def test_what_the_alert_says() -> None:
    """Its description, the labels that say where, and the links: those who come need not look for them."""
    shown = words(
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

    assert "*Alert* POST /login answers &lt;500&gt;\n*Now* " in shown
    assert "alerts: 1 firing (cluster=eu1, instance=auth-a) · runbook: 0 of 2" in shown
    assert (
        " · links: <https://auth.example/settings|settings>, <https://grafana.example/d/auth|grafana>, "
        "<https://wiki.example/logins|runbook>"
    ) in shown


def test_only_what_all_alerts_share_is_said_of_all() -> None:
    """Three machines of one cluster have the cluster in common."""
    assert "alerts: 3 firing (cluster=eu1) · " in words(
        card.card(alerted(alert("a"), alert("b"), alert("c")), NOW)
    )


def test_what_the_title_says_is_not_said_twice() -> None:
    """Nor is what an alert says of trouble that users no longer feel."""
    twice = alerted(alert(description="logins fail"))
    over = incident_after(events.AlertsReceived(at=TEN, by="x", alerts=(alert(description="5xx"),)), RESOLVED)

    assert "*Alert*" not in words(card.card(twice, NOW)) + words(card.card(over, NOW))


def test_a_link_with_a_secret_is_not_shown() -> None:
    """A probe may need it; the channel does not."""
    links = {"settings_url": "https://ada:lovelace@auth.example/settings", "dash": "https://d.example/"}

    assert "links: <https://d.example/|dash>" in words(card.card(incident_after(), NOW, links))
    assert "lovelace" not in words(card.card(incident_after(), NOW, links))


def test_long_links_push_nothing_out() -> None:
    """They come last, for what is too long ends early: how far the search is matters more."""
    links = {f"dashboard {n}": f"https://grafana.example/d/{'a&' * 230}{n}" for n in range(6)}
    shown = card.card(incident_after(), NOW, links)

    assert "runbook: 0 of 2" in words(shown)
    assert "links: " in words(shown)


def test_a_huge_address_of_an_alert_pushes_nothing_out() -> None:
    """Prometheus puts its whole expression there; then how many fire is no link."""
    shown = words(card.card(alerted(replace(alert(), url=f"https://p.example/{'a' * 3000}")), NOW))

    assert "alerts: 1 firing (cluster=eu1, instance=auth-a) · runbook: 0 of 2" in shown


def test_a_severity_nobody_mapped_is_said() -> None:
    """The card says that the default was taken, and nothing of routes that went as they should."""
    declared = events.IncidentDeclared(
        at=TEN,
        by="alertmanager",
        title="x",
        service="",
        severity=Severity.SEV3,
        reason="from the alert's labels; severity 'dis<aster' is not known here, so the default was taken",
    )

    shown = words(card.card(incident_after(declared), NOW))
    assert " · severity 'dis&lt;aster' is not known here, so the default was taken · runbook: " in shown
    assert "labels" not in shown


def test_what_could_not_be_done_is_said() -> None:
    """Nothing fails silently: the card says in words what is missing, each thing once."""
    lost = events.EffectGaveUp(at=TEN, effect="InvitePeople", why="Slack says <no>")
    shown = words(card.card(incident_after(lost, lost), NOW))

    assert 1 == shown.count("⚠ people could not be invited: Slack says &lt;no&gt;")


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
def test_only_what_can_be_done_has_a_button(more: tuple[events.AnyEvent, ...], buttons: list[str]) -> None:
    """The buttons are those the status calls for; their values hold the incident's number."""
    drawn = actions(card.card(incident_after(*more), NOW))

    assert [(button, "7") for button in buttons] == drawn


def test_an_incident_that_is_over() -> None:
    """How long it lasted, what fixed it, where the postmortem is; the next check is none any more."""
    drafted = events.PostmortemDrafted(at=TEN, path="postmortems/INC-7.md")
    shown = words(card.card(incident_after(RESOLVED, CLOSED, drafted), NOW))

    assert shown.startswith("🟢 INC-7 logins fail")
    assert "*Lasted*\n4 h, since" in shown
    assert "*Fixed by* put the key back" in shown
    assert "postmortem: `postmortems/INC-7.md`" in shown
    assert "*Now*" not in shown


def test_a_drill_says_so() -> None:
    """Nobody takes a drill for the real thing."""
    drill = events.IncidentDeclared(
        at=TEN, by="U1", title="x", service="", severity=Severity.SEV2, drill=True
    )

    assert words(card.card(incident_after(drill), NOW)).startswith("🟠 DRILL INC-7 x")


def test_the_status_is_told_by_more_than_a_colour() -> None:
    """Who cannot tell red from green reads the same."""
    monitoring = events.StatusChanged(at=TEN, by="U1", status=Status.MONITORING)

    assert "*Status*\nmonitoring" in words(card.card(incident_after(monitoring), NOW))
