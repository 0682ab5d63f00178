"""Compares a metric from Prometheus, or a server with its API, with a threshold."""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.probes import http_client
from bot.probes.interface import Finding, Kind, Permissions, ProbeFailed, first_of, ok, problem

#: How many series the evidence shows, the farthest from the threshold first.
MOST_SHOWN = 3


@dataclass(frozen=True, kw_only=True)
class Options:
    """The server's URL, a query in PromQL, and the thresholds that no series may exceed."""

    url: str
    query: str
    above: float = math.inf
    below: float = -math.inf

    def __post_init__(self) -> None:
        """Raise ValueError if there is no threshold."""
        if math.isinf(self.above) and math.isinf(self.below):
            raise ValueError("needs above or below, the threshold for a problem")


def check_permitted(options: Options, permissions: Permissions) -> None:
    """Raise ProbeFailed if the URL may not be requested."""
    http_client.check_permitted(options.url, permissions)


async def run(options: Options, permissions: Permissions) -> Finding:
    """Run the query now (https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries)."""
    address = f"{options.url.rstrip('/')}/api/v1/query"
    answer = await http_client.ask(address, permissions, query={"query": options.query})
    try:
        response = json.loads(answer.body)
        if response["status"] != "success":
            raise ProbeFailed(f"{answer.place} rejected the query: {str(response.get('error'))[:200]}")
        series = dict(_series(response["data"]))
        warnings = "; ".join(response.get("warnings", ()))
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise ProbeFailed(
            f"{answer.place} answered {answer.status}, but not in Prometheus's format."
        ) from error
    numbers = {labels: value for labels, value in series.items() if not math.isnan(value)}
    wrong = {labels: value for labels, value in numbers.items() if _beyond(value, options) > 0}
    if wrong:
        return problem(f"{_describe(wrong, options)} (threshold: {' or '.join(_bounds(options))})")
    if warnings:
        raise ProbeFailed(f"{answer.place} returned a partial result: {warnings[:200]}")
    if not numbers:
        raise ProbeFailed("The query returned no value. Check its metric names and labels.")
    return ok(f"{_describe(numbers, options)}, within the threshold.")


def _beyond(value: float, options: Options) -> float:
    """Return how far the value exceeds a threshold. It is negative within the thresholds."""
    above = -math.inf if math.isinf(options.above) else value - options.above
    below = -math.inf if math.isinf(options.below) else options.below - value
    return max(above, below)


def _series(data: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Yield the labels and value of each series, or of a scalar. Raise LookupError for other result types."""
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


def _describe(series: Mapping[str, float], options: Options) -> str:
    """Return the series that are farthest beyond the threshold, or closest to it, as text."""
    ordered = sorted(series.items(), key=lambda one: -_beyond(one[1], options))
    return first_of([f"{labels} is {value:g}" for labels, value in ordered], MOST_SHOWN, ", ")


def _bounds(options: Options) -> Iterator[str]:
    if not math.isinf(options.above):
        yield f"above {options.above:g}"
    if not math.isinf(options.below):
        yield f"below {options.below:g}"


KIND = Kind(options=Options, check_permitted=check_permitted, run=run)
