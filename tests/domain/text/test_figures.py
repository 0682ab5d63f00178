"""Figures as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text.figures import split_figure


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("lost webhooks 200000", ("lost webhooks", "200000")),
        ("lost webhooks: 200,000", ("lost webhooks", "200,000")),
        ("lost comments about 5,000", ("lost comments", "about 5,000")),
        ("883 customers", ("customers", "883")),
        ("~5 % of connections", ("of connections", "~5 %")),
        ("error budget used 40 %", ("error budget used", "40 %")),
        ("hours of lost data 6.", ("hours of lost data", "6")),
        ("time to first page 4 min", ("time to first page", "4 min")),
        ("requests failed 1.2 million", ("requests failed", "1.2 million")),
        ("lost data 12 GB", ("lost data", "12 GB")),
    ],
)
def test_label_and_value(text: str, figure: tuple[str, str]) -> None:
    """The number is the value, with its unit, and the other words are the label."""
    assert figure == split_figure(text)


@pytest.mark.parametrize(
    "text", ["", "many", "200000", "lost webhooks", "40 %", "a lot of 5xx errors everywhere"]
)
def test_no_figure(text: str) -> None:
    """A figure needs a label and a number."""
    assert split_figure(text) is None


@given(st.text())
def test_any_text(text: str) -> None:
    """Any text is a figure with two parts, or none."""
    figure = split_figure(text)
    assert figure is None or all(figure)
