"""What waits and what falls due, in words."""

from typing import get_args

from bot.domain import effects as f
from bot.domain.insights.pending_work import AT_ONCE, Timer

DETAILED = {f.Page, f.EndPage, f.RunProbe, f.OpenSideChannel}


def test_everything_that_may_wait_has_words() -> None:
    """A new effect needs words for who cannot look in Slack."""
    assert set(get_args(f.AnyEffect)) == {*AT_ONCE, *DETAILED, *get_args(Timer)}
