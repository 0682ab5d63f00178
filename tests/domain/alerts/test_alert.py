"""One alert: what a later state of it changes, and how severities compare."""

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
        ),  # 9 is our time, 5 is the sender's
        (resolved(), resolved(), False),  # a repeat
        (resolved(), resolved(until=9), False),  # a resolved alert stays resolved
        (resolved(), firing(), False),  # a late delivery of the firing that has resolved
        (resolved(), firing(since=-9), False),  # a late delivery of an earlier firing
        (resolved(), firing(since=9), True),  # fires again
    ],
)
def test_only_a_new_state_changes_an_alert(stored: Alert, later: Alert, changes: bool) -> None:
    """An alert changes only with a new state. Repeats and late deliveries change nothing."""
    assert changes is later.changes(stored)


def test_no_alert_changes_itself() -> None:
    """An alert that is delivered twice changes nothing the second time."""
    assert not any(alert.changes(alert) for alert in (firing(), resolved(), firing("b", 9)))


def test_the_key_includes_the_source() -> None:
    """The key of an alert includes its source, because two sources may use the same fingerprint."""
    assert "s:a" == firing().key
    assert "t:a" == replace(firing(), source="t").key
    assert (True, False) == (firing().firing, resolved().firing)


def test_sev1_is_the_highest() -> None:
    """Each severity is worse than the next one, and no severity is worse than itself."""
    assert [1, 2, 3, 4] == [severity.rank for severity in Severity]
    assert all(worse.worse_than(milder) for worse, milder in pairwise(Severity))
    assert not any(milder.worse_than(worse) for worse, milder in pairwise(Severity))
    assert not any(severity.worse_than(severity) for severity in Severity)
