"""Handles causes that steps find, that hypotheses confirm, or that people record, reword or withdraw."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bot.domain import commands, events
from bot.domain.errors import Hint, Refused, require_text
from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import Status

CauseCommand = commands.NameCause | commands.WithdrawCause


def renewed(
    cause: events.CauseNamed | None, before: events.CauseNamed, now: events.CauseNamed
) -> events.CauseNamed:
    """Return `now`, what a source says about the cause, but keep other words that people gave the cause.

    `before` is what the same source said before.
    """
    is_reworded = cause is not None and _source(cause) == _source(now) and cause.text != before.text
    return replace(cause, at=now.at, by=now.by) if cause and is_reworded else now


def _source(cause: events.CauseNamed) -> tuple[str, int]:
    return cause.step, cause.hypothesis


def decide_cause(incident: Incident, command: CauseCommand, at: datetime) -> Iterator[events.AnyEvent]:
    """Yield the events of a cause that people record, reword or withdraw. Raise Refused if it is invalid."""
    if isinstance(command, commands.WithdrawCause):
        yield from _withdrawn(incident, command, at)
        return
    text = require_text(command.text, "cause", "the signing key was the old one")
    cause = incident.investigation.cause
    named = events.CauseNamed(at=at, by=command.by, text=text, area=command.area, detail=command.detail)
    if cause is None:
        yield named
        yield from identified(incident, text, command.by, at)
        return
    area = command.area or cause.area
    if cause.area in {None, area}:  # other words for the same cause
        detail = command.detail or cause.detail
        named = replace(cause, at=at, by=command.by, text=text, area=area, detail=detail)
    if replace(cause, at=at, by=command.by) != named:
        yield named


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
