"""Handles commands on hypotheses: open, move, extend, hand over and close. Suggests quicker checks."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import assert_never

from bot.domain import commands, events
from bot.domain.errors import Refused, require_text
from bot.domain.incident.causes import cause_from_hypothesis
from bot.domain.incident.hypothesis import Hypothesis
from bot.domain.incident.incident import Incident
from bot.domain.insights.coverage import EXPENSIVE_AREAS, cheaper_unchecked_steps
from bot.domain.rules.decide import causes
from bot.domain.rules.decide.words import keep_words
from bot.domain.runbooks.area_keywords import guess_area
from bot.domain.text.times import duration
from bot.domain.vocabulary import Area, HypothesisVerdict

#: The longest time limit.
MAX_MINUTES = 24 * 60

_Continuation = commands.ExtendHypothesis | commands.HandOverHypothesis | commands.RequestSideChannel
HypothesisWork = _Continuation | commands.OpenHypothesis | commands.MuteHints
ExistingHypothesis = _Continuation | commands.ChangeHypothesisArea | commands.CloseHypothesis
HypothesisCommand = HypothesisWork | ExistingHypothesis


def decide_hypothesis(
    incident: Incident, command: HypothesisCommand, at: datetime
) -> Iterator[events.AnyEvent]:
    """Yield the events of a command about hypotheses. Raise Refused if it isn't possible now."""
    if isinstance(command, commands.OpenHypothesis):
        yield from _opened(incident, command, at)
        return
    if isinstance(command, commands.MuteHints):
        if not incident.investigation.hints_muted:
            yield events.HintsMuted(at=at, by=command.by)
        yield from keep_words(incident, command.by, command.note, at)
        return
    hypothesis = incident.investigation.hypotheses.get(command.number)
    if hypothesis is None:
        numbers = ", ".join(map(str, incident.investigation.hypotheses)) or "none yet"
        raise Refused(f"{incident.name} has no hypothesis {command.number}. Its hypotheses: {numbers}.")
    if isinstance(command, commands.CloseHypothesis):
        yield from _closed(incident, hypothesis, command, at)
    else:
        yield from _continued(incident, hypothesis, command, at)


def _continued(
    incident: Incident,
    hypothesis: Hypothesis,
    command: _Continuation | commands.ChangeHypothesisArea,
    at: datetime,
) -> Iterator[events.AnyEvent]:
    """Yield the events of a command about an open hypothesis. Raise Refused if it is closed."""
    number, by = command.number, command.by
    if hypothesis.verdict:
        raise Refused(f"Hypothesis {number} is already {hypothesis.verdict}. Open a new one to continue.")
    match command:
        case commands.ChangeHypothesisArea():
            if command.area is not hypothesis.area or hypothesis.is_guess:
                yield events.HypothesisAreaChanged(at=at, by=by, number=number, area=command.area)
                yield from _hint(incident, number, command.area, at)
        case commands.ExtendHypothesis():
            yield from _extended(hypothesis, command, at)
            yield from keep_words(incident, by, command.note, at)
        case commands.HandOverHypothesis():
            if command.owner != hypothesis.owner:
                yield events.HypothesisHandedOver(
                    at=at, by=by, number=number, owner=command.owner, minutes=commands.TIME_BOX_MINUTES
                )
            yield from keep_words(incident, by, command.note, at)
        case commands.RequestSideChannel():
            if not hypothesis.side_asked_by:
                yield events.SideChannelRequested(at=at, by=by, number=number)
        case _:
            assert_never(command)


def _opened(incident: Incident, command: commands.OpenHypothesis, at: datetime) -> Iterator[events.AnyEvent]:
    """Yield a new hypothesis, and a hint if there is a quicker check."""
    text = require_text(command.text, "suspect", "the pool is full")
    _require_time_box(command.minutes)
    known_area = command.area or guess_area(text)
    area = known_area or Area.CHANGE  # most outages follow a change
    number = len(incident.investigation.hypotheses) + 1
    yield events.HypothesisOpened(
        at=at,
        by=command.by,
        number=number,
        text=text,
        area=area,
        is_guess=known_area is None,
        owner=command.owner or command.by,
        minutes=command.minutes,
        refute=command.refute,
    )
    yield from _hint(incident, number, area, at)


def _extended(
    hypothesis: Hypothesis, command: commands.ExtendHypothesis, at: datetime
) -> Iterator[events.AnyEvent]:
    """Yield the extension unless it is a repeat. Raise Refused if it exceeds the longest time limit."""
    _require_time_box(command.minutes)
    left = hypothesis.ends_at - at
    if left > timedelta() and left + timedelta(minutes=command.minutes) > timedelta(minutes=MAX_MINUTES):
        text = f"Hypothesis {hypothesis.number} has {duration(left)} left."
        raise Refused(f"{text} Adding {command.minutes} min would exceed the limit of 1 day.")
    last = hypothesis.extended
    if last is None or (last.at, last.minutes) != (at, command.minutes):
        is_added = hypothesis.ends_at > at and not hypothesis.asked
        yield events.HypothesisExtended(
            at=at, by=command.by, number=hypothesis.number, minutes=command.minutes, is_added=is_added
        )


def _closed(
    incident: Incident, hypothesis: Hypothesis, command: commands.CloseHypothesis, at: datetime
) -> Iterator[events.AnyEvent]:
    cause, is_confirmed = incident.investigation.cause, command.verdict is HypothesisVerdict.CONFIRMED
    if hypothesis.verdict is command.verdict and command.evidence.strip() in {"", hypothesis.evidence}:
        if is_confirmed and incident.takes_as_cause(hypothesis=hypothesis.number):
            yield from _as_cause(incident, hypothesis, command.by, at)
        return
    yield events.HypothesisClosed(
        at=at, by=command.by, number=command.number, verdict=command.verdict, evidence=command.evidence
    )
    if is_confirmed:
        yield from _as_cause(incident, hypothesis, command.by, at)
    elif cause and cause.hypothesis == hypothesis.number:
        ended = "is parked" if command.verdict is HypothesisVerdict.PARKED else "is not the cause"
        yield from causes.resumed(incident, f"hypothesis {hypothesis.number} {ended}", command.by, at)


def _as_cause(incident: Incident, hypothesis: Hypothesis, by: str, at: datetime) -> Iterator[events.AnyEvent]:
    """Yield the confirmed hypothesis as the cause, unless there is another, and the change to identified."""
    if incident.takes_as_cause(hypothesis=hypothesis.number):
        confirmed = cause_from_hypothesis(hypothesis, by, at)
        yield causes.renewed(incident.investigation.cause, confirmed, confirmed)
    yield from causes.identified(incident, hypothesis.text, by, at)


def _hint(incident: Incident, number: int, area: Area, at: datetime) -> Iterator[events.HintGiven]:
    """Yield a hint, once per area, if a quicker check is left and the cause is not known yet."""
    if (
        area not in EXPENSIVE_AREAS
        or area in incident.investigation.hinted_areas
        or incident.investigation.hints_muted
        or incident.investigation.cause
        or not incident.status.has_impact
    ):
        return
    steps = cheaper_unchecked_steps(incident, area)
    if steps:
        areas = tuple(dict.fromkeys(step.area for step in steps))
        yield events.HintGiven(at=at, number=number, areas=areas, step=steps[0].id)


def _require_time_box(minutes: int) -> None:
    if not 1 <= minutes <= MAX_MINUTES:
        raise Refused(
            f"A time limit can't be {minutes} min. Enter 1 to {MAX_MINUTES} minutes, such as `10m`."
        )
