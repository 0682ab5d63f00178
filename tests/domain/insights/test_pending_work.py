"""What waits and what falls due, in words."""

from typing import get_args

from bot.domain import effects
from bot.domain.insights.pending_work import DOING, Timer

DETAILED = {effects.Page, effects.EndPage, effects.RunProbe, effects.OpenSideChannel}


def test_everything_that_may_wait_has_words() -> None:
    """A new effect needs words for who cannot look in Slack."""
    assert set(get_args(effects.AnyEffect)) == {*DOING, *DETAILED, *get_args(Timer)}
