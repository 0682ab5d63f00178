"""Reads the slash commands that investigate the cause: hypotheses, steps, the board."""

import re

from bot.domain import commands
from bot.domain.errors import Hint, Refused, refuse_closed
from bot.domain.incident.incident import Incident
from bot.domain.rules.decide.causes import withdrawal
from bot.domain.runbooks.runbook import Step
from bot.domain.vocabulary import HypothesisVerdict, StepOutcome
from bot.slack.incoming.slash import arguments
from bot.slack.incoming.slash.lifecycle import split_person
from bot.slack.incoming.slash.requests import Show, ShowBoard, SlashContext, SlashRequest, require_incident
from bot.slack.mrkdwn import mention_in_refusal

#: The number of a step in front of the evidence: "3", "3: …", "#3: …", "step 3: …", "step:3 …".
_STEP_NUMBER = re.compile(r"(?:(#|step\s+)?(\d{1,3})(?::(?=\s|$)|$)|step:(\d{1,3})\b:?)\s*", re.IGNORECASE)


def hypothesis(request: SlashRequest, _context: SlashContext) -> commands.AnyCommand:
    """Open a hypothesis: `the pool is exhausted area:db 10m @ann refute:"p99 < 50 ms"`."""
    refute, text = arguments.split_option(request.rest, "refute")
    option, text = arguments.split_option(text, "area")
    text, owner = arguments.split_owner(text)
    text, minutes = arguments.split_duration(text)
    if not owner:  # "@ann 10m"
        text, owner = arguments.split_owner(text)
    area = arguments.parse_area(option) if option else None
    minutes = commands.TIME_BOX_MINUTES if minutes is None else minutes
    return commands.OpenHypothesis(
        by=request.person, text=text, area=area, owner=owner, minutes=minutes, refute=refute
    )


def settle(
    request: SlashRequest, context: SlashContext, *, verdict: HypothesisVerdict
) -> commands.AnyCommand:
    """Confirm, rule out or park a hypothesis: "2 queries are fine"."""
    number, evidence = _split_number(request.rest, context, f"{verdict} 1 what you saw")
    return commands.CloseHypothesis(by=request.person, number=number, verdict=verdict, evidence=evidence)


def extend(request: SlashRequest, context: SlashContext) -> commands.AnyCommand:
    """Give a hypothesis more time: "1 10m"."""
    number, text = _split_number(request.rest, context, "extend 1 10m")
    minutes, note = arguments.parse_duration(text)
    if not minutes:
        note, minutes = arguments.split_duration(text)
        note = re.sub(r"^(?:for|by|another|\+|\s)+$", "", note, flags=re.IGNORECASE)  # "1 for another 10m"
    if minutes is None and text[:1].isdigit():
        raise Refused(f"{text!r} isn't a valid time. Write `/incident extend {number} 10m`.")
    minutes = commands.TIME_BOX_MINUTES if minutes is None else minutes
    return commands.ExtendHypothesis(by=request.person, number=number, minutes=minutes, note=note)


def hand_over(request: SlashRequest, context: SlashContext) -> commands.AnyCommand:
    """Hand a hypothesis over: "1 @ann"."""
    number, text = _split_number(request.rest, context, "handover 1 @name")
    owner, note = split_person(text, request.person)
    return commands.HandOverHypothesis(by=request.person, number=number, owner=owner, note=note)


def change_area(request: SlashRequest, context: SlashContext) -> commands.AnyCommand:
    """Change the area of a hypothesis: "1 database"."""
    number, text = _split_number(request.rest, context, "area 1 database")
    return commands.ChangeHypothesisArea(by=request.person, number=number, area=arguments.parse_area(text))


def _split_number(text: str, context: SlashContext, example: str) -> tuple[int, str]:
    """Return the number of the hypothesis that the text names or implies, and the rest.

    The number may be left out in the hypothesis's private channel, and while only one hypothesis is open.
    Raise Refused otherwise.
    """
    found = re.match(r"#?(\d{1,4})\b[:,]?\s*", text)
    if found:
        return int(found[1]), text[found.end() :]
    if context.hypothesis:
        return context.hypothesis, text
    hypotheses = require_incident(context.incident).investigation.hypotheses.values()
    still_open = [hypothesis for hypothesis in hypotheses if hypothesis.verdict is None]
    if len(still_open) != 1:
        numbered = "; ".join(f"{hypothesis.number} {hypothesis.text}" for hypothesis in still_open)
        which = f"Open: {numbered}." if numbered else "No hypothesis is open."
        raise Refused(f"Which hypothesis? `/incident {example}`. {which}")
    return still_open[0].number, text


def finish(request: SlashRequest, context: SlashContext, *, outcome: StepOutcome) -> commands.AnyCommand:
    """Finish the current step, or the one that the text names: "[step:] what you saw"."""
    step, evidence = _split_step(request, require_incident(context.incident), outcome)
    return commands.FinishStep(by=request.person, step=step.id, outcome=outcome, evidence=evidence)


