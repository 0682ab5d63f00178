"""What stands after the words that search for the cause: hypotheses, steps, the board."""

import re

from bot.domain import commands as c
from bot.domain.errors import Refused
from bot.domain.runbook import Outcome, Step
from bot.domain.words import Verdict
from bot.slack import arguments
from bot.slack.asks import Ask, Show, ShowBoard, the_incident
from bot.slack.readers import person_in


def hypothesis(text: str, ask: Ask) -> c.AnyCommand:
    """Suspect a cause: `the pool is exhausted area:db 10m @ann refute:"p99 < 50 ms"`."""
    refute, rest = arguments.option(text, "refute")
    named, rest = arguments.option(rest, "area")
    rest, minutes, owner = arguments.trailing(rest)
    return c.OpenHypothesis(
        by=ask.person,
        text=rest,
        area=arguments.area(named) if named else None,
        owner=owner,
        minutes=c.TIME_BOX_MINUTES if minutes is None else minutes,
        refute=refute,
    )


def settle(text: str, ask: Ask, *, verdict: Verdict) -> c.AnyCommand:
    """Settle a hypothesis: "2 queries are fine"; it need not be named where only one is open."""
    number, evidence = _numbered(text, ask, f"{verdict} 1 what you saw")
    return c.CloseHypothesis(by=ask.person, number=number, verdict=verdict, evidence=evidence)


def extend(text: str, ask: Ask) -> c.AnyCommand:
    """Give a hypothesis more time: "1 10m"."""
    number, rest = _numbered(text, ask, "extend 1 10m")
    _, minutes, _ = arguments.trailing(rest)
    more = c.TIME_BOX_MINUTES if minutes is None else minutes
    return c.ExtendHypothesis(by=ask.person, number=number, minutes=more)


def hand_over(text: str, ask: Ask) -> c.AnyCommand:
    """Give a hypothesis to somebody else: "1 @ann"."""
    number, rest = _numbered(text, ask, "handover 1 @name")
    return c.HandOverHypothesis(by=ask.person, number=number, owner=person_in(rest, ask))


def place(text: str, ask: Ask) -> c.AnyCommand:
    """Say in which area a hypothesis lies: "1 database"."""
    number, rest = _numbered(text, ask, "area 1 database")
    return c.PlaceHypothesis(by=ask.person, number=number, area=arguments.area(rest))


def _numbered(text: str, ask: Ask, example: str) -> tuple[int, str]:
    """Return the number of the hypothesis that is meant, and the rest. Raises Refused when none is."""
    found = re.match(r"#?(\d{1,4})\b[:,]?\s*", text)
    if found:
        return int(found[1]), text[found.end() :]
    still_open = [known for known in the_incident(ask.incident).hypotheses.values() if known.verdict is None]
    if len(still_open) != 1:
        listed = "; ".join(f"{known.number} {known.text}" for known in still_open) or "none is open"
        raise Refused(f"Which hypothesis? `/incident {example}`. Open: {listed}.")
    return still_open[0].number, text


def finish(text: str, ask: Ask, *, outcome: Outcome) -> c.AnyCommand:
    """Finish the current step, or the one named: "[step] what you saw"."""
    step, evidence = _step(text, ask)
    return c.FinishStep(by=ask.person, step=step.id, outcome=outcome, evidence=evidence)


def take(text: str, ask: Ask) -> c.AnyCommand:
    """Look into the next step that nobody is on, or the one named, from now on."""
    step, rest = _step(text, ask)
    if text and rest == text:
        free = ", ".join(f"`{left.id}`" for left in the_incident(ask.incident).free_steps) or "none"
        raise Refused(f"There is no step {text!r}. Free are: {free}.")
    return c.TakeStep(by=ask.person, step=step.id)


def _step(text: str, ask: Ask) -> tuple[Step, str]:
    """Return the step that a text names first, else the asker's own or the next, and the rest."""
    incident = the_incident(ask.incident)
    word, rest = arguments.first_word(text)
    named = incident.runbook.step(word.lower()) if incident.runbook else None
    step = named or incident.step_of(ask.person)
    if step is None:
        raise Refused(f"{incident.name} has no step to take. `/incident cause what it was` names the cause.")
    return step, rest if named else text


def mute(_text: str, ask: Ask) -> c.AnyCommand:
    """Hear no more of unchecked areas."""
    return c.MuteNudges(by=ask.person)


def board(_text: str, _ask: Ask) -> Show:
    """Show which areas were looked at, and who is on what."""
    return ShowBoard()
