"""How people and alerts declare an incident, and what further alerts change."""

from dataclasses import replace

import pytest

from bot.domain import commands, events
from bot.domain.alerts.alert import Alert
from bot.domain.incident.incident import Incident
from bot.domain.rules.decide.alerts import MAX_TITLE
from bot.domain.rules.decide.decide import decide
from bot.domain.vocabulary import Severity, Status
from tests.domain.given import NOW, RUNBOOK, at, firing, incident_after, receive, received, refusal, resolved

NEW = Incident(number=8)
BY_HAND = events.IncidentDeclared(
    at=NOW,
    by="U1",
    title="logins fail",
    service="auth",
    severity=Severity.SEV2,
    invite=("U2",),
    reason="declared by hand",
)
BY_ALERT = events.IncidentDeclared(
    at=NOW,
    by="s",
    title="logins fail",
    service="auth",
    severity=Severity.SEV1,
    key="k",
    began_at=at(-3),
    reason="no rule",
)
CHOSEN = events.RunbookChosen(at=NOW, runbook=RUNBOOK, reason="service")
WORSE = events.SeverityChanged(at=NOW, severity=Severity.SEV1, reason="an alert arrived as sev1")
QUIET = events.StatusChanged(at=NOW, status=Status.MONITORING, note="all alerts have resolved")
AGAIN = events.StatusChanged(at=NOW, status=Status.INVESTIGATING, note="an alert fired again")
REOPENED = events.IncidentReopened(at=NOW, by="s", reason="an alert fired again")
RESOLVED = events.IncidentResolved(at=at(10), by="U1")
CLOSED = events.IncidentClosed(at=at(11), by="U1")
CANCELLED = events.IncidentCancelled(at=at(10), by="U1", reason="a test")


def arrived(*alerts: Alert) -> events.AlertsReceived:
    """Return the event that these alerts were received now."""
    return replace(received(*alerts), at=NOW)


def test_declaring_by_hand() -> None:
    """An incident that a person declares gets a copy of the current runbook."""
    command = commands.Declare(
        by="U1", title=" logins fail ", service="auth", severity=Severity.SEV2, invite=("U2",)
    )
    with_runbook = replace(command, runbook=RUNBOOK, runbook_reason="service", drill=True)

    assert (BY_HAND,) == decide(NEW, command, NOW)
    assert (replace(BY_HAND, drill=True), CHOSEN) == decide(NEW, with_runbook, NOW)
    assert (replace(BY_HAND, at=at(5)),) == decide(NEW, replace(command, at=at(5)), NOW)


def test_a_title_is_required_and_shortened() -> None:
    """An empty title is refused. A long title is cut, and line breaks become spaces."""
    command = commands.Declare(by="U1", title=" ", severity=Severity.SEV2)

    assert "An incident needs a title. For example: `new logins fail`." == refusal(NEW, command)
    for title, expected in (("x" * 500, "x" * MAX_TITLE), (" a\r\nINC-9  sev1\tb ", "a INC-9 sev1 b")):
        declared, *_ = decide(NEW, replace(command, title=title), NOW)
        assert isinstance(declared, events.IncidentDeclared)
        assert expected == declared.title


def test_alerts_declare_an_incident() -> None:
    """An incident from alerts starts when its first alert started firing, and is detected now."""
    command = receive(firing("a"), firing("b", -3), resolved("c", -9))
    taken = arrived(firing("a"), firing("b", -3))
    later = replace(command, runbook=RUNBOOK, runbook_reason="service", previous=3)

    assert (BY_ALERT, taken) == decide(NEW, command, NOW)
    assert (replace(BY_ALERT, previous=3), CHOSEN, taken) == decide(NEW, later, NOW)


def test_a_resolved_alert_declares_nothing() -> None:
    """The resolution of an unknown alert is not an incident."""
    assert () == decide(NEW, receive(resolved()), NOW)


