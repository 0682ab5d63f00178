"""What the channel shows of the search: which message an effect means, and what it says now."""

from typing import assert_never

from bot.domain import effects as f
from bot.domain.effects import message_keys
from bot.domain.incident.incident import Incident
from bot.slack.views import hint, hypothesis, runbook_end, step, time_box
from bot.slack.views.blocks import Screen

OfSearch = f.ShowStep | f.ShowHypothesis | f.ShowNudge | f.ShowTimeBox | f.ShowRunbookEnd


def shown(effect: OfSearch, i: Incident) -> tuple[str, Screen] | None:
    """Return the message's name among the incident's posts and its screen.

    Nothing where it was never posted and what it would say is past.
    """
    match effect:
        case f.ShowStep():
            found = i.step_named(effect.step)
            what = message_keys.of_step(effect.step)
            matters = what in i.posts or (i.working and not i.goes_without_saying(effect.step))
            return (what, step.step(i, found)) if found and matters else None
        case f.ShowHypothesis():
            return message_keys.of_hypothesis(effect.number), hypothesis.hypothesis(
                i, i.hypotheses[effect.number]
            )
        case f.ShowNudge():
            given_hint = hint.nudge(i.nudges[effect.number], i)
            return (message_keys.of_nudge(effect.number), given_hint) if given_hint else None
        case f.ShowTimeBox():
            known, what = (
                i.hypotheses[effect.number],
                message_keys.of_time_box(effect.number, effect.question),
            )
            matters = time_box.is_open(known, effect.question) or what in i.posts
            return (what, time_box.question(i, known, effect.question)) if matters else None
        case f.ShowRunbookEnd():
            what = message_keys.RUNBOOK_END
            return (what, runbook_end.runbook_end(i)) if i.ran_out or what in i.posts else None
        case _:
            assert_never(effect)
