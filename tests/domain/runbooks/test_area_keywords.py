"""Which area the text of a hypothesis suggests."""

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
def test_keywords_suggest_the_area(text: str, area: Area) -> None:
    """Keywords are recognized in upper and lower case, and in the singular and plural."""
    assert area is guess_area(text)


@pytest.mark.parametrize(
    "text",
    ["", "it is Tuesday", "users sent feedback", "the page is blank", "an emergency", "downloads stop"],
)
def test_text_without_keywords(text: str) -> None:
    """A keyword inside another word does not count."""
    assert None is guess_area(text)


@pytest.mark.parametrize("area", Area)
def test_every_area_has_its_own_keywords(area: Area) -> None:
    """Every keyword suggests the area it is listed for."""
    assert [area] * len(AREA_WORDS[area]) == [guess_area(word) for word in AREA_WORDS[area]]


@given(st.text())
def test_any_text_is_accepted(text: str) -> None:
    """Any text gives an area or None."""
    assert guess_area(text) in {*Area, None}
