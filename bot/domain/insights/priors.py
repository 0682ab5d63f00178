"""How often each step is expected to be the cause: the runbook's weights, and the causes found since."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, lgamma, log


@dataclass(frozen=True, kw_only=True)
class Prior:
    """One way to read the weights: as how many incidents they count, and how far we believe it at first."""

    incidents: float
    belief: float
    #: The weights are worth nothing: every step is as likely.
    uniform: bool = False


#: They are about right, they are a fair guess, they are wrong. docs/ordering.md has the figures.
PRIORS = (
    Prior(incidents=100, belief=0.43),
    Prior(incidents=18, belief=0.43),
    Prior(incidents=6, belief=0.14, uniform=True),
)


def expected_shares(weights: Mapping[str, float], found: Mapping[str, float]) -> dict[str, float]:
    """Return the expected share of each step, which add up to one; `found` counts the causes found, by step.

    Each reading is a Dirichlet distribution; they are mixed by how well each foretold what was found.
    """
    counts = {reading: _prior_counts(reading, weights) for reading in PRIORS}
    fit = {each: log(each.belief) + _log_likelihood(counts[each], found) for each in PRIORS}
    best = max(fit.values())
    belief = {reading: exp(fit[reading] - best) for reading in PRIORS}
    incidents = sum(found.values())
    return {
        name: sum(
            belief[reading] * (counts[reading][name] + found.get(name, 0)) / (reading.incidents + incidents)
            for reading in PRIORS
        )
        / sum(belief.values())
        for name in weights
    }


def _prior_counts(reading: Prior, weights: Mapping[str, float]) -> dict[str, float]:
    shares = dict.fromkeys(weights, 1.0) if reading.uniform else weights
    return {name: reading.incidents * share / sum(shares.values()) for name, share in shares.items()}


def _log_likelihood(counts: Mapping[str, float], found: Mapping[str, float]) -> float:
    """How likely the causes found are under these prior counts (Dirichlet-multinomial distribution)."""
    total = sum(counts.values())
    each = sum(lgamma(count + found.get(name, 0)) - lgamma(count) for name, count in counts.items())
    return lgamma(total) - lgamma(total + sum(found.values())) + each
