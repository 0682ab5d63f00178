"""The probe compares a metric with a threshold, from a small server and from a real Prometheus."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.probes.interface import Permissions
from tests.ports import own_port
from tests.probes.conftest import Service, run_probe

HERE = Permissions(hosts=["127.0.0.1"])
PROMETHEUS = shutil.which("prometheus")


def vector(**series: str) -> bytes:
    """Return Prometheus's response with one series for each instance."""
    result = [
        {"metric": {"__name__": "x", "instance": instance}, "value": [1700000000, value]}
        for instance, value in series.items()
    ]
    return json.dumps({"status": "success", "data": {"resultType": "vector", "result": result}}).encode()


async def ask(service: Service, body: bytes, **options: float) -> tuple[str, str]:
    """Run the probe against a response."""
    service.answer(body, path="/api/v1/query")
    verdict, evidence = await run_probe(
        "prometheus", HERE, url=f"{service.url}/", query='rate(x{a="b"}[5m])', **options
    )
    return verdict, evidence.replace(f"127.0.0.1:{service.port}", "PLACE")


@pytest.mark.parametrize(
    ("body", "options", "expected"),
    [
        (vector(a="0.01"), {"above": 0.05}, ("clear", "x{instance=a} is 0.01, within the threshold.")),
        (
            vector(a="0.01", b="0.5"),
            {"above": 0.05},
            ("wrong", "x{instance=b} is 0.5 (threshold: above 0.05)"),
        ),
        (
            vector(a="0.9", b="-3", c="0.5"),
            {"below": 1},
            (
                "wrong",
                "x{instance=b} is -3, x{instance=c} is 0.5, x{instance=a} is 0.9 (threshold: below 1)",
            ),
        ),
        (
            vector(a="1", b="0"),
            {"below": 1, "above": 5},
            ("wrong", "x{instance=b} is 0 (threshold: above 5 or below 1)"),
        ),
        (
            vector(a="+Inf", b="9", c="8", d="7", e="6"),
            {"above": 5},
            (
                "wrong",
                (
                    "x{instance=a} is inf, x{instance=b} is 9, x{instance=c} is 8, and 2 more "
                    "(threshold: above 5)"
                ),
            ),
        ),
        (
            b'{"status": "success", "data": {"resultType": "scalar", "result": [1, "7"]}}',
            {"above": 5},
            ("wrong", "the value is 7 (threshold: above 5)"),
        ),
    ],
)
async def test_thresholds(
    service: Service, body: bytes, options: dict[str, float], expected: tuple[str, str]
) -> None:
    """A series beyond a threshold is a problem found, and the farthest is shown first."""
    assert expected == await ask(service, body, **options)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (vector(), "The query returned no value"),
        (vector(a="NaN"), "The query returned no value"),
        (b'{"status": "error", "error": "parse error: x"}', "PLACE rejected the query: parse error: x"),
        (
            b'{"status": "success", "data": {"resultType": "matrix", "result": []}}',
            "not in Prometheus's format",
        ),
        (b"<html>", "not in Prometheus's format"),
        (b"[]", "not in Prometheus's format"),
        (vector(a="0")[:-1] + b', "warnings": ["a store is away"]}', "partial result: a store is away"),
    ],
)
async def test_results_that_prove_nothing(service: Service, body: bytes, message: str) -> None:
    """The probe fails without a value, as a mistyped query has none either, and with a partial result."""
    verdict, evidence = await ask(service, body, above=1)

    assert ("failed", True) == (verdict, message in evidence), evidence


@pytest.fixture
async def prometheus(tmp_path: Path) -> AsyncIterator[str]:
    """A real Prometheus that scrapes itself. Yields its URL."""
    place = f"127.0.0.1:{own_port()}"
    config = tmp_path / "prometheus.yml"
    target = f"{{job_name: itself, scrape_interval: 200ms, static_configs: [{{targets: ['{place}']}}]}}"
    config.write_text(f"scrape_configs: [{target}]\n")
    process = await asyncio.create_subprocess_exec(
        str(PROMETHEUS),
        f"--config.file={config}",
        f"--storage.tsdb.path={tmp_path / 'data'}",
        f"--web.listen-address={place}",
        stderr=asyncio.subprocess.DEVNULL,
    )
    query = f"http://{place}/api/v1/query?query=up"
    async with httpx.AsyncClient(trust_env=False) as client:
        for _ in range(150):
            await asyncio.sleep(0.1)
            try:
                if (await client.get(query)).json()["data"]["result"]:
                    break
            except (httpx.ConnectError, ValueError, LookupError):
                continue
    yield f"http://{place}"
    process.terminate()
    await process.wait()


@pytest.mark.skipif(PROMETHEUS is None, reason="prometheus is not installed")
async def test_real_prometheus(prometheus: str) -> None:
    """A real Prometheus answers a query and rejects a mistyped one."""
    place = prometheus.removeprefix("http://")

    clear = await run_probe("prometheus", HERE, url=prometheus, query='up{job="itself"}', below=1)
    wrong = await run_probe("prometheus", HERE, url=prometheus, query="sum(up) + 1", above=1)
    nothing = await run_probe("prometheus", HERE, url=prometheus, query="upp", below=1)
    mistyped = await run_probe("prometheus", HERE, url=prometheus, query="sum(", below=1)

    assert ("clear", f"up{{instance={place}, job=itself}} is 1, within the threshold.") == clear
    assert ("wrong", "the value is 2 (threshold: above 1)") == wrong
    assert ("failed", True) == (nothing[0], "returned no value" in nothing[1])
    assert ("failed", True) == (mistyped[0], "rejected the query: invalid parameter" in mistyped[1]), mistyped
