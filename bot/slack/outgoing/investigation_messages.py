"""Selects the message about the investigation for an effect, and renders its current content."""

from typing import assert_never

from bot.domain import effects
from bot.domain.effects import message_keys
from bot.domain.incident.incident import Incident
from bot.slack.views import hint, hypothesis, runbook_end, step, time_box
from bot.slack.views.blocks import Screen

InvestigationMessage = (
    effects.ShowStep
    | effects.ShowHypothesis
    | effects.ShowHint
    | effects.ShowTimeBox
    | effects.ShowRunbookEnd
)


def render(effect: InvestigationMessage, incident: Incident) -> tuple[str, Screen] | None:
    """Return the message's key and its screen.

    Return None if it was never posted and is no longer of use.
    """
    posted = incident.messages
    match effect:
        case effects.ShowStep():
            key, found = message_keys.step_key(effect.step), incident.investigation.step(effect.step)
            is_due = incident.is_active and not incident.investigation.is_one_line(effect.step)
            return (key, step.step(incident, found)) if found and (is_due or key in posted) else None
        case effects.ShowHypothesis():
            current = incident.investigation.hypotheses[effect.number]
            return message_keys.hypothesis_key(effect.number), hypothesis.hypothesis(incident, current)
        case effects.ShowHint():
            content = hint.hint(incident.investigation.hints[effect.number], incident)
            return (message_keys.hint_key(effect.number), content) if content else None
        case effects.ShowTimeBox():
            key = message_keys.time_box_key(effect.number, effect.question)
            current = incident.investigation.hypotheses[effect.number]
            is_due = time_box.is_open(current, effect.question)
            question = time_box.question(incident, current, effect.question)
            return (key, question) if is_due or key in posted else None
        case effects.ShowRunbookEnd():
            key = message_keys.RUNBOOK_END
            is_due = incident.runbook_exhausted or key in posted
            return (key, runbook_end.runbook_end(incident)) if is_due else None
        case _:
            assert_never(effect)
