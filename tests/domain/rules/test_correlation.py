"""Which incident an alert goes to, and why some alerts change nothing."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain import events
from bot.domain.alerts.alert import Alert
from bot.domain.incident.incident import Incident
from bot.domain.rules.correlation import (
    CANCELLED,
    ENDS_KEPT,
    NEVER_FIRED,
    OUTDATED,
    REOPEN_WITHIN,
    REPEATED,
    correlate,
    is_joined,
)
from bot.domain.vocabulary import Status
from tests.domain.given import TEN, at, firing, incident_after, received, resolved

NOW = at(20)
CLOSED = (events.IncidentResolved(at=at(10), by="U1"), events.IncidentClosed(at=at(11), by="U1"))
CANCEL = events.IncidentCancelled(at=at(10), by="U1", reason="a test")
LONG_AFTER = at(11) + REOPEN_WITHIN


def untold(alert: Alert) -> Alert:
    """Return the alert as a sender reports it that sends no start."""
    return replace(alert, start_told=False)


@pytest.mark.parametrize(
    ("status", "closed_at", "joins"),
    [
        (Status.INVESTIGATING, None, True),
        (Status.RESOLVED, None, True),
        (Status.CLOSED, NOW - REOPEN_WITHIN + timedelta(seconds=1), True),
        (Status.CLOSED, NOW - REOPEN_WITHIN, False),
        (Status.CANCELLED, NOW, False),
        (Status.CANCELLED, None, False),
    ],
)
def test_alerts_join_open_and_just_closed_incidents(
    status: Status, closed_at: datetime | None, joins: bool
) -> None:
    """Alerts join an open incident or reopen one closed just now, but never a cancelled one."""
    assert joins is is_joined(replace(incident_after(), status=status, closed_at=closed_at), NOW)


def placed(incident: Incident | None, *alerts: Alert, now: datetime = NOW) -> dict[str, object]:
    """Return the parts of a correlation that are not empty."""
    found = correlate(alerts, [incident] if incident else [], {}, now)
    parts = {**vars(found), "ignored": [reason for _, reason in found.ignored]}
    return {name: part for name, part in parts.items() if part}


def test_new_alerts_open_an_incident() -> None:
    """The first alerts of a route open an incident; a resolution of an unknown alert does not."""
    assert {"alerts": [firing()]} == placed(None, firing())
    assert {"ignored": [NEVER_FIRED]} == placed(None, untold(resolved()))
    assert {"ignored": [NEVER_FIRED], "ends": {"s:a": TEN}} == placed(None, resolved())


def test_alerts_of_an_open_incident() -> None:
    """In an open incident changes are news, and repeats are not."""
    known = incident_after(received(firing("a"), firing("b")))

    found = placed(known, firing("a"), resolved("b"), untold(resolved("c")), firing("d"), firing("d"))

    assert {
        "joins": 7,
        "alerts": [resolved("b"), firing("d")],
        "ignored": [REPEATED, NEVER_FIRED, REPEATED],
    } == found


def test_a_later_start_is_a_new_episode() -> None:
    """A later start is news even while the alert fires, since its resolution may be lost. A repeat is not."""
    known = incident_after(received(firing()))
    without_start = incident_after(received(untold(firing())))

    assert [firing(since=3)] == placed(known, firing(since=3))["alerts"]
    assert {"joins": 7, "ignored": [REPEATED]} == placed(without_start, untold(firing(since=3)))


def test_a_cancelled_episode_stays_silent() -> None:
    """After a cancellation, copies of the same episode are ignored and their resolution is recorded."""
    cancelled = incident_after(received(firing(), firing("b")), CANCEL)
    without_start = incident_after(received(untold(firing())), CANCEL)

    assert {"ignored": [CANCELLED, CANCELLED]} == placed(cancelled, firing(), firing("b"))
    assert {"ignored": [CANCELLED]} == placed(without_start, untold(firing(since=99)))
    assert {"earlier": {7: [resolved()]}} == placed(cancelled, resolved())


def test_an_alert_fires_again_after_a_cancellation() -> None:
    """After a cancellation a later start, or a firing after a resolution, opens a new incident."""
    cancelled = incident_after(received(firing()), CANCEL)
    ended = incident_after(received(untold(firing())), CANCEL, received(untold(resolved())))

    assert {"alerts": [firing(since=15)]} == placed(cancelled, firing(since=15))
    assert {"alerts": [untold(firing(since=15))]} == placed(ended, untold(firing(since=15)))
    assert {"ignored": [OUTDATED]} == placed(incident_after(received(firing(), resolved()), CANCEL), firing())
    assert {"alerts": [firing("new")]} == placed(cancelled, firing("new"))


def test_one_request_resolves_and_fires_again_after_a_cancellation() -> None:
    """The resolution goes to the cancelled incident, the new episode with its resolution to a new one."""
    cancelled = incident_after(received(firing()), CANCEL)
    again, over = firing(since=15), resolved(since=15, until=16)

    assert {"earlier": {7: [resolved()]}, "alerts": [again, over]} == placed(
        cancelled, resolved(), again, over
    )


def test_an_alert_that_still_fires_after_the_close() -> None:
    """A repeat soon after the close joins the incident, which reopens it; later it opens a new one."""
    closed = incident_after(received(firing()), *CLOSED)

    assert {"joins": 7, "alerts": [firing()], "ignored": [REPEATED]} == placed(closed, firing(), firing())
    assert {"alerts": [firing()]} == placed(closed, firing(), now=LONG_AFTER)
    assert {"earlier": {7: [resolved()]}} == placed(closed, resolved(), now=LONG_AFTER)


def test_a_late_copy_of_a_resolved_episode_opens_nothing() -> None:
    """A copy of a resolved episode is ignored for a day, however the incident ended."""
    ended = received(firing()), received(resolved())

    for history in ((), CLOSED, (CANCEL,)):
        incident = incident_after(*ended, *history)
        assert [OUTDATED] == placed(incident, firing(), now=LONG_AFTER)["ignored"]
        assert [firing()] == placed(incident, firing(), now=TEN + ENDS_KEPT)["alerts"]


def test_a_firing_whose_resolution_arrived_first_is_outdated() -> None:
    """A firing is ignored if its resolution is known, and kept if it began later."""
    late, again = firing("a", since=0), firing("a", since=9)

    assert [(late, OUTDATED)] == correlate([late], [], {late.key: late.starts_at}, NOW).ignored
    assert [again] == correlate([again], [], {again.key: late.starts_at}, NOW).alerts
    assert [late] == correlate([late], [], {}, NOW).alerts


def test_a_resolution_before_its_firing_in_one_request() -> None:
    """A resolution of an unknown alert makes a later firing in the same request outdated."""
    found = correlate([resolved(), firing()], [], {}, NOW)

    assert ([], {"s:a": TEN}) == (found.alerts, found.ends)
    assert [NEVER_FIRED, OUTDATED] == [reason for _, reason in found.ignored]


def test_the_nearest_earlier_incident_that_knows_an_alert_counts() -> None:
    """Alerts that only an earlier incident knows are compared with their state there."""
    cancelled = replace(incident_after(received(firing("a"), firing("b")), CANCEL), number=1)
    closed = replace(incident_after(received(firing("a"), firing("b")), *CLOSED), number=1)
    current = replace(incident_after(received(firing("a", 15))), number=2)

    assert [CANCELLED] == [
        reason for _, reason in correlate([firing("b")], [current, cancelled], {}, NOW).ignored
    ]
    assert {1: [resolved("b")]} == correlate([resolved("b")], [current, cancelled], {}, NOW).earlier
    assert [firing("b", 16)] == correlate([firing("b", 16)], [current, cancelled], {}, NOW).alerts
    found = correlate([firing("b")], [current, closed], {}, NOW)
    assert (2, [firing("b")]) == (found.joins, found.alerts)


def test_an_earlier_incident_that_people_ended_last_counts() -> None:
    """People may reopen an earlier incident after the newest one ended: what they ended last counts."""
    reopened = replace(incident_after(received(firing()), *CLOSED), number=1)
    cancelled = replace(incident_after(received(firing()), CANCEL), number=2)

    found = correlate([firing()], [cancelled, reopened], {}, NOW)
    still_open = correlate([firing()], [cancelled, replace(incident_after(), number=1)], {}, NOW)

    assert (1, [firing()], []) == (found.joins, found.alerts, found.ignored)
    assert 1 == still_open.joins


def test_the_state_of_an_alert_is_the_last_one_heard() -> None:
    """An earlier incident in which the alert resolved, or still seems to fire, says nothing about it."""
    again = replace(received(firing(since=5)), at=at(6))
    over = replace(received(resolved(since=5)), at=at(8))
    reopened = replace(incident_after(received(firing()), received(resolved())), number=1)
    cancelled = replace(incident_after(again, CANCEL), number=2)
    stale = replace(incident_after(received(firing())), number=1)
    ended = replace(incident_after(again, over, CANCEL), number=2)

    for incidents, reason in (([cancelled, reopened], CANCELLED), ([ended, stale], OUTDATED)):
        assert [(firing(since=5), reason)] == correlate([firing(since=5)], incidents, {}, NOW).ignored