def take(request: SlashRequest, context: SlashContext) -> commands.AnyCommand:
    """Take the next free step, or the one that the text names."""
    incident, text = require_incident(context.incident), request.rest
    step, note = next(iter(incident.investigation.free_steps), None), ""
    if text:
        step, note = _split_step_number(text, incident) or (
            _step_named_first(text, incident),
            arguments.first_word(text)[1],
        )
    if step is None:
        raise _unknown_step(text, incident) if text else _no_step(incident)
    return commands.TakeStep(by=request.person, step=step.id, note=note)


def _split_step(request: SlashRequest, incident: Incident, outcome: StepOutcome) -> tuple[Step, str]:
    """Return the step that the text names (`pool`, `pool: …`, `3: …`) or implies, and the evidence.

    "settings are as in git" is evidence as a whole. Raise Refused if its first word could also name a step
    other than the implied one, if the person has taken several steps, or if a cause was found already.
    """
    text = request.rest
    if numbered := _split_step_number(text, incident):
        return numbered
    word, rest = arguments.first_word(text)
    named = _step_named_first(text, incident)
    if word.lower().startswith("step:") and named is None:
        raise _no_such_step(word[5:], incident)
    # A sentence may begin with `pool`, but not with `token-settings`.
    if named and (not rest or ":" in word or not named.id.isalnum()):
        return named, rest
    implied = incident.investigation.steps_taken_by_or_next(request.person)
    if not implied:
        raise _no_step(incident)
    candidates = [*([named] if named and named not in implied else []), *implied]
    if outcome is StepOutcome.FOUND:
        _require_no_cause(candidates, incident)
    if len(candidates) > 1:
        raise _which_step(candidates, outcome)
    return implied[0], text


def _require_no_cause(candidates: list[Step], incident: Incident) -> None:
    """Raise Refused if a cause was found already. `found …` without a step may be about that cause."""
    found = [step for step in incident.investigation.steps_with(StepOutcome.FOUND) if step not in candidates]
    if found or incident.investigation.cause:
        reword = Hint("To put the cause in other words", "cause", "what was wrong")
        raise _which_step([*candidates, *found], StepOutcome.FOUND, reword)


def _which_step(steps: list[Step], outcome: StepOutcome, *hints: Hint) -> Refused:
    command = "skip" if outcome is StepOutcome.SKIPPED else outcome
    choices = ", ".join(f"`/incident {command} {step.id}: …` for “{step.title}”" for step in steps)
    return Refused(f"Which step? {choices}.", *hints)


def _split_step_number(text: str, incident: Incident) -> tuple[Step, str] | None:
    """Return the step whose number the text begins with, and the rest. "3 nodes are down" is evidence.

    Raise Refused if no step has the number in "step 9: …".
    """
    found = _STEP_NUMBER.match(text)
    steps = incident.investigation.numbered_steps
    if found is None or _step_named_first(text, incident):
        return None
    number = int(found[2] or found[3])
    if 1 <= number <= len(steps):
        return steps[number - 1], text[found.end() :]
    if found[1] or found[3]:
        raise _no_such_step(str(number), incident)
    return None


def _no_such_step(name: str, incident: Incident) -> Refused:
    steps = _ids(incident.investigation.steps_in_order) or "none"
    return Refused(f"Unknown step {name!r}. Steps are: {steps}.")


def _unknown_step(text: str, incident: Incident) -> Refused:
    if free := _ids(incident.investigation.free_steps):
        return Refused(f"Unknown step {text!r}. Available steps: {free}.")
    no_step = _no_step(incident)
    return Refused(f"Unknown step {text!r}. {no_step.text}", *no_step.hints)


def _no_step(incident: Incident) -> Refused:
    """Return the refusal that says why there is no step to take, and what to do instead."""
    if incident.status.is_over:
        return refuse_closed(incident.name, incident.status)
    left = incident.investigation.steps_left
    take_anyway = [Hint("To take a step anyway", "take", step.id) for step in left[:1]]
    if cause := incident.investigation.cause:
        text = f"{incident.name} already has a cause: {cause.text.rstrip('.')}."
        return Refused(text, withdrawal(cause), *take_anyway)
    if incident.investigation.current_step is None and left:
        return Refused(f"{incident.name}'s runbook stops here.", *take_anyway)
    if left:
        taken = ", ".join(
            f"`{step.id}` ({mention_in_refusal(incident.investigation.state_of(step.id).taken_by)})"
            for step in left
        )
        take_over = Hint("To take one over", "take", left[0].id)
        return Refused(f"Every remaining step is taken: {taken}.", take_over)
    record = Hint("To record the cause", "cause", "what was wrong")
    return Refused(f"{incident.name} has no steps left.", record)


def _ids(steps: tuple[Step, ...]) -> str:
    return ", ".join(f"`{step.id}`" for step in steps)


def _step_named_first(text: str, incident: Incident) -> Step | None:
    word = arguments.first_word(text)[0].lower().removeprefix("step:").rstrip(":")
    return incident.investigation.step(word)


def mute(request: SlashRequest, _context: SlashContext) -> commands.AnyCommand:
    """Turn off hints about unchecked areas."""
    return commands.MuteHints(by=request.person, note=request.rest)


def board(_request: SlashRequest, _context: SlashContext) -> Show:
    """Show which areas have been checked, and who is working on what."""
    return ShowBoard()
