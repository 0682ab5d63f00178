"""The words for effects, while they wait and after they failed."""

from typing import get_args

from bot.domain.effects import AnyEffect
from bot.domain.insights.effect_words import EFFECT_WORDS, failure


def test_every_effect_has_words() -> None:
    """Every effect has words for its failure, so that the card never shows the name of a class."""
    assert set(get_args(AnyEffect)) == set(EFFECT_WORDS)
    assert all(words.failed for words in EFFECT_WORDS.values())


def test_a_failure_is_looked_up_by_its_stored_name() -> None:
    """A failure is found by the stored class name; a class that no longer exists is named as it is."""
    assert "the card could not be pinned" == failure("PinCard")
    assert "PinMap could not be done" == failure("PinMap")
