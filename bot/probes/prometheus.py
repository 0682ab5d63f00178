"""Asks Prometheus (or whoever speaks its API) for a figure and holds it against a threshold."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.domain.vocabulary import ProbeVerdict
from bot.probes import fetch
from bot.probes.interface import Finding, Kind, Permissions, ProbeFailed

#: How many series are shown, the worst first.
MOST_SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class Options:
    """The server's address, a query in PromQL, and the threshold that no series may be beyond."""

    url: str
    query: str
    above: float = math.inf
    below: float = -math.inf

    def __post_init__(self) -> None:
        """Refuse a probe that could find nothing."""
        if math.isinf(self.above) and math.isinf(self.below):
            raise ValueError("say above or below: beyond which value is it wrong?")


def check_permitted(options: Options, permissions: Permissions) -> None:
    """Refuse an address that may not be asked."""
    fetch.check_permitted(options.url, permissions)


async def run(options: Options, permissions: Permissions) -> Finding:
    """Run the query now (https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries)."""
    address = f"{options.url.rstrip('/')}/api/v1/query"
    answer = await fetch.ask(address, permissions, query={"query": options.query})
    try:
        said = json.loads(answer.body)
        if said["status"] != "success":
            raise ProbeFailed(f"{answer.place} refused the query: {str(said.get('error'))[:200]}")
        series = dict(_series(said["data"]))
        warned = "; ".join(said.get("warnings", ()))
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise ProbeFailed(f"{answer.place} answered {answer.status}, and not as Prometheus does.") from error
    known = {labels: value for labels, value in series.items() if not math.isnan(value)}
    wrong = {labels: value for labels, value in known.items() if _beyond(value, options) > 0}
    if wrong:
        bounds = " or ".join(_bounds(options))
        return Finding(verdict=ProbeVerdict.WRONG, evidence=f"{_shown(wrong, options)} ({bounds} is wrong)")
    if warned:
        raise ProbeFailed(f"{answer.place} answered in part only: {warned[:200]}")
    if not known:
        raise ProbeFailed("The query found no value, so it says nothing: check its names and labels.")
    return Finding(verdict=ProbeVerdict.CLEAR, evidence=f"{_shown(known, options)}, within bounds.")


def _beyond(value: float, options: Options) -> float:
    """How far the value is beyond the thresholds there are; less than 0 is within."""
    above = -math.inf if math.isinf(options.above) else value - options.above
    below = -math.inf if math.isinf(options.below) else options.below - value
    return max(above, below)


def _series(data: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Yield each series of a vector by its labels; a scalar has none. Raises LookupError for other types."""
    if data["resultType"] == "scalar":
        yield "the value", float(data["result"][1])
        return
    if data["resultType"] != "vector":
        raise LookupError(data["resultType"])
    for one in data["result"]:
        labels = {name: value for name, value in one["metric"].items() if name != "__name__"}
        inside = ", ".join(f"{name}={value}" for name, value in sorted(labels.items()))
        name = one["metric"].get("__name__", "")
        yield f"{name}{{{inside}}}" if inside else name or "the value", float(one["value"][1])


def _shown(series: Mapping[str, float], options: Options) -> str:
    """The series farthest out, or nearest to it, in words."""
    ordered = sorted(series.items(), key=lambda one: -_beyond(one[1], options))
    more = f", and {len(ordered) - MOST_SHOWN} more" if len(ordered) > MOST_SHOWN else ""
    return ", ".join(f"{labels} is {value:g}" for labels, value in ordered[:MOST_SHOWN]) + more


def _bounds(options: Options) -> Iterator[str]:
    if not math.isinf(options.above):
        yield f"above {options.above:g}"
    if not math.isinf(options.below):
        yield f"below {options.below:g}"


KIND = Kind(options=Options, check_permitted=check_permitted, run=run)
