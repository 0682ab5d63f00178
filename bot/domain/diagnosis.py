"""Finding the cause: what becomes of suspicions and of the runbook's steps."""

from collections.abc import Iterator
from datetime import datetime
from typing import assert_never

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain.errors import Refused, said
from bot.domain.hypotheses import guess_area
from bot.domain.incident import Incident
from bot.domain.runbook import Outcome, Step
from bot.domain.words import Status, Verdict


def hypothesis(
    i: Incident, command: c.OpenHypothesis | c.CloseHypothesis, at: datetime
) -> Iterator[e.AnyEvent]:
    """Yield what becomes of a suspicion; a confirmed one names the cause. Raises Refused."""
    match command:
        case c.OpenHypothesis():
            text = said(command.text)
            yield e.HypothesisOpened(
                at=at,
                by=command.by,
                number=len(i.hypotheses) + 1,
                text=text,
                area=command.area or guess_area(text),
                owner=command.owner or command.by,
                minutes=command.minutes,
            )
        case c.CloseHypothesis():
            known = i.hypotheses.get(command.number)
            if known is None:
                numbers = ", ".join(str(number) for number in i.hypotheses) or "none yet"
                raise Refused(f"There is no hypothesis {command.number} in {i.name} (there is: {numbers}).")
            if known.verdict is command.verdict:
                return
            yield e.HypothesisClosed(
                at=at,
                by=command.by,
                number=command.number,
                verdict=command.verdict,
                evidence=command.evidence,
            )
            if command.verdict is Verdict.CONFIRMED and i.cause is None:
                yield e.CauseNamed(at=at, by=command.by, text=known.text, area=known.area)
        case _:
            assert_never(command)


def step_of_runbook(i: Incident, command: c.AskProbe | c.FinishStep, at: datetime) -> Iterator[e.AnyEvent]:
    """Yield what becomes of a step. Raises Refused when the runbook has no such step, or no probe for it."""
    step = i.runbook.step(command.step) if i.runbook else None
    if step is None:
        raise Refused(f"The runbook of {i.name} has no step {command.step!r}.")
    match command:
        case c.AskProbe():
            if step.probe is None:
                raise Refused(f"{step.title!r} has no probe; look by hand.")
            yield e.ProbeAsked(at=at, by=command.by, step=step.id)
        case c.FinishStep():
            yield from _finish_step(i, step, command, at)
        case _:
            assert_never(command)


def _finish_step(i: Incident, step: Step, command: c.FinishStep, at: datetime) -> Iterator[e.AnyEvent]:
    state = i.state_of(step.id)
    if state.outcome is command.outcome:
        return
    if command.outcome is Outcome.SKIPPED and not command.evidence.strip():
        raise Refused("Say why the step is skipped; it stays visible in the postmortem.")
    evidence = command.evidence or state.probe_evidence
    yield e.StepFinished(at=at, by=command.by, step=step.id, outcome=command.outcome, evidence=evidence)
    if command.outcome is Outcome.FOUND:
        if i.cause is None:
            yield e.CauseNamed(
                at=at,
                by=command.by,
                text=": ".join(filter(None, (step.cause or step.title, evidence))),
                area=step.area,
            )
        if i.status is Status.INVESTIGATING:
            yield e.StatusChanged(at=at, by=command.by, status=Status.IDENTIFIED, note=step.title)
