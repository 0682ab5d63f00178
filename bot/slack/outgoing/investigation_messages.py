"""What the channel shows of the search: which message an effect means, and what it says now."""

from typing import assert_never

from bot.domain import effects
from bot.domain.effects import message_keys
from bot.domain.incident.incident import Incident
from bot.slack.views import hint, hypothesis, runbook_end, step, time_box
from bot.slack.views.blocks import Screen

InvestigationMessage = (
    effects.ShowStep
    | effects.ShowHypothesis
    | effects.ShowNudge
    | effects.ShowTimeBox
    | effects.ShowRunbookEnd
)


def render(effect: InvestigationMessage, incident: Incident) -> tuple[str, Screen] | None:
    """Return the message's name among the incident's posts and its screen.

    Nothing where it was never posted and what it would say is past.
    """
    match effect:
        case effects.ShowStep():
            found = incident.investigation.step(effect.step)
            what = message_keys.step_key(effect.step)
            matters = what in incident.messages or (
                incident.is_active and not incident.investigation.is_one_line(effect.step)
            )
            return (what, step.step(incident, found)) if found and matters else None
        case effects.ShowHypothesis():
            return message_keys.hypothesis_key(effect.number), hypothesis.hypothesis(
                incident, incident.investigation.hypotheses[effect.number]
            )
        case effects.ShowNudge():
            given_hint = hint.hint(incident.investigation.hints[effect.number], incident)
            return (message_keys.hint_key(effect.number), given_hint) if given_hint else None
        case effects.ShowTimeBox():
            known, what = (
                incident.investigation.hypotheses[effect.number],
                message_keys.time_box_key(effect.number, effect.question),
            )
            matters = time_box.is_open(known, effect.question) or what in incident.messages
            return (what, time_box.question(incident, known, effect.question)) if matters else None
        case effects.ShowRunbookEnd():
            what = message_keys.RUNBOOK_END
            return (
                (what, runbook_end.runbook_end(incident))
                if incident.runbook_exhausted or what in incident.messages
                else None
            )
        case _:
            assert_never(effect)
