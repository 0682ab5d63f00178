"""Which of an incident's needs each event meets: everything that counts as progress, on one page."""

from typing import assert_never

from bot.domain import events
from bot.domain.escalation.ladder import Need
from bot.domain.vocabulary import HypothesisVerdict, ProbeVerdict, Role, StepOutcome


def needs_met_by(event: events.AnyEvent) -> tuple[Need, ...]:
    """Return the needs that `event` meets."""
    match event:
        case events.RoleAssigned():
            return (Need.COMMANDER,) if event.role == Role.COMMANDER else ()
        case (
            events.UpdatePosted()
            | events.NoteAdded()
            | events.ImpactDescribed()
            | events.SeverityChanged()
            | events.StatusChanged()
        ):
            return () if event.by == events.FIRSTCHECK else (Need.UPDATE,)
        case events.HypothesisOpened():
            return (Need.LEAD,)
        case (
            events.HypothesisClosed(verdict=HypothesisVerdict.CONFIRMED)
            | events.ProbeFinished(verdict=ProbeVerdict.WRONG)
            | events.StepFinished(outcome=StepOutcome.FOUND)
        ):
            return (Need.HYPOTHESIS, Need.LEAD)
        case events.CauseNamed():
            return (Need.UPDATE, Need.HYPOTHESIS, Need.LEAD)
        case events.CauseWithdrawn():
            return (Need.UPDATE,)
        case _ if isinstance(event, events.MeetsNoNeed):
            return ()
        case _:
            assert_never(event)
