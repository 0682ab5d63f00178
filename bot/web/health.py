"""How the bot is: alive, ready, and in figures for Prometheus."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

#: Returns "" when all is well, else a sentence that says what is not.
Check = Callable[[], Awaitable[str]]

CHECK_S = 2.0  # a check that takes longer has failed: who asks is a load balancer with little patience
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


@dataclass(frozen=True, kw_only=True)
class Metrics:
    """Every figure we publish, in a registry of its own, so that two bots in one process do not add up."""

    registry: CollectorRegistry
    alerts_accepted: Counter
    journal: Gauge
    incidents_open: Gauge
    events: Counter
    effects: Counter
    effect_seconds: Histogram
    outbox_waiting: Gauge
    slack_calls: Counter
    slack_call_seconds: Histogram


def metrics() -> Metrics:
    """Return all figures at zero; names begin with `firstcheck_`, counters end in `_total`."""
    registry = CollectorRegistry()

    def counter(name: str, what: str, *labels: str) -> Counter:
        return Counter(name, what, labels, namespace="firstcheck", registry=registry)

    def gauge(name: str, what: str, *labels: str) -> Gauge:
        return Gauge(name, what, labels, namespace="firstcheck", registry=registry)

    def seconds(name: str, what: str, *labels: str) -> Histogram:
        return Histogram(name, what, labels, namespace="firstcheck", registry=registry, buckets=SECONDS)

    return Metrics(
        registry=registry,
        alerts_accepted=counter("alerts_accepted", "Bodies kept in the journal.", "source"),
        journal=gauge("journal", "Bodies in the journal by what became of them.", "outcome"),
        incidents_open=gauge("incidents_open", "Incidents that are neither closed nor cancelled."),
        events=counter("events", "Events recorded.", "event"),
        effects=counter("effects", "Effects performed, by how that ended.", "effect", "outcome"),
        effect_seconds=seconds("effect_seconds", "How long performing took.", "effect"),
        outbox_waiting=gauge("outbox_waiting", "Effects not yet performed."),
        slack_calls=counter("slack_calls", "Calls of Slack's Web API.", "method", "outcome"),
        slack_call_seconds=seconds("slack_call_seconds", "How long Slack took to answer.", "method"),
    )


def routes(
    *,
    metrics: Metrics,
    refresh: Callable[[], Awaitable[None]],
    needed: Mapping[str, Check],
    wanted: Mapping[str, Check],
) -> list[Route]:
    """Return /healthz, /readyz and /metrics.

    Ready is who can take alerts and work: every check in `needed` passes. Those in `wanted` (Slack, say)
    are told but decide nothing, since without Slack alerts are still kept. `refresh` sets the gauges
    before they are read.
    """

    async def alive(_request: Request) -> Response:
        return PlainTextResponse("alive")

    async def ready(_request: Request) -> Response:
        checks = {**needed, **wanted}
        found = dict(zip(checks, await asyncio.gather(*map(_checked, checks.values())), strict=True))
        is_ready = not any(found[name] for name in needed)
        told = {name: what or "ok" for name, what in found.items()}
        return JSONResponse({"ready": is_ready, **told}, 200 if is_ready else 503)

    async def figures(_request: Request) -> Response:
        await refresh()
        return Response(generate_latest(metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [
        Route("/healthz", alive, methods=["GET"]),
        Route("/readyz", ready, methods=["GET"]),
        Route("/metrics", figures, methods=["GET"]),
    ]


async def _checked(check: Check) -> str:
    """Return what the check says; one that hangs or breaks has failed, and says how."""
    try:
        async with asyncio.timeout(CHECK_S):
            return await check()
    except TimeoutError:
        return f"No answer within {CHECK_S:g} s."
    except Exception as error:  # noqa: BLE001 - a check may fail in any way; that it did is the answer
        return f"{type(error).__name__}: {error}"
