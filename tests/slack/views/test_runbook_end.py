"""What people read at the end of a runbook."""

from dataclasses import replace

from bot.domain.vocabulary import StepOutcome
from bot.slack.views import card, runbook_end
from tests.domain.given import CHOSEN, CLEARED, NOW, POOL, RUNBOOK, SETTINGS, incident_after
from tests.slack.lives import words


def test_a_step_that_ends_the_runbook_is_named() -> None:
    """Where it says that the others make no sense, it is not that no step is left."""
    asked = replace(POOL, title="Do users feel it?", stop_if=StepOutcome.CLEAR)
    chosen = replace(CHOSEN, runbook=replace(RUNBOOK, steps=(asked, SETTINGS)))
    stopped = incident_after(chosen, replace(CLEARED, step="pool"))

    assert words(runbook_end.runbook_end(stopped)).startswith(
        "*The runbook stops here, without a cause.* "
        "“Do users feel it?” is clear, so no other step is offered.\n"
    )
    assert "*The runbook stops here* `/incident suspect" in words(card.card(stopped, NOW))


def test_a_stop_that_keeps_nothing_back_is_none() -> None:
    """Where all the others ended before, no step is left."""
    asked = replace(POOL, title="Do users feel it?", stop_if=StepOutcome.CLEAR)
    chosen = replace(CHOSEN, runbook=replace(RUNBOOK, steps=(asked, SETTINGS)))
    ended = incident_after(chosen, CLEARED, replace(CLEARED, step="pool"))

    assert words(runbook_end.runbook_end(ended)).startswith("*No step is left, and none found the cause.*\n")
    assert "*No step is left* `/incident suspect" in words(card.card(ended, NOW))
