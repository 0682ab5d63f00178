"""The message at the end of a runbook."""

from dataclasses import replace

from bot.domain.vocabulary import StepOutcome
from bot.slack.views import card, runbook_end
from tests.domain.given import CHOSEN, CLEARED, NOW, POOL, RUNBOOK, SETTINGS, incident_after
from tests.slack.lives import words


def test_a_step_can_stop_the_runbook() -> None:
    """If a clear step stops the runbook, the message gives that step as the reason."""
    asked = replace(POOL, title="Do users feel it?", stop_if=StepOutcome.CLEAR)
    chosen = replace(CHOSEN, runbook=replace(RUNBOOK, steps=(asked, SETTINGS)))
    stopped = incident_after(chosen, replace(CLEARED, step="pool"))

    assert words(runbook_end.runbook_end(stopped)).startswith(
        "*The runbook stops here, without a cause.* "
        "“Do users feel it?” is clear, so no more steps are offered.\n"
    )
    assert "*The runbook stops here.* Open a hypothesis: `/incident suspect" in words(card.card(stopped, NOW))


def test_a_stop_without_steps_left() -> None:
    """If all other steps were finished before, the message reports that no steps are left."""
    asked = replace(POOL, title="Do users feel it?", stop_if=StepOutcome.CLEAR)
    chosen = replace(CHOSEN, runbook=replace(RUNBOOK, steps=(asked, SETTINGS)))
    ended = incident_after(chosen, CLEARED, replace(CLEARED, step="pool"))

    assert words(runbook_end.runbook_end(ended)).startswith("*No runbook steps left, and no cause found.*\n")
    assert "*No runbook steps left.* Open a hypothesis: `/incident suspect" in words(card.card(ended, NOW))
