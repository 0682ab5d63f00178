"""How often each step is expected to be the cause, from the runbook's weights and the causes found so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, lgamma, log


@dataclass(frozen=True, kw_only=True)
class Prior:
    """One reading of the weights: how many incidents they count as, and the initial belief in it."""

    incidents: float
    belief: float
    #: Whether to ignore the weights, so that every step is equally likely.
    uniform: bool = False


#: The weights are about right, a fair guess, or wrong. docs/ordering.md has the figures.
PRIORS = (
    Prior(incidents=100, belief=0.43),
    Prior(incidents=18, belief=0.43),
    Prior(incidents=6, belief=0.14, uniform=True),
)


def expected_shares(weights: Mapping[str, float], found: Mapping[str, float]) -> dict[str, float]:
    """Return the expected share of each step; the shares add up to 1. `found` counts the causes by step.

    Each prior is a Dirichlet distribution. They are mixed by how well each predicted the causes found.
    """
    counts = {prior: _prior_counts(prior, weights) for prior in PRIORS}
    fit = {prior: log(prior.belief) + _log_likelihood(counts[prior], found) for prior in PRIORS}
    best = max(fit.values())
    belief = {prior: exp(fit[prior] - best) for prior in PRIORS}
    incidents = sum(found.values())
    return {
        name: sum(
            belief[prior] * (counts[prior][name] + found.get(name, 0)) / (prior.incidents + incidents)
            for prior in PRIORS
        )
        / sum(belief.values())
        for name in weights
    }


def _prior_counts(prior: Prior, weights: Mapping[str, float]) -> dict[str, float]:
    shares = dict.fromkeys(weights, 1.0) if prior.uniform else weights
    return {name: prior.incidents * share / sum(shares.values()) for name, share in shares.items()}


def _log_likelihood(counts: Mapping[str, float], found: Mapping[str, float]) -> float:
    """Return the log-likelihood of the causes found, given prior counts (Dirichlet-multinomial)."""
    total = sum(counts.values())
    each = sum(lgamma(count + found.get(name, 0)) - lgamma(count) for name, count in counts.items())
    return lgamma(total) - lgamma(total + sum(found.values())) + each
