"""What could not be done, in words."""

from typing import get_args

from bot.domain.effects import AnyEffect
from bot.domain.effects.failures import FAILED


def test_everything_that_may_fail_has_words() -> None:
    """A new effect needs words for who reads on the card that it was given up; no internal name is shown."""
    assert {kind.__name__ for kind in get_args(AnyEffect)} == set(FAILED)
