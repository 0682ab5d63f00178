"""A service is asked whether it answers as it should, with the right words, and soon enough."""

import re

import pytest

from bot.probes import Permissions
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
    """The status and the words that are expected count, and a wrong answer is shown in short."""
    service.answer(b"I am\r\nalive", path="/healthz", kind="text/plain", status=status)

    verdict, evidence = await run_probe("http", HERE, url=f"{service.url}/healthz", **options)

    shown = re.sub(r"in \d+ ms", "in N ms", evidence.replace(f"127.0.0.1:{service.port}", "PLACE"))
    assert expected == (verdict, shown)


async def test_a_redirect_is_not_followed(service: Service) -> None:
    """It counts as what it is: an answer with another status."""
    service.answer(b"", path="/old", status="302 Found", more=f"Location: {service.url}/new\r\n")

    verdict, evidence = await run_probe("http", HERE, url=f"{service.url}/old")

    assert ("wrong", True) == (verdict, "answered 302" in evidence)
    assert 1 == len(service.requests)


async def test_a_slow_answer_is_wrong(service: Service) -> None:
    """Soon enough is part of the question, so nobody waits longer than that."""
    service.answer(b"I am", path="/healthz")
    service.waits_s = 1

    found = await run_probe("http", HERE, url=f"{service.url}/healthz", within_s=0.2)

    assert ("wrong", "No complete response within 0.2 seconds.") == found


async def test_nobody_there_is_wrong(unused_port: int) -> None:
    """Whether anybody answers is what this probe asks."""
    verdict, evidence = await run_probe("http", HERE, url=f"http://127.0.0.1:{unused_port}/")

    assert ("wrong", True) == (verdict, "cannot be reached" in evidence)


async def test_secrets_are_taken_out(service: Service) -> None:
    """What a broken service blurts out is not repeated."""
    service.answer(b"cannot connect: postgres://app:hunter2@db/app", path="/", status="500 Oops")

    _, evidence = await run_probe("http", HERE, url=f"{service.url}/")

    assert "postgres://app:[redacted]@db/app" in evidence


async def test_no_secret_stays_because_it_is_cut_in_the_middle(service: Service) -> None:
    """An excerpt that ends before the @ would show the password."""
    service.answer(
        b"x" * 170 + b" postgres://app:" + b"hunter2" * 9 + b"@db/app", path="/", status="500 Oops"
    )

    _, evidence = await run_probe("http", HERE, url=f"{service.url}/")

    assert "hunter2" not in evidence


async def test_too_much_is_no_evidence(service: Service) -> None:
    """An endless body says nothing of the words in it."""
    service.answer(b"x" * 100_000, path="/")
    service.repeats = 1000

    verdict, evidence = await run_probe("http", HERE, url=f"{service.url}/", body="y", within_s=5)

    assert ("failed", True) == (verdict, "more than 1,000,000 bytes" in evidence)
