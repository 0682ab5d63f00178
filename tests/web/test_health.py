"""Health: /healthz, /readyz with the reasons, and the metrics."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette

from bot.web.health import Check, Metrics, routes
from bot.web.server import serve_app


async def fine() -> str:
    """A check that passes."""
    return ""


async def down() -> str:
    """A check that fails with a sentence."""
    return "Slack does not answer."


async def broken() -> str:
    """A check that raises an unexpected error."""
    raise OSError("disk full")


async def hanging() -> str:
    """A check that never ends."""
    await asyncio.sleep(60)
    return ""


async def unchanged() -> None:
    """Change no gauge."""


@asynccontextmanager
async def serving(needed: dict[str, Check], wanted: dict[str, Check]) -> AsyncIterator[httpx.AsyncClient]:
    """Serve health with these checks and yield a client of it."""
    app = Starlette(routes=routes(metrics=Metrics(), refresh=unchanged, required=needed, optional=wanted))
    async with serve_app(app) as url, httpx.AsyncClient(base_url=url, trust_env=False) as client:
        yield client


async def test_alive_even_if_checks_fail() -> None:
    """/healthz only shows that the event loop responds."""
    async with serving({"store": broken}, {}) as client:
        assert 200 == (await client.get("/healthz")).status_code


async def test_ready_without_slack() -> None:
    """The bot is ready without Slack, and /readyz reports that Slack is down."""
    async with serving({"store": fine, "workers": fine}, {"slack": down}) as client:
        answer = await client.get("/readyz")
    expected = {"ready": True, "store": "ok", "workers": "ok", "slack": "Slack does not answer."}
    assert (200, expected) == (answer.status_code, answer.json())


async def test_not_ready_if_a_required_check_fails() -> None:
    """A required check that fails, raises or hangs is reported within the time limit."""
    async with serving({"store": broken, "workers": hanging, "intake": fine}, {"slack": fine}) as client:
        answer = await client.get("/readyz")
    expected = {
        "ready": False,
        "store": "OSError: disk full",
        "workers": "No answer within 2 s.",
        "intake": "ok",
        "slack": "ok",
    }
    assert (503, expected) == (answer.status_code, answer.json())


async def test_metrics_are_current() -> None:
    """Gauges are refreshed before they are read, and the names have our prefix."""
    figures = Metrics()

    async def refresh() -> None:
        figures.journal.labels(outcome="pending").set(3)
        figures.incidents_open.set(2)

    figures.alerts_accepted.labels(source="generic").inc()
    figures.effects.labels(effect="OpenChannel", outcome="done").inc()
    figures.effect_seconds.labels(effect="OpenChannel").observe(0.2)
    app = Starlette(routes=routes(metrics=figures, refresh=refresh, required={}, optional={}))
    async with serve_app(app) as url, httpx.AsyncClient(base_url=url, trust_env=False) as client:
        answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    assert 3 == samples["firstcheck_journal", "pending"]
    assert 2 == samples["firstcheck_incidents_open",]
    assert 1 == samples["firstcheck_alerts_accepted_total", "generic"]
    assert 1 == samples["firstcheck_effects_total", "OpenChannel", "done"]
    assert 0.2 == samples["firstcheck_effect_seconds_sum", "OpenChannel"]


def test_two_bots_in_one_process_are_counted_separately() -> None:
    """Each bot has its own metrics registry."""
    one, other = Metrics(), Metrics()
    one.incidents_open.set(7)
    assert 0 == other.registry.get_sample_value("firstcheck_incidents_open")
