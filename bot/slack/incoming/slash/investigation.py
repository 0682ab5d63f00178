"""What stands after the words that search for the cause: hypotheses, steps, the board."""

import re

from bot.domain import commands
from bot.domain.errors import Hint, Refused, refuse_closed
from bot.domain.incident.incident import Incident
from bot.domain.rules.decide.causes import withdrawal
from bot.domain.runbooks.runbook import Step
from bot.domain.vocabulary import HypothesisVerdict, StepOutcome
from bot.slack.incoming.slash import arguments
from bot.slack.incoming.slash.lifecycle import person_in
from bot.slack.incoming.slash.requests import Show, ShowBoard, SlashRequest, require_incident
from bot.slack.mrkdwn import mention_in_refusal


def hypothesis(text: str, ask: SlashRequest) -> commands.AnyCommand:
    """Suspect a cause: `the pool is exhausted area:db 10m @ann refute:"p99 < 50 ms"`."""
    refute, rest = arguments.option(text, "refute")
    named, rest = arguments.option(rest, "area")
    rest, owner = arguments.split_owner(rest)
    rest, minutes = arguments.split_duration(rest)
    if not owner:  # "@ann 10m"
        rest, owner = arguments.split_owner(rest)
    return commands.OpenHypothesis(
        by=ask.person,
        text=rest,
        area=arguments.area(named) if named else None,
        owner=owner,
        minutes=commands.TIME_BOX_MINUTES if minutes is None else minutes,
        refute=refute,
    )


def settle(text: str, ask: SlashRequest, *, verdict: HypothesisVerdict) -> commands.AnyCommand:
    """Settle a hypothesis: "2 queries are fine"; it need not be named where only one is open."""
    number, evidence = _numbered(text, ask, f"{verdict} 1 what you saw")
    return commands.CloseHypothesis(by=ask.person, number=number, verdict=verdict, evidence=evidence)


def extend(text: str, ask: SlashRequest) -> commands.AnyCommand:
    """Give a hypothesis more time: "1 10m"."""
    number, rest = _numbered(text, ask, "extend 1 10m")
    minutes = arguments.parse_duration(rest)[0] or arguments.split_duration(rest)[1]
    if minutes is None and rest[:1].isdigit():
        raise Refused(f"How long is {rest!r}? Say it like `/incident extend {number} 10m`.")
    more = commands.TIME_BOX_MINUTES if minutes is None else minutes
    return commands.ExtendHypothesis(by=ask.person, number=number, minutes=more)


def hand_over(text: str, ask: SlashRequest) -> commands.AnyCommand:
    """Give a hypothesis to somebody else: "1 @ann"."""
    number, rest = _numbered(text, ask, "handover 1 @name")
    return commands.HandOverHypothesis(by=ask.person, number=number, owner=person_in(rest, ask))


def place(text: str, ask: SlashRequest) -> commands.AnyCommand:
    """Say in which area a hypothesis lies: "1 database"."""
    number, rest = _numbered(text, ask, "area 1 database")
    return commands.PlaceHypothesis(by=ask.person, number=number, area=arguments.area(rest))


def _numbered(text: str, ask: SlashRequest, example: str) -> tuple[int, str]:
    """Return the number of the hypothesis that is meant, and the rest. Raises Refused when none is."""
    found = re.match(r"#?(\d{1,4})\b[:,]?\s*", text)
    if found:
        return int(found[1]), text[found.end() :]
    if ask.hypothesis:
        return ask.hypothesis, text
    still_open = [
        known
        for known in require_incident(ask.incident).investigation.hypotheses.values()
        if known.verdict is None
    ]
    if len(still_open) != 1:
        listed = "; ".join(f"{known.number} {known.text}" for known in still_open)
        which = f"Open: {listed}." if listed else "No hypothesis is open."
        raise Refused(f"Which hypothesis? `/incident {example}`. {which}")
    return still_open[0].number, text


