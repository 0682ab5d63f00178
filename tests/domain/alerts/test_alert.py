"""One alert, what a later word on it changes, and how severities compare."""

from dataclasses import replace
from itertools import pairwise

import pytest

from bot.domain.alerts.alert import Alert
from bot.domain.vocabulary import Severity
from tests.domain.given import firing, resolved


@pytest.mark.parametrize(
    ("known", "later", "changes"),
    [
        (firing(), firing(), False),  # a repeat
        (firing(), firing(since=9), True),  # a new episode, whose predecessor's resolution is lost
        (firing(), replace(firing(since=9), start_told=False), False),  # a repeat without a start
        (firing(), resolved(), True),
        (firing(), resolved(until=0), True),  # over at once
        (firing(), replace(resolved(), ends_at=None), True),
        (firing(since=9), resolved(until=5), False),  # the end of an earlier episode, late
        (
            replace(firing(since=9), start_told=False),
            resolved(until=5),
            True,
        ),  # 9 is on our clock, 5 on theirs
        (resolved(), resolved(), False),  # a repeat
        (resolved(), resolved(until=9), False),  # over is over
        (resolved(), firing(), False),  # the beginning of the episode that is over, late
        (resolved(), firing(since=-9), False),  # that of an earlier one
        (resolved(), firing(since=9), True),  # fires again
    ],
)
def test_only_what_is_new_changes(known: Alert, later: Alert, changes: bool) -> None:
    """Repeats and late words change nothing, however often they come."""
    assert changes is later.changes(known)


def test_no_alert_changes_itself() -> None:
    """A body sent twice is the same as sent once."""
    assert not any(alert.changes(alert) for alert in (firing(), resolved(), firing("b", 9)))


def test_a_name_among_all_sources() -> None:
    """Two sources may use the same fingerprint."""
    assert "s:a" == firing().key
    assert "t:a" == replace(firing(), source="t").key
    assert (True, False) == (firing().firing, resolved().firing)


def test_sev1_is_the_worst() -> None:
    """Each is worse than the next, and none than itself."""
    assert [1, 2, 3, 4] == [severity.rank for severity in Severity]
    assert all(worse.worse_than(milder) for worse, milder in pairwise(Severity))
    assert not any(milder.worse_than(worse) for worse, milder in pairwise(Severity))
    assert not any(severity.worse_than(severity) for severity in Severity)
