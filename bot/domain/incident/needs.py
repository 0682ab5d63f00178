"""Which needs an event meets."""

from bot.domain import events
from bot.domain.escalation.ladder import Need
from bot.domain.vocabulary import HypothesisVerdict, ProbeVerdict, Role, StepOutcome


def needs_met_by(event: events.AnyEvent) -> tuple[Need, ...]:
    """Return what is lacking no more after `event`: all that counts as progress, on one page."""
    match event:
        case events.RoleAssigned(role=Role.COMMANDER):
            return (Need.COMMANDER,)
        case (
            events.UpdateGiven()
            | events.NoteAdded()
            | events.ImpactDescribed()
            | events.SeverityChanged()
            | events.StatusChanged()
        ):
            return () if event.by == events.FIRSTCHECK else (Need.UPDATE,)
        case events.HypothesisOpened():
            return (Need.LEAD,)
        case events.HypothesisClosed(verdict=HypothesisVerdict.CONFIRMED):
            return (Need.HYPOTHESIS, Need.LEAD)
        case (
            events.ProbeFinished(verdict=ProbeVerdict.WRONG) | events.StepFinished(outcome=StepOutcome.FOUND)
        ):
            return (Need.HYPOTHESIS, Need.LEAD)
        case events.CauseNamed():
            return (Need.UPDATE, Need.HYPOTHESIS, Need.LEAD)
        case events.CauseTakenBack():
            return (Need.UPDATE,)
        case _:
            # Relief comes when the incident is mitigated, which stops the clock as a whole.
            return ()