def finish(text: str, ask: SlashRequest, *, outcome: StepOutcome) -> commands.AnyCommand:
    """Finish the current step, or the one named: "[step:] what you saw"."""
    step, evidence = _named_or_meant(text, ask, outcome)
    return commands.FinishStep(by=ask.person, step=step.id, outcome=outcome, evidence=evidence)


def take(text: str, ask: SlashRequest) -> commands.AnyCommand:
    """Look into the next step that nobody is on, or the one named, from now on."""
    incident = require_incident(ask.incident)
    step = _first_named(text, incident) if text else next(iter(incident.investigation.free_steps), None)
    if step is None:
        raise _unknown_step(text, incident) if text else _no_step(incident)
    return commands.TakeStep(by=ask.person, step=step.id)


def _named_or_meant(text: str, ask: SlashRequest, outcome: StepOutcome) -> tuple[Step, str]:
    """Return the step a text names (`pool`, `pool: …`, `step:pool …`), else the one meant, and what was seen.

    "settings are as in git" is a sentence: all of it is what was seen. Raises Refused where its first word
    may as well name a step other than the one meant, or where the asker is on several.
    """
    incident = require_incident(ask.incident)
    word, rest = arguments.first_word(text)
    named = _first_named(text, incident)
    if word.lower().startswith("step:") and named is None:
        steps = ", ".join(f"`{step.id}`" for step in incident.investigation.steps_in_order) or "none"
        raise Refused(f"There is no step {word[5:]!r}. There are: {steps}.")
    # No sentence begins with `token-settings` unless the step is meant.
    if named and (not rest or ":" in word or not named.id.isalnum()):
        return named, rest
    meant = incident.investigation.steps_taken_by_or_next(ask.person)
    if not meant:
        raise _no_step(incident)
    which = [*([named] if named and named not in meant else []), *meant]
    if len(which) > 1:
        said = "skip" if outcome is StepOutcome.SKIPPED else outcome
        listed = ", ".join(f"`/incident {said} {step.id}: …` is “{step.title}”" for step in which)
        raise Refused(f"Which step? {listed}.")
    return meant[0], text


def _unknown_step(text: str, incident: Incident) -> Refused:
    free = ", ".join(f"`{step.id}`" for step in incident.investigation.free_steps)
    if free:
        return Refused(f"There is no step {text!r}. You can take: {free}.")
    no_step = _no_step(incident)
    return Refused(f"There is no step {text!r}. {no_step.text}", *no_step.hints)


def _no_step(incident: Incident) -> Refused:
    """Return why there is none, and what can be done instead."""
    if incident.status.is_over:
        return refuse_closed(incident.name, incident.status)
    left = incident.investigation.steps_left
    take = [Hint("To take a step anyway", "take", step.id) for step in left[:1]]
    if cause := incident.investigation.cause:
        text = f"{incident.name} already has a cause: {cause.text.rstrip('.')}."
        return Refused(text, withdrawal(cause), *take)
    if incident.investigation.current_step is None and left:
        return Refused(f"The runbook of {incident.name} stops here.", *take)
    if left:
        taken = ", ".join(
            f"`{step.id}` ({mention_in_refusal(incident.investigation.state_of(step.id).taken_by)})"
            for step in left
        )
        return Refused(
            f"All remaining steps are taken: {taken}.", Hint("To take one over", "take", left[0].id)
        )
    return Refused(
        f"{incident.name} has no steps left.", Hint("To record the cause", "cause", "what was wrong")
    )


def _first_named(text: str, incident: Incident) -> Step | None:
    word = arguments.first_word(text)[0].lower().removeprefix("step:").rstrip(":")
    return incident.investigation.step(word)


def mute(_text: str, ask: SlashRequest) -> commands.AnyCommand:
    """Hear no more of unchecked areas."""
    return commands.MuteNudges(by=ask.person)


def board(_text: str, _ask: SlashRequest) -> Show:
    """Show which areas were looked at, and who is on what."""
    return ShowBoard()
