"""Measures the benefit of learning: runs a runbook through simulated incidents with known probabilities."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import fmean

from bot.domain.incident.step_order import cost, order, with_dependencies
from bot.domain.insights.learning import CauseRecord, with_experience
from bot.domain.runbooks.runbook import Runbook, Step

#: When the first simulated incident begins, and the time between two of them.
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
APART = timedelta(days=7)
#: How much the true minutes vary around the runbook's, and one check's around the true ones (log sigma).
SPREAD = 0.4
#: Each truth is simulated several times, so that chance has little effect on the means.
HISTORIES = 20
SHUFFLES = 50
SEEDS = 10


@dataclass(frozen=True, kw_only=True)
class Truth:
    """The true share of incidents that each step causes, and the true minutes it takes."""

    shares: Mapping[str, float]
    minutes: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Means:
    """Mean minutes to the cause, by order of the steps. `learned` has the order after 0, 1, … incidents."""

    file: float
    random: float
    learned: tuple[float, ...]
    optimum: float


def simulate(
    runbook: Runbook, incidents: int, truths: Iterable[Truth], random: Random, histories: int = HISTORIES
) -> Means:
    """Return the means over all truths, each with several random histories."""
    runs = [_simulate_one(runbook, truth, incidents, random) for truth in truths for _ in range(histories)]
    return Means(
        file=fmean(run.file for run in runs),
        random=fmean(run.random for run in runs),
        learned=tuple(fmean(run.learned[number] for run in runs) for number in range(incidents + 1)),
        optimum=fmean(run.optimum for run in runs),
    )


def report(runbook: Runbook, incidents: int, seeds: int = SEEDS) -> Iterator[str]:
    """Yield the lines of a table with the mean minutes, over `seeds` truths."""
    truths = [draw(runbook, Random(seed)) for seed in range(seeds)]  # noqa: S311 - a simulation must be repeatable, not secret
    means = simulate(runbook, incidents, truths, Random(seeds))  # noqa: S311 - the same
    yield f"{runbook.title}: mean minutes to the cause, {seeds} truths with {HISTORIES} histories each"
    yield "incidents  file order  random  learned  optimum  learned ÷ optimum"
    for number in sorted({*range(0, incidents, max(1, incidents // 6)), incidents}):
        minutes = means.learned[number]
        yield (
            f"{number:9}  {means.file:10.2f}  {means.random:6.2f}  {minutes:7.2f}  {means.optimum:7.2f}"
            f"  {minutes / means.optimum:17.3f}"
        )


def draw(runbook: Runbook, random: Random) -> Truth:
    """Return a random truth, with the runbook's weights taken as counts of causes seen so far."""
    # Normalized gamma variates are a draw from the Dirichlet distribution.
    parts = {step.id: random.gammavariate(step.weight, 1) for step in runbook.steps}
    return Truth(
        shares={name: part / sum(parts.values()) for name, part in parts.items()},
        minutes={step.id: step.minutes * random.lognormvariate(0, SPREAD) for step in runbook.steps},
    )


def minutes_to_cause(ordered: Iterable[Step]) -> float:
    """Return the mean minutes until the cause is found, if the weights are the true shares."""
    spent = mean = 0.0
    for step in ordered:
        spent += cost(step)
        mean += step.weight * spent
    return mean


def _simulate_one(runbook: Runbook, truth: Truth, incidents: int, random: Random) -> Means:
    """Simulate incidents in sequence. Each one uses the order learned from those before it."""
    steps = {
        step.id: replace(step, weight=truth.shares[step.id], minutes=truth.minutes[step.id])
        for step in runbook.steps
    }
    records: list[CauseRecord] = []
    means = []
    for number in range(incidents + 1):
        now = BEGIN + number * APART
        ordered = [steps[step.id] for step in order(with_experience(runbook, records, now).steps)]
        means.append(minutes_to_cause(ordered))
        records.append(_simulate_incident(runbook, ordered, now, random))
    return Means(
        file=minutes_to_cause(with_dependencies(steps.values(), steps)),
        random=fmean(minutes_to_cause(_shuffled(steps, random)) for _ in range(SHUFFLES)),
        learned=tuple(means),
        optimum=minutes_to_cause(order(steps.values())),
    )


def _shuffled(steps: Mapping[str, Step], random: Random) -> list[Step]:
    return with_dependencies(random.sample(list(steps.values()), len(steps)), steps)


def _simulate_incident(runbook: Runbook, ordered: list[Step], now: datetime, random: Random) -> CauseRecord:
    """Simulate one incident. Its steps are checked in order until the cause is found."""
    (cause,) = random.choices([step.id for step in ordered], [step.weight for step in ordered])
    taken = ordered[: [step.id for step in ordered].index(cause) + 1]
    # The mean of these lognormal minutes is the true value.
    took = {step.id: step.minutes * random.lognormvariate(-(SPREAD**2) / 2, SPREAD) for step in taken}
    return CauseRecord(runbook=runbook.id, at=now, causes=(cause,), minutes=took)
