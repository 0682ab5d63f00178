"""What a step or a hypothesis says about the cause."""

from datetime import datetime

from bot.domain import events
from bot.domain.incident.hypothesis import Hypothesis
from bot.domain.runbooks.runbook import Step


def cause_from_step(step: Step, evidence: str, by: str, at: datetime) -> events.CauseNamed:
    """Return the cause that a step found."""
    text = ": ".join(filter(None, (step.cause or step.title, evidence)))
    return events.CauseNamed(at=at, by=by, text=text, area=step.area, step=step.id)


def cause_from_hypothesis(hypothesis: Hypothesis, by: str, at: datetime) -> events.CauseNamed:
    """Return a confirmed hypothesis as the cause. A guessed area is not part of it."""
    return events.CauseNamed(
        at=at, by=by, text=hypothesis.text, area=hypothesis.known_area, hypothesis=hypothesis.number
    )