ALERT_STORIES: list[
    tuple[tuple[events.AnyEvent, ...], commands.ReceiveAlerts, tuple[events.AnyEvent, ...]]
] = [
    # another alert joins
    ((received(firing()),), receive(firing("b")), (arrived(firing("b")),)),
    # repeats, late repeats and resolutions of unknown alerts change nothing
    ((received(firing()),), receive(firing()), ()),
    ((received(firing()),), receive(replace(firing("a", 3), start_told=False)), ()),
    ((received(firing()), received(resolved())), receive(resolved()), ()),
    ((received(firing()), received(resolved())), receive(firing()), ()),
    ((), receive(resolved()), ()),
    # only the new alert of a request is recorded
    ((received(firing()),), receive(firing(), firing("b")), (arrived(firing("b")),)),
    # the last resolution starts monitoring, unless people have already moved on
    ((received(firing()),), receive(resolved()), (arrived(resolved()), QUIET)),
    ((received(firing(), firing("b")),), receive(resolved()), (arrived(resolved()),)),
    (
        (received(firing(), firing("b")),),
        receive(resolved(), resolved("b")),
        (arrived(resolved(), resolved("b")), QUIET),
    ),
    ((received(firing()), RESOLVED), receive(resolved()), (arrived(resolved()),)),
    (
        (received(firing()), events.StatusChanged(at=at(4), by="U1", status=Status.MONITORING)),
        receive(resolved()),
        (arrived(resolved()),),
    ),
    # the resolution of an earlier episode is ignored
    ((received(firing("a", 7)),), receive(resolved("a", 0, 5)), ()),
    ((received(firing("a", 7)),), receive(resolved("a", 7, 7)), (arrived(resolved("a", 7, 7)), QUIET)),
    # a later start is a new episode, which a late resolution of the first one does not end
    ((received(firing()),), receive(firing("a", 6)), (arrived(firing("a", 6)),)),
    ((received(firing()), received(firing("a", 6))), receive(resolved()), ()),
    # it fires again
    (
        (received(firing()), received(resolved()), replace(QUIET, at=at(5))),
        receive(firing("a", 6)),
        (arrived(firing("a", 6)), AGAIN),
    ),
    ((received(firing()), RESOLVED), receive(firing("b", 12)), (arrived(firing("b", 12)), REOPENED)),
    ((RESOLVED, CLOSED), receive(firing("b", 12)), (arrived(firing("b", 12)), REOPENED)),
    # it repeats after the close
    (
        (received(firing()), RESOLVED, CLOSED),
        receive(firing()),
        (arrived(firing()), replace(REOPENED, reason="an alert is still firing")),
    ),
    # a resolution after the end is only recorded
    ((received(firing()), RESOLVED, CLOSED), receive(resolved()), (arrived(resolved()),)),
    ((received(firing()), CANCELLED), receive(resolved()), (arrived(resolved()),)),
]


@pytest.mark.parametrize(("given", "command", "history"), ALERT_STORIES)
def test_changes_by_alerts(
    given: tuple[events.AnyEvent, ...], command: commands.ReceiveAlerts, history: tuple[events.AnyEvent, ...]
) -> None:
    """Alerts join an incident, resolve, fire again, or change nothing."""
    assert history == decide(incident_after(*given), command, NOW)


def test_no_alert_reopens_a_cancelled_incident() -> None:
    """An alert that fires after a false alarm needs a new incident."""
    assert "INC-7 was cancelled, so no alert can reopen it." == refusal(
        incident_after(CANCELLED), receive(firing("b", 12))
    )


def test_alerts_only_raise_the_severity() -> None:
    """A more severe alert raises the severity. Milder, repeated and resolved alerts leave it alone."""
    low = events.SeverityChanged(at=at(1), by="U1", severity=Severity.SEV3)
    given = incident_after(received(firing()), low)

    assert (arrived(firing("b")), WORSE) == decide(given, receive(firing("b")), NOW)
    assert (arrived(firing("b")),) == decide(given, receive(firing("b"), severity=Severity.SEV4), NOW)
    assert () == decide(given, receive(firing()), NOW)
    assert (arrived(resolved()), QUIET) == decide(given, receive(resolved()), NOW)


def test_a_more_severe_alert_reopens_and_raises_the_severity() -> None:
    """An alert after the resolution records both the new severity and the reopening."""
    low = events.SeverityChanged(at=at(1), by="U1", severity=Severity.SEV3)

    assert (arrived(firing("b")), WORSE, REOPENED) == decide(
        incident_after(low, RESOLVED), receive(firing("b")), NOW
    )


def test_one_request_may_fire_and_resolve_the_same_alert() -> None:
    """An alert that fires and resolves in one request is resolved, whatever its state was before."""
    both = (firing("a", 6), resolved("a", 6, 8))
    ended = (received(firing()), received(resolved()))

    assert (replace(BY_ALERT, began_at=at(6)), arrived(*both), QUIET) == decide(NEW, receive(*both), NOW)
    assert (arrived(*both), QUIET) == decide(incident_after(*ended), receive(*both), NOW)
    assert (arrived(*both),) == decide(incident_after(*ended, QUIET), receive(*both), NOW)
    assert (arrived(firing("b")),) == decide(incident_after(), receive(firing("b"), firing("b")), NOW)
