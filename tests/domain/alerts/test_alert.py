"""One alert, what a later word on it changes, and how severities compare."""

from dataclasses import replace
from itertools import pairwise

import pytest

from bot.domain.alerts.alert import Alert
from bot.domain.vocabulary import Severity
from tests.domain.given import firing, resolved


@pytest.mark.parametrize(
    ("stored", "later", "changes"),
    [
        (firing(), firing(), False),  # a repeat
        (firing(), firing(since=9), False),  # fires while it fires
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
def test_only_what_is_new_changes(stored: Alert, later: Alert, changes: bool) -> None:
    """An alert changes only with a new state. Repeats and late deliveries change nothing."""
    assert changes is later.changes(stored)


def test_no_alert_changes_itself() -> None:
    """An alert that is delivered twice changes nothing the second time."""
    assert not any(alert.changes(alert) for alert in (firing(), resolved(), firing("b", 9)))


def test_a_name_among_all_sources() -> None:
    """The key of an alert includes its source, because two sources may use the same fingerprint."""
    assert "s:a" == firing().key
    assert "t:a" == replace(firing(), source="t").key
    assert (True, False) == (firing().firing, resolved().firing)


def test_sev1_is_the_worst() -> None:
    """Each severity is worse than the next one, and no severity is worse than itself."""
    assert [1, 2, 3, 4] == [severity.rank for severity in Severity]
    assert all(worse.worse_than(milder) for worse, milder in pairwise(Severity))
    assert not any(milder.worse_than(worse) for worse, milder in pairwise(Severity))
    assert not any(severity.worse_than(severity) for severity in Severity)
