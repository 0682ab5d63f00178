"""Which area a suspicion speaks of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.runbooks.area_keywords import AREA_WORDS, guess_area
from bot.domain.vocabulary import Area


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("somebody changed a setting", Area.CONFIG),
        ("the feature flag is off", Area.CONFIG),
        ("the last deploy broke it", Area.CHANGE),
        ("the certificate has expired", Area.IDENTITY),
        ("the SSO tokens are refused", Area.IDENTITY),
        ("the mail provider is down", Area.DEPENDENCY),
        ("the disk is full", Area.CAPACITY),
        ("the connection pool of the DB is exhausted", Area.DATABASE),
        ("slow queries", Area.DATABASE),
        ("DNS does not resolve", Area.NETWORK),
        ("we were hacked", Area.SECURITY),
        ("a DDoS attack", Area.SECURITY),
    ],
)
def test_the_words_give_the_area_away(text: str, area: Area) -> None:
    """In any case, in the singular or the plural."""
    assert area is guess_area(text)


@pytest.mark.parametrize(
    "text",
    ["", "it is Tuesday", "users sent feedback", "the page is blank", "an emergency", "downloads stop"],
)
def test_what_gives_nothing_away(text: str) -> None:
    """A word inside another says nothing."""
    assert None is guess_area(text)


@pytest.mark.parametrize("area", Area)
def test_every_area_has_words_of_its_own(area: Area) -> None:
    """Each of them leads there."""
    assert [area] * len(AREA_WORDS[area]) == [guess_area(word) for word in AREA_WORDS[area]]


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    """Whatever people type."""
    assert guess_area(text) in {*Area, None}
