"""The cause as steps, hypotheses and people name it, and what follows when it is taken back."""

from collections.abc import Iterator
from datetime import datetime

from bot.domain import commands, events
from bot.domain.errors import Refused, require_text
from bot.domain.incident.hypothesis import Hypothesis
from bot.domain.incident.incident import Incident
from bot.domain.runbooks.runbook import Step
from bot.domain.vocabulary import HypothesisVerdict, Status, StepOutcome


def cause_from_step(step: Step, evidence: str, by: str, at: datetime) -> events.CauseNamed:
    """Return the cause that a step found."""
    text = ": ".join(filter(None, (step.cause or step.title, evidence)))
    return events.CauseNamed(at=at, by=by, text=text, area=step.area, step=step.id)


def cause_from_hypothesis(known: Hypothesis, by: str, at: datetime) -> events.CauseNamed:
    """Return the cause that a confirmed hypothesis is."""
    return events.CauseNamed(at=at, by=by, text=known.text, area=known.area, hypothesis=known.number)


def decide_cause(
    incident: Incident, command: commands.NameCause | commands.TakeBackCause, at: datetime
) -> Iterator[events.AnyEvent]:
    """Yield what people say of the cause: it, or other words for it, or that it is not."""
    if isinstance(command, commands.TakeBackCause):
        yield from _not_the_cause(incident, command, at)
        return
    text = require_text(command.text, "cause the signing key was the old one")
    # Better words for it do not say that it lies elsewhere.
    area = command.area or (incident.investigation.cause.area if incident.investigation.cause else None)
    known = incident.investigation.cause and (
        incident.investigation.cause.text,
        incident.investigation.cause.area,
        incident.investigation.cause.detail,
    )
    if known != (text, area, command.detail):
        yield events.CauseNamed(at=at, by=command.by, text=text, area=area, detail=command.detail)
    if known is None:
        yield from identified(incident, text, command.by, at)


def _not_the_cause(
    incident: Incident, command: commands.TakeBackCause, at: datetime
) -> Iterator[events.AnyEvent]:
    if incident.investigation.cause is None:
        raise Refused(f"No cause of {incident.name} is named, so there is none to take back.")
    if incident.investigation.cause.step:
        raise Refused(f"A step shows the cause: {undo_hint(incident.investigation.cause)} takes it back.")
    if incident.investigation.cause.hypothesis:
        raise Refused(f"A hypothesis is the cause: {undo_hint(incident.investigation.cause)} takes it back.")
    yield events.CauseTakenBack(at=at, by=command.by, reason=command.reason)
    yield from taken_back(incident, command.reason, command.by, at)


def undo_hint(cause: events.CauseNamed) -> str:
    """Return what takes a cause back, as it is typed."""
    if cause.step:
        return f"`/incident clear {cause.step}: why`"
    return (
        f"`/incident refuted {cause.hypothesis} why`" if cause.hypothesis else "`/incident cause none: why`"
    )


def identified(incident: Incident, note: str, by: str, at: datetime) -> Iterator[events.StatusChanged]:
    """Yield that the search is over, where it was on."""
    if incident.status is Status.INVESTIGATING:
        yield events.StatusChanged(at=at, by=by, status=Status.IDENTIFIED, note=note)


def taken_back(incident: Incident, why: str, by: str, at: datetime) -> Iterator[events.AnyEvent]:
    """Yield what follows when what named the cause is not held for it any more: another's, or more search."""
    other = next(_others(incident, by, at), None)
    if other:
        yield other
    elif incident.status is Status.IDENTIFIED:
        yield events.StatusChanged(at=at, by=by, status=Status.INVESTIGATING, note=why)


def _others(incident: Incident, by: str, at: datetime) -> Iterator[events.CauseNamed]:
    """Yield the causes of what else found one or was confirmed."""
    named = (
        (incident.investigation.cause.step, incident.investigation.cause.hypothesis)
        if incident.investigation.cause
        else ("", 0)
    )
    for step in incident.investigation.steps_in_order:
        state = incident.investigation.state_of(step.id)
        if step.id != named[0] and state.outcome is StepOutcome.FOUND:
            yield cause_from_step(step, state.evidence, by, at)
    for known in incident.investigation.hypotheses.values():
        if known.number != named[1] and known.verdict is HypothesisVerdict.CONFIRMED:
            yield cause_from_hypothesis(known, by, at)
