"""The descriptions of effects, while they wait and after they failed."""

from typing import get_args

from bot.domain.effects import AnyEffect
from bot.domain.insights.effect_words import EFFECT_WORDS, failure


def test_every_effect_has_words() -> None:
    """Every effect has a text for its failure, so that the card never shows a class name."""
    assert set(get_args(AnyEffect)) == set(EFFECT_WORDS)
    assert all(words.failed for words in EFFECT_WORDS.values())


def test_a_failure_is_looked_up_by_its_stored_name() -> None:
    """A failure's text is found by the stored class name. An unknown class is shown by its name."""
    assert "the card could not be pinned" == failure("PinCard")
    assert "PinMap could not be done" == failure("PinMap")
