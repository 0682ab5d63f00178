"""The probe checks that a service answers with the expected status and text, and in time."""

import re

import pytest

from bot.probes.interface import Permissions
from tests.probes.conftest import Service, run_probe

HERE = Permissions(hosts=["127.0.0.1"])


@pytest.mark.parametrize(
    ("status", "options", "expected"),
    [
        ("200 OK", {}, ("clear", "PLACE answered 200 in N ms.")),
        ("200 OK", {"body": "alive"}, ("clear", "PLACE answered 200 in N ms.")),
        ("200 OK", {"body": "well"}, ("wrong", "PLACE answered 200 in N ms without 'well': I am alive")),
        ("200 OK", {"status": 401}, ("wrong", "PLACE answered 200 in N ms, expected 401: I am alive")),
        ("401 No", {"status": 401}, ("clear", "PLACE answered 401 in N ms.")),
        ("503 Oops", {}, ("wrong", "PLACE answered 503 in N ms, expected 200: I am alive")),
    ],
)
async def test_status_and_body(
    service: Service, status: str, options: dict[str, object], expected: tuple[str, str]
) -> None:
    """The status and the text of the body are checked, and an unexpected response is shown shortened."""
    service.answer(b"I am\r\nalive", path="/healthz", kind="text/plain", status=status)

    verdict, evidence = await run_probe("http", HERE, url=f"{service.url}/healthz", **options)

    normalized = re.sub(r"in \d+ ms", "in N ms", evidence.replace(f"127.0.0.1:{service.port}", "PLACE"))
    assert expected == (verdict, normalized)


async def test_redirect_is_not_followed(service: Service) -> None:
    """A redirect counts as a response with its own status."""
    service.answer(b"", path="/old", status="302 Found", more=f"Location: {service.url}/new\r\n")

    verdict, evidence = await run_probe("http", HERE, url=f"{service.url}/old")

    assert ("wrong", True) == (verdict, "answered 302" in evidence)
    assert 1 == len(service.requests)


async def test_slow_response(service: Service) -> None:
    """A response after `within_s` is a problem found, and the probe waits no longer."""
    service.answer(b"I am", path="/healthz")
    service.waits_s = 1

    found = await run_probe("http", HERE, url=f"{service.url}/healthz", within_s=0.2)

    assert ("wrong", "No complete response within 0.2 seconds.") == found


async def test_nothing_answers(unused_port: int) -> None:
    """If nothing answers, that is a problem found."""
    verdict, evidence = await run_probe("http", HERE, url=f"http://127.0.0.1:{unused_port}/")

    assert ("wrong", True) == (verdict, "cannot be reached" in evidence)


async def test_secrets_are_removed(service: Service) -> None:
    """Secrets in a response are removed from the evidence."""
    service.answer(b"cannot connect: postgres://app:hunter2@db/app", path="/", status="500 Oops")

    _, evidence = await run_probe("http", HERE, url=f"{service.url}/")

    assert "postgres://app:[redacted]@db/app" in evidence


async def test_no_part_of_a_secret_is_shown(service: Service) -> None:
    """A password is removed even if the excerpt ends in the middle of it."""
    service.answer(
        b"x" * 170 + b" postgres://app:" + b"hunter2" * 9 + b"@db/app", path="/", status="500 Oops"
    )

    _, evidence = await run_probe("http", HERE, url=f"{service.url}/")

    assert "hunter2" not in evidence


async def test_endless_body(service: Service) -> None:
    """The probe fails if the body exceeds the size limit."""
    service.answer(b"x" * 100_000, path="/")
    service.repeats = 1000

    verdict, evidence = await run_probe("http", HERE, url=f"{service.url}/", body="y", within_s=5)

    assert ("failed", True) == (verdict, "more than 1,000,000 bytes" in evidence)
