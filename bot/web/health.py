"""Serves liveness, readiness, and metrics for Prometheus."""

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

#: Returns what is wrong, or "".
Check = Callable[[], Awaitable[str]]

CHECK_TIMEOUT_S = 2.0  # short, because load balancers do not wait long
BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


@dataclass(frozen=True, kw_only=True)
class Metrics:
    """All metrics, in their own registry, so that two bots in one process are counted separately."""

    registry: CollectorRegistry
    alerts_accepted: Counter
    alerts_ignored: Counter
    journal: Gauge
    incidents_open: Gauge
    events: Counter
    effects: Counter
    effect_seconds: Histogram
    outbox_waiting: Gauge
    slack_calls: Counter
    slack_call_seconds: Histogram


def metrics() -> Metrics:
    """Return all metrics at zero. Names start with `firstcheck_`, and those of counters end with `_total`."""
    registry = CollectorRegistry()

    def counter(name: str, description: str, *labels: str) -> Counter:
        return Counter(name, description, labels, namespace="firstcheck", registry=registry)

    def gauge(name: str, description: str, *labels: str) -> Gauge:
        return Gauge(name, description, labels, namespace="firstcheck", registry=registry)

    def seconds(name: str, description: str, *labels: str) -> Histogram:
        return Histogram(
            name, description, labels, namespace="firstcheck", registry=registry, buckets=BUCKETS_S
        )

    return Metrics(
        registry=registry,
        alerts_accepted=counter("alerts_accepted", "Request bodies saved in the journal.", "source"),
        alerts_ignored=counter("alerts_ignored", "Alerts left out, repeats not counted.", "reason"),
        journal=gauge("journal", "Request bodies in the journal, by outcome.", "outcome"),
        incidents_open=gauge("incidents_open", "Incidents that are neither closed nor cancelled."),
        events=counter("events", "Events recorded.", "event"),
        effects=counter("effects", "Effects performed, by outcome.", "effect", "outcome"),
        effect_seconds=seconds("effect_seconds", "Seconds an effect took.", "effect"),
        outbox_waiting=gauge("outbox_waiting", "Effects not yet performed."),
        slack_calls=counter("slack_calls", "Calls to Slack's Web API.", "method", "outcome"),
        slack_call_seconds=seconds("slack_call_seconds", "Seconds a call to Slack took.", "method"),
    )


def routes(
    *,
    metrics: Metrics,
    refresh: Callable[[], Awaitable[None]],
    required: Mapping[str, Check],
    optional: Mapping[str, Check],
) -> list[Route]:
    """Return /healthz, /readyz and /metrics.

    The bot is ready if every check in `required` passes. Checks in `optional`, such as Slack, are only
    reported, because alerts are saved without Slack too. `refresh` sets the gauges before they are read.
    """

    async def alive(_request: Request) -> Response:
        return PlainTextResponse("alive")

    async def ready(_request: Request) -> Response:
        checks = {**required, **optional}
        errors = dict(zip(checks, await asyncio.gather(*map(_run_check, checks.values())), strict=True))
        is_ready = not any(errors[name] for name in required)
        results = {name: error or "ok" for name, error in errors.items()}
        return JSONResponse({"ready": is_ready, **results}, 200 if is_ready else 503)

    async def show_metrics(_request: Request) -> Response:
        await refresh()
        return Response(generate_latest(metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return [
        Route("/healthz", alive, methods=["GET"]),
        Route("/readyz", ready, methods=["GET"]),
        Route("/metrics", show_metrics, methods=["GET"]),
    ]


async def _run_check(check: Check) -> str:
    """Return the check's result; a check that hangs or raises has failed."""
    try:
        async with asyncio.timeout(CHECK_TIMEOUT_S):
            return await check()
    except TimeoutError:
        return f"No answer within {CHECK_TIMEOUT_S:g} s."
    except Exception as error:  # noqa: BLE001 - a check that fails in any way is reported as failed
        return f"{type(error).__name__}: {error}"
