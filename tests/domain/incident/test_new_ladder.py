"""After a change of severity, the new ladder does not call the same people again."""

from dataclasses import replace

from bot.domain import events
from bot.domain.escalation.ladder import Need, Rung
from bot.domain.vocabulary import Severity
from tests.domain.given import DECLARED, at
from tests.domain.incident.test_progress_clock import CHOSEN, UPDATE, dues


def test_a_higher_severity_has_its_own_ladder() -> None:
    """No rung of a new ladder is due before the change, and people called for a need are not called again."""
    climbed = events.EscalationDue(at=at(20), rung=UPDATE, lack=Need.UPDATE, due_at=at(20))
    graded = events.SeverityChanged(at=at(28), severity=DECLARED.severity)
    worse = events.LadderChosen(
        at=at(28),
        rungs=(Rung(after_minutes=1, unless=Need.UPDATE), Rung(after_minutes=2, unless=Need.RELIEF)),
    )

    assert [None, 28] == dues(climbed, graded, worse)
    assert [28, 28] == dues(graded, worse)


def test_a_severity_that_returns_calls_nobody_again() -> None:
    """A ladder that returns does not repeat the calls it made before."""
    rung = Rung(after_minutes=10, unless=Need.COMMANDER, who=("oncall",))
    twice = events.LadderChosen(at=at(0), rungs=(rung, replace(rung, after_minutes=20)))
    climbed = events.EscalationDue(at=at(10), rung=1, lack=Need.COMMANDER, due_at=at(10))
    lower = (events.SeverityChanged(at=at(12), severity=Severity.SEV3), replace(CHOSEN, at=at(12)))
    back = (events.SeverityChanged(at=at(13), severity=DECLARED.severity), replace(twice, at=at(13)))

    assert [None, 20] == dues(twice, climbed, *lower, *back)
