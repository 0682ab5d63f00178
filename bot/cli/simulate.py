"""What learning is worth: a runbook walked through made-up incidents whose truth we know and it does not."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import fmean

from bot.domain.incident.step_order import cost, order, with_dependencies
from bot.domain.insights.learning import CauseRecord, with_experience
from bot.domain.runbooks.runbook import Runbook, Step

#: When the made-up incidents begin, and how far they lie apart.
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
APART = timedelta(days=7)
#: How far true minutes stray from the runbook's, and one look's from the true ones (sigma of the logarithm).
SPREAD = 0.4
#: A truth is lived through several times, so that the means tell of it and not of luck.
HISTORIES = 20
SHUFFLES = 50
SEEDS = 10


@dataclass(frozen=True, kw_only=True)
class Truth:
    """How often each step really is the cause, and how many minutes it really takes."""

    shares: Mapping[str, float]
    minutes: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Means:
    """Mean minutes to the cause of the next incident: as learned after none, one, … incidents, and else."""

    file: float
    random: float
    learned: tuple[float, ...]
    optimum: float


def simulate(
    runbook: Runbook, incidents: int, truths: Iterable[Truth], luck: Random, histories: int = HISTORIES
) -> Means:
    """Return the means over several truths, each with histories that `luck` draws for it."""
    runs = [_live(runbook, truth, incidents, luck) for truth in truths for _ in range(histories)]
    return Means(
        file=fmean(run.file for run in runs),
        random=fmean(run.random for run in runs),
        learned=tuple(fmean(run.learned[number] for run in runs) for number in range(incidents + 1)),
        optimum=fmean(run.optimum for run in runs),
    )


def report(runbook: Runbook, incidents: int, seeds: int = SEEDS) -> Iterator[str]:
    """Yield a table of what learning is worth, over as many truths as `seeds`."""
    truths = [draw(runbook, Random(seed)) for seed in range(seeds)]  # noqa: S311 - a simulation wants luck that repeats, not secrecy
    means = simulate(runbook, incidents, truths, Random(seeds))  # noqa: S311 - the same
    yield f"{runbook.title}: mean minutes to the cause, {seeds} truths with {HISTORIES} histories each"
    yield "incidents  file order  random  learned  optimum  learned ÷ optimum"
    for number in sorted({*range(0, incidents, max(1, incidents // 6)), incidents}):
        minutes = means.learned[number]
        yield (
            f"{number:9}  {means.file:10.2f}  {means.random:6.2f}  {minutes:7.2f}  {means.optimum:7.2f}"
            f"  {minutes / means.optimum:17.3f}"
        )


def draw(runbook: Runbook, luck: Random) -> Truth:
    """Return a truth that the runbook is an honest guess of: its weights are as good as counts of causes."""
    # Gamma variates divided by their sum are a draw from the Dirichlet distribution.
    parts = {step.id: luck.gammavariate(step.weight, 1) for step in runbook.steps}
    return Truth(
        shares={name: part / sum(parts.values()) for name, part in parts.items()},
        minutes={step.id: step.minutes * luck.lognormvariate(0, SPREAD) for step in runbook.steps},
    )


def minutes_to_cause(walk: Iterable[Step]) -> float:
    """Return the mean minutes until the cause is found when the weights are its true shares."""
    spent = mean = 0.0
    for step in walk:
        spent += cost(step)
        mean += step.weight * spent
    return mean


def _live(runbook: Runbook, truth: Truth, incidents: int, luck: Random) -> Means:
    """Let incidents happen one after the other, each walked in the order that those before it taught."""
    real = _real(runbook, truth)
    lessons: list[CauseRecord] = []
    means = []
    for number in range(incidents + 1):
        now = BEGIN + number * APART
        walk = [real[step.id] for step in order(with_experience(runbook, lessons, now).steps)]
        means.append(minutes_to_cause(walk))
        lessons.append(_happen(runbook, walk, now, luck))
    return Means(
        file=minutes_to_cause(with_dependencies(real.values(), real)),
        random=fmean(minutes_to_cause(_shuffled(real, luck)) for _ in range(SHUFFLES)),
        learned=tuple(means),
        optimum=minutes_to_cause(order(real.values())),
    )


def _real(runbook: Runbook, truth: Truth) -> dict[str, Step]:
    """Return the steps as they really are, in the order of the file."""
    return {
        step.id: replace(step, weight=truth.shares[step.id], minutes=truth.minutes[step.id])
        for step in runbook.steps
    }


def _shuffled(real: Mapping[str, Step], luck: Random) -> list[Step]:
    return with_dependencies(luck.sample(list(real.values()), len(real)), real)


def _happen(runbook: Runbook, walk: list[Step], now: datetime, luck: Random) -> CauseRecord:
    """Let one incident happen, walked through until its cause is found."""
    (cause,) = luck.choices([step.id for step in walk], [step.weight for step in walk])
    taken = walk[: [step.id for step in walk].index(cause) + 1]
    # A look's minutes stray so that their mean is the true one.
    took = {step.id: step.minutes * luck.lognormvariate(-(SPREAD**2) / 2, SPREAD) for step in taken}
    return CauseRecord(runbook=runbook.id, at=now, cause=cause, minutes=took)
