"""Handles causes that steps find, that hypotheses confirm, or that people record, reword or withdraw."""

from collections.abc import Iterator
from datetime import datetime

from bot.domain import commands, events
from bot.domain.errors import Hint, Refused, require_text
from bot.domain.incident.hypothesis import Hypothesis
from bot.domain.incident.incident import Incident
from bot.domain.runbooks.runbook import Step
from bot.domain.vocabulary import Status

CauseCommand = commands.NameCause | commands.WithdrawCause


def cause_from_step(step: Step, evidence: str, by: str, at: datetime) -> events.CauseNamed:
    """Return the cause that a step found."""
    text = ": ".join(filter(None, (step.cause or step.title, evidence)))
    return events.CauseNamed(at=at, by=by, text=text, area=step.area, step=step.id)


def cause_from_hypothesis(hypothesis: Hypothesis, by: str, at: datetime) -> events.CauseNamed:
    """Return a confirmed hypothesis as the cause. A guessed area is not part of it."""
    return events.CauseNamed(
        at=at, by=by, text=hypothesis.text, area=hypothesis.known_area, hypothesis=hypothesis.number
    )


def decide_cause(incident: Incident, command: CauseCommand, at: datetime) -> Iterator[events.AnyEvent]:
    """Yield the events of a cause that people record, reword or withdraw. Raise Refused if it is invalid."""
    if isinstance(command, commands.WithdrawCause):
        yield from _withdrawn(incident, command, at)
        return
    text = require_text(command.text, "cause", "the signing key was the old one")
    cause = incident.investigation.cause
    # A new wording keeps the area, unless the command has one.
    area = command.area or (cause.area if cause else None)
    if cause is None or (cause.text, cause.area, cause.detail) != (text, area, command.detail):
        yield events.CauseNamed(at=at, by=command.by, text=text, area=area, detail=command.detail)
    if cause is None:
        yield from identified(incident, text, command.by, at)


def _withdrawn(
    incident: Incident, command: commands.WithdrawCause, at: datetime
) -> Iterator[events.AnyEvent]:
    if incident.investigation.cause is None:
        raise Refused(f"{incident.name} has no cause to withdraw.")
    yield events.CauseWithdrawn(at=at, by=command.by, reason=command.reason)
    yield from resumed(incident, command.reason, command.by, at)


def withdrawal(cause: events.CauseNamed) -> Hint:
    """Return the hint that withdraws a cause, and rules out the step or hypothesis that it came from."""
    purpose = "To withdraw it"
    if cause.step:
        return Hint(purpose, "clear", f"{cause.step}: why")
    if cause.hypothesis:
        return Hint(purpose, "refuted", f"{cause.hypothesis} why")
    return Hint(purpose, "cause", "none: why")


def identified(incident: Incident, note: str, by: str, at: datetime) -> Iterator[events.StatusChanged]:
    """Yield the change to identified, if the incident is investigating."""
    if incident.status is Status.INVESTIGATING:
        yield events.StatusChanged(at=at, by=by, status=Status.IDENTIFIED, note=note)


def resumed(incident: Incident, why: str, by: str, at: datetime) -> Iterator[events.StatusChanged]:
    """Yield the change back to investigating, if the incident was identified.

    Another step that was marked as the cause does not become the cause: the person who withdrew one cause
    has not named another.
    """
    if incident.status is Status.IDENTIFIED:
        yield events.StatusChanged(at=at, by=by, status=Status.INVESTIGATING, note=why)
