"""What becomes of suspicions: opened, placed, given time, handed over, settled; and the nudge beside them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import assert_never

from bot.domain import commands as c
from bot.domain import events as e
from bot.domain.errors import Refused, said
from bot.domain.incident.incident import Incident
from bot.domain.incident.investigation import Hypothesis
from bot.domain.insights.coverage import DEAR, cheaper
from bot.domain.rules.decide import causes
from bot.domain.runbooks.area_keywords import guess_area
from bot.domain.text.times import duration
from bot.domain.vocabulary import Area, Verdict

#: The longest time-box; more is a project.
MAX_MINUTES = 24 * 60

Follow = c.PlaceHypothesis | c.ExtendHypothesis | c.HandOverHypothesis | c.AskSideChannel | c.CloseHypothesis
Suspecting = c.OpenHypothesis | c.MuteNudges | Follow


def decided(i: Incident, command: Suspecting, at: datetime) -> Iterator[e.AnyEvent]:
    """Yield what a command about suspicions makes of them. Raises Refused."""
    match command:
        case c.OpenHypothesis():
            yield from _opened(i, command, at)
        case c.MuteNudges():
            if not i.nudges_muted:
                yield e.NudgesMuted(at=at, by=command.by)
        case _:
            yield from _followed(i, command, at)


def _opened(i: Incident, command: c.OpenHypothesis, at: datetime) -> Iterator[e.AnyEvent]:
    """Yield a new suspicion, and the nudge it calls forth."""
    text = said(command.text, "suspect the pool is full")
    _refuse_odd(command.minutes)
    told = command.area or guess_area(text)
    area = told or Area.CHANGE  # most outages follow one
    number = len(i.hypotheses) + 1
    yield e.HypothesisOpened(
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
    yield from _nudge(i, number, area, at)


def _followed(i: Incident, command: Follow, at: datetime) -> Iterator[e.AnyEvent]:
    """Yield what becomes of a suspicion; a confirmed one names the cause."""
    known = i.hypotheses.get(command.number)
    if known is None:
        numbers = ", ".join(str(number) for number in i.hypotheses) or "none yet"
        raise Refused(f"There is no hypothesis {command.number} in {i.name} (there is: {numbers}).")
    if isinstance(command, c.CloseHypothesis):
        yield from _closed(i, known, command, at)
        return
    if known.verdict:
        raise Refused(f"Hypothesis {known.number} is {known.verdict} already. Open a new one to look again.")
    match command:
        case c.PlaceHypothesis():
            if command.area is not known.area or known.is_guess:
                yield e.HypothesisPlaced(at=at, by=command.by, number=known.number, area=command.area)
                yield from _nudge(i, known.number, command.area, at)
        case c.ExtendHypothesis():
            yield from _extended(known, command, at)
        case c.HandOverHypothesis():
            if command.owner != known.owner:
                yield e.HypothesisHandedOver(
                    at=at,
                    by=command.by,
                    number=known.number,
                    owner=command.owner,
                    minutes=c.TIME_BOX_MINUTES,
                )
        case c.AskSideChannel():
            if not known.side_asked_by:
                yield e.SideChannelAsked(at=at, by=command.by, number=known.number)
        case _:
            assert_never(command)


def _extended(known: Hypothesis, command: c.ExtendHypothesis, at: datetime) -> Iterator[e.AnyEvent]:
    """Yield more time than is left; at one moment the same is asked for once."""
    _refuse_odd(command.minutes)
    left = known.ends_at - at
    if left > timedelta() and left + timedelta(minutes=command.minutes) > timedelta(minutes=MAX_MINUTES):
        more = f"with {command.minutes} min more nobody would be asked within a day"
        raise Refused(f"Hypothesis {known.number} has {duration(left)} left; {more}.")
    last = known.extended
    if last is None or (last.at, last.minutes) != (at, command.minutes):
        yield e.HypothesisExtended(
            at=at,
            by=command.by,
            number=known.number,
            minutes=command.minutes,
            is_added=known.ends_at > at and not known.asked,
        )


def _closed(i: Incident, known: Hypothesis, command: c.CloseHypothesis, at: datetime) -> Iterator[e.AnyEvent]:
    if known.verdict is command.verdict and command.evidence.strip() in {"", known.evidence}:
        return
    yield e.HypothesisClosed(
        at=at,
        by=command.by,
        number=command.number,
        verdict=command.verdict,
        evidence=command.evidence,
    )
    if command.verdict is Verdict.CONFIRMED:
        if i.cause is None:
            yield causes.of_hypothesis(known, command.by, at)
        yield from causes.identified(i, known.text, command.by, at)
    elif i.cause and i.cause.hypothesis == known.number:
        ended = "is parked" if command.verdict is Verdict.PARKED else "is not the cause"
        yield from causes.taken_back(i, f"hypothesis {known.number} {ended}", command.by, at)


def _nudge(i: Incident, number: int, area: Area, at: datetime) -> Iterator[e.NudgeGiven]:
    """Say once per area that something cheaper is unchecked, while that can still help."""
    if area not in DEAR or area in i.nudged or i.nudges_muted or i.cause or not i.status.hurting:
        return
    steps = cheaper(i, area)
    if steps:
        areas = tuple(dict.fromkeys(step.area for step in steps))
        yield e.NudgeGiven(at=at, number=number, areas=areas, step=steps[0].id)


def _refuse_odd(minutes: int) -> None:
    if not 1 <= minutes <= MAX_MINUTES:
        raise Refused(f"A time-box of {minutes} min? Say 1 to {MAX_MINUTES}, for example `10m`.")
