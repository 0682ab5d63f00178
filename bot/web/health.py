"""Serves liveness, readiness, and metrics for Prometheus."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

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

#: A check. It returns a description of the problem, or "" or None if there is none.
Check = Callable[[], Awaitable[str | None]]

CHECK_TIMEOUT_S = 2.0  # short, because load balancers do not wait long
BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """All metrics, in their own registry, so that two bots in one process are counted separately.

    Names start with `firstcheck_`, and those of counters end with `_total`.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ours: dict[str, Any] = {"namespace": "firstcheck", "registry": self.registry}
        seconds: dict[str, Any] = {**ours, "buckets": BUCKETS_S}
        self.alerts_accepted = Counter(
            "alerts_accepted", "Request bodies saved in the journal.", ["source"], **ours
        )
        self.alerts_ignored = Counter(
            "alerts_ignored", "Ignored alerts, excluding repeats.", ["reason"], **ours
        )
        self.journal = Gauge("journal", "Request bodies in the journal, by outcome.", ["outcome"], **ours)
        self.incidents_open = Gauge(
            "incidents_open", "Incidents that are neither closed nor cancelled.", **ours
        )
        self.events = Counter("events", "Events recorded.", ["event"], **ours)
        self.effects = Counter("effects", "Effects performed, by outcome.", ["effect", "outcome"], **ours)
        self.effect_seconds = Histogram("effect_seconds", "Seconds an effect took.", ["effect"], **seconds)
        self.outbox_waiting = Gauge("outbox_waiting", "Effects not yet performed.", **ours)
        self.slack_calls = Counter("slack_calls", "Calls to Slack's Web API.", ["method", "outcome"], **ours)
        self.slack_call_seconds = Histogram(
            "slack_call_seconds", "Seconds a call to Slack took.", ["method"], **seconds
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

    return [Route("/healthz", alive), Route("/readyz", ready), Route("/metrics", show_metrics)]


async def _run_check(check: Check) -> str | None:
    """Return the check's result; a check that hangs or raises has failed."""
    try:
        async with asyncio.timeout(CHECK_TIMEOUT_S):
            return await check()
    except TimeoutError:
        return f"No answer within {CHECK_TIMEOUT_S:g} s."
    except Exception as error:  # noqa: BLE001 - a check that fails in any way is reported as failed
        return f"{type(error).__name__}: {error}"
