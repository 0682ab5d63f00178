"""The cause as steps, hypotheses and people name it, and what follows when it is taken back."""

from collections.abc import Iterator
from datetime import datetime

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain.errors import Refused, said
from bot.domain.incident.incident import Incident
from bot.domain.incident.investigation import Hypothesis
from bot.domain.runbooks.runbook import Step
from bot.domain.vocabulary import Outcome, Status, Verdict


def of_step(step: Step, evidence: str, by: str, at: datetime) -> e.CauseNamed:
    """Return the cause that a step found."""
    text = ": ".join(filter(None, (step.cause or step.title, evidence)))
    return e.CauseNamed(at=at, by=by, text=text, area=step.area, step=step.id)


def of_hypothesis(known: Hypothesis, by: str, at: datetime) -> e.CauseNamed:
    """Return the cause that a confirmed hypothesis is."""
    return e.CauseNamed(at=at, by=by, text=known.text, area=known.area, hypothesis=known.number)


def named(i: Incident, command: c.NameCause | c.TakeBackCause, at: datetime) -> Iterator[e.AnyEvent]:
    """Yield what people say of the cause: it, or other words for it, or that it is not."""
    if isinstance(command, c.TakeBackCause):
        yield from _not_the_cause(i, command, at)
        return
    text = said(command.text, "cause the signing key was the old one")
    # Better words for it do not say that it lies elsewhere.
    area = command.area or (i.cause.area if i.cause else None)
    known = i.cause and (i.cause.text, i.cause.area, i.cause.detail)
    if known != (text, area, command.detail):
        yield e.CauseNamed(at=at, by=command.by, text=text, area=area, detail=command.detail)
    if known is None:
        yield from identified(i, text, command.by, at)


def _not_the_cause(i: Incident, command: c.TakeBackCause, at: datetime) -> Iterator[e.AnyEvent]:
    if i.cause is None:
        raise Refused(f"No cause of {i.name} is named, so there is none to take back.")
    if i.cause.step:
        raise Refused(f"A step shows the cause: {way_back(i.cause)} takes it back.")
    if i.cause.hypothesis:
        raise Refused(f"A hypothesis is the cause: {way_back(i.cause)} takes it back.")
    yield e.CauseTakenBack(at=at, by=command.by, reason=command.reason)
    yield from taken_back(i, command.reason, command.by, at)


def way_back(cause: e.CauseNamed) -> str:
    """Return what takes a cause back, as it is typed."""
    if cause.step:
        return f"`/incident clear {cause.step}: why`"
    return (
        f"`/incident refuted {cause.hypothesis} why`" if cause.hypothesis else "`/incident cause none: why`"
    )


def identified(i: Incident, note: str, by: str, at: datetime) -> Iterator[e.StatusChanged]:
    """Yield that the search is over, where it was on."""
    if i.status is Status.INVESTIGATING:
        yield e.StatusChanged(at=at, by=by, status=Status.IDENTIFIED, note=note)


def taken_back(i: Incident, why: str, by: str, at: datetime) -> Iterator[e.AnyEvent]:
    """Yield what follows when what named the cause is not held for it any more: another's, or more search."""
    other = next(_others(i, by, at), None)
    if other:
        yield other
    elif i.status is Status.IDENTIFIED:
        yield e.StatusChanged(at=at, by=by, status=Status.INVESTIGATING, note=why)


def _others(i: Incident, by: str, at: datetime) -> Iterator[e.CauseNamed]:
    """Yield the causes of what else found one or was confirmed."""
    named = (i.cause.step, i.cause.hypothesis) if i.cause else ("", 0)
    for step in i.steps_in_order:
        state = i.state_of(step.id)
        if step.id != named[0] and state.outcome is Outcome.FOUND:
            yield of_step(step, state.evidence, by, at)
    for known in i.hypotheses.values():
        if known.number != named[1] and known.verdict is Verdict.CONFIRMED:
            yield of_hypothesis(known, by, at)
