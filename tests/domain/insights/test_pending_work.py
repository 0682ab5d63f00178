"""The description of what waits and what falls due."""

from typing import get_args

from bot.domain import effects
from bot.domain.insights.effect_words import EFFECT_WORDS

#: Effects that are described with a detail of the effect itself, or not at all.
DETAILED = {effects.Page, effects.EndPage, effects.RunProbe, effects.OpenSideChannel}
SILENT = {effects.RefreshCard, effects.ShowMark}


def test_every_effect_is_described_while_it_waits() -> None:
    """Every effect has a description while it waits, is a timer, or is described by its detail."""
    with_words = {effect for effect, words in EFFECT_WORDS.items() if words.doing}

    assert set(get_args(effects.AnyEffect)) == with_words | DETAILED | SILENT | set(get_args(effects.Timer))
    assert not with_words & (DETAILED | SILENT | set(get_args(effects.Timer)))
