"""What becomes of suspicions: opened, placed, given time, handed over, settled; and the nudge beside them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import assert_never

from bot.domain import commands, events
from bot.domain.errors import Refused, require_text
from bot.domain.incident.hypothesis import Hypothesis
from bot.domain.incident.incident import Incident
from bot.domain.insights.coverage import EXPENSIVE_AREAS, cheaper_unchecked_steps
from bot.domain.rules.decide import causes
from bot.domain.runbooks.area_keywords import guess_area
from bot.domain.text.times import duration
from bot.domain.vocabulary import Area, HypothesisVerdict

#: The longest time-box; more is a project.
MAX_MINUTES = 24 * 60

ExistingHypothesis = (
    commands.PlaceHypothesis
    | commands.ExtendHypothesis
    | commands.HandOverHypothesis
    | commands.AskSideChannel
    | commands.CloseHypothesis
)
HypothesisCommand = commands.OpenHypothesis | commands.MuteNudges | ExistingHypothesis


def decide_hypothesis(
    incident: Incident, command: HypothesisCommand, at: datetime
) -> Iterator[events.AnyEvent]:
    """Yield what a command about suspicions makes of them. Raises Refused."""
    match command:
        case commands.OpenHypothesis():
            yield from _opened(incident, command, at)
        case commands.MuteNudges():
            if not incident.investigation.hints_muted:
                yield events.NudgesMuted(at=at, by=command.by)
        case _:
            yield from _followed(incident, command, at)


def _opened(incident: Incident, command: commands.OpenHypothesis, at: datetime) -> Iterator[events.AnyEvent]:
    """Yield a new suspicion, and the nudge it calls forth."""
    text = require_text(command.text, "suspect the pool is full")
    _refuse_odd(command.minutes)
    told = command.area or guess_area(text)
    area = told or Area.CHANGE  # most outages follow one
    number = len(incident.investigation.hypotheses) + 1
    yield events.HypothesisOpened(
        at=at,
        by=command.by,
        number=number,
        text=text,
        area=area,
        is_guess=told is None,
        owner=command.owner or command.by,
        minutes=command.minutes,
        refute=command.refute,
    )
    yield from _nudge(incident, number, area, at)


def _followed(incident: Incident, command: ExistingHypothesis, at: datetime) -> Iterator[events.AnyEvent]:
    """Yield what becomes of a suspicion; a confirmed one names the cause."""
    known = incident.investigation.hypotheses.get(command.number)
    if known is None:
        numbers = ", ".join(str(number) for number in incident.investigation.hypotheses) or "none yet"
        raise Refused(f"There is no hypothesis {command.number} in {incident.name} (there is: {numbers}).")
    if isinstance(command, commands.CloseHypothesis):
        yield from _closed(incident, known, command, at)
        return
    if known.verdict:
        raise Refused(f"Hypothesis {known.number} is {known.verdict} already. Open a new one to look again.")
    match command:
        case commands.PlaceHypothesis():
            if command.area is not known.area or known.is_guess:
                yield events.HypothesisPlaced(at=at, by=command.by, number=known.number, area=command.area)
                yield from _nudge(incident, known.number, command.area, at)
        case commands.ExtendHypothesis():
            yield from _extended(known, command, at)
        case commands.HandOverHypothesis():
            if command.owner != known.owner:
                yield events.HypothesisHandedOver(
                    at=at,
                    by=command.by,
                    number=known.number,
                    owner=command.owner,
                    minutes=commands.TIME_BOX_MINUTES,
                )
        case commands.AskSideChannel():
            if not known.side_asked_by:
                yield events.SideChannelAsked(at=at, by=command.by, number=known.number)
        case _:
            assert_never(command)


def _extended(
    known: Hypothesis, command: commands.ExtendHypothesis, at: datetime
) -> Iterator[events.AnyEvent]:
    """Yield more time than is left; at one moment the same is asked for once."""
    _refuse_odd(command.minutes)
    left = known.ends_at - at
    if left > timedelta() and left + timedelta(minutes=command.minutes) > timedelta(minutes=MAX_MINUTES):
        more = f"with {command.minutes} min more nobody would be asked within a day"
        raise Refused(f"Hypothesis {known.number} has {duration(left)} left; {more}.")
    last = known.extended
    if last is None or (last.at, last.minutes) != (at, command.minutes):
        yield events.HypothesisExtended(
            at=at,
            by=command.by,
            number=known.number,
            minutes=command.minutes,
            is_added=known.ends_at > at and not known.asked,
        )


def _closed(
    incident: Incident, known: Hypothesis, command: commands.CloseHypothesis, at: datetime
) -> Iterator[events.AnyEvent]:
    if known.verdict is command.verdict and command.evidence.strip() in {"", known.evidence}:
        return
    yield events.HypothesisClosed(
        at=at,
        by=command.by,
        number=command.number,
        verdict=command.verdict,
        evidence=command.evidence,
    )
    if command.verdict is HypothesisVerdict.CONFIRMED:
        if incident.investigation.cause is None:
            yield causes.cause_from_hypothesis(known, command.by, at)
        yield from causes.identified(incident, known.text, command.by, at)
    elif incident.investigation.cause and incident.investigation.cause.hypothesis == known.number:
        ended = "is parked" if command.verdict is HypothesisVerdict.PARKED else "is not the cause"
        yield from causes.taken_back(incident, f"hypothesis {known.number} {ended}", command.by, at)


def _nudge(incident: Incident, number: int, area: Area, at: datetime) -> Iterator[events.NudgeGiven]:
    """Say once per area that something cheaper is unchecked, while that can still help."""
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
        yield events.NudgeGiven(at=at, number=number, areas=areas, step=steps[0].id)


def _refuse_odd(minutes: int) -> None:
    if not 1 <= minutes <= MAX_MINUTES:
        raise Refused(f"A time-box of {minutes} min? Say 1 to {MAX_MINUTES}, for example `10m`.")
