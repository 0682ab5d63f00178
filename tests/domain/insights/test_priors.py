"""The expected share of each step, from the weights at first to the causes found later."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.insights.priors import expected_shares

WEIGHTS = {"settings": 6.0, "database": 3.0, "network": 1.0}
KNOWN = st.dictionaries(st.sampled_from("abcdef"), st.floats(0.01, 1000), min_size=1)
FOUND = st.dictionaries(st.sampled_from("abcdef"), st.floats(0, 1000))


@given(KNOWN, FOUND)
def test_shares_add_up_to_one(weights: dict[str, float], found: dict[str, float]) -> None:
    """With any weights and causes, the shares add up to 1 and none is 0."""
    shares = expected_shares(weights, {name: count for name, count in found.items() if name in weights})

    assert shares.keys() == weights.keys()
    assert sum(shares.values()) == pytest.approx(1)
    assert all(share > 0 for share in shares.values())


def test_weights_that_predicted_the_causes_are_kept() -> None:
    """After thirty incidents as predicted, one odd cause hardly changes the shares."""
    foretold = {name: 3 * weight for name, weight in WEIGHTS.items()}
    odd = {**foretold, "network": foretold["network"] + 1}

    assert expected_shares(WEIGHTS, foretold)["settings"] == pytest.approx(0.6, abs=0.01)
    assert expected_shares(WEIGHTS, odd)["network"] == pytest.approx(0.1, abs=0.015)


def test_wrong_weights_are_dropped() -> None:
    """If the least likely cause occurs ten times in a row, the weights of the other steps are dropped too."""
    shares = expected_shares(WEIGHTS, {"network": 10})

    assert shares["network"] > 0.6
    assert shares["settings"] == pytest.approx(shares["database"], rel=0.05)


def test_one_odd_cause_keeps_the_order() -> None:
    """After a single incident, the order of the weights still holds."""
    shares = expected_shares(WEIGHTS, {"network": 1})

    assert shares["settings"] > shares["database"] > shares["network"] > 0.1
