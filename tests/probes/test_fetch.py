"""A probe asks only whom it may, and reads only so much."""

import gzip
from typing import Any

import pytest

from bot.domain.runbooks.runbook import Probe
from bot.probes import PROBES, Permissions, run

EXPECT = {"a": 1}


async def test_what_is_sent(service: Any) -> None:
    """The request names us and the host that was asked for, although it goes to an address."""
    service.answer(b'{"a": 1}')

    result = await service.probe(host="localhost", expect=EXPECT)

    assert result.verdict == "clear"
    assert f"Host: localhost:{service.port}\r\n" in service.requests[0]
    assert "User-Agent: firstcheck\r\n" in service.requests[0]


async def test_proxies_are_ignored(service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy in the environment would ask on our behalf where we may not."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    service.answer(b'{"a": 1}')

    result = await service.probe(expect=EXPECT)

    assert result.verdict == "clear"


@pytest.mark.parametrize(
    ("body", "more", "repeats"),
    [
        (b"x" * 100_000, "", 10_000),
        (b'{"a": "' + b"x" * 1_000_000 + b'"}', "", 1),
        (gzip.compress(b"\0" * 50_000_000), "Content-Encoding: gzip\r\n", 1),
    ],
    ids=["endless", "huge", "gzip bomb"],
)
async def test_no_more_than_a_megabyte(service: Any, body: bytes, more: str, repeats: int) -> None:
    """Reading stops where settings end and an attack begins, before and after unpacking."""
    service.answer(body, more=more)
    service.repeats = repeats

    result = await service.probe(expect=EXPECT)

    assert result.verdict == "failed"
    assert "sent more than 1,000,000 bytes" in result.evidence


async def test_gzip_is_read(service: Any) -> None:
    """Some servers pack what they send, asked or not."""
    service.answer(gzip.compress(b'{"a": 1}'), more="Content-Encoding: gzip\r\n")

    result = await service.probe(expect=EXPECT)

    assert result.verdict == "clear"


@pytest.mark.parametrize(
    ("status", "more", "evidence"),
    [
        ("302 Found", "Location: http://169.254.169.254/\r\n", "redirects: write the address where"),
        ("500 Oops", "", "answered 500 instead of what was asked for"),
        ("204 Nothing", "", "answered 204 instead of what was asked for"),
        ("200 OK", "Content-Encoding: br\r\n", "sent its answer packed as 'br'"),
        ("200 OK", "Content-Encoding: gzip\r\n", "sent gzip that cannot be unpacked"),
        ("200 OK", "Content-Length: 99\r\n", "broke off: RemoteProtocolError"),
    ],
)
async def test_answers_that_fail(service: Any, status: str, more: str, evidence: str) -> None:
    """Anything but a plain answer is evidence of nothing, and is not followed."""
    service.answer(b"{}", status=status, more=more)

    result = await service.probe(expect=EXPECT)

    assert result.verdict == "failed"
    assert evidence in result.evidence
    assert len(service.requests) == 1


async def test_a_slow_answer_is_given_up(service: Any) -> None:
    """A responder does not wait for a service that drips."""
    service.answer(b"{")
    service.waits_s = 1

    result = await service.probe(expect=EXPECT, timeout_s=0.2)

    expected = ("failed", "No answer within 0.2 seconds.")
    assert expected == (result.verdict, result.evidence)


async def test_the_port_may_be_part_of_the_permission(service: Any) -> None:
    """`host:port` in allowed_hosts opens that port and no other."""
    service.answer(b'{"a": 1}')

    allowed = await service.probe(expect=EXPECT, allowed_host=f"127.0.0.1:{service.port}")
    refused = await service.probe(expect=EXPECT, allowed_host="127.0.0.1:1")

    expected = ("clear", "failed")
    assert expected == (allowed.verdict, refused.verdict)
    assert "is not listed under allowed_hosts in firstcheck.yaml" in refused.evidence


@pytest.mark.parametrize(
    ("url", "permissions", "evidence"),
    [
        ("http://127.0.0.1:9/", "", "127.0.0.1:9 is not listed under allowed_hosts"),
        ("http://127.0.0.1:9/", "127.0.0.1", "cannot be reached"),
        ("http://127.1:9/", "127.1", "resolves to 127.0.0.1, which probes never contact"),
        ("http://169.254.43518/", "169.254.43518", "resolves to 169.254.169.254, which probes never contact"),
        ("http://ann:pw@127.0.0.1/", "127.0.0.1", "holds credentials"),
        ("ftp://127.0.0.1/", "127.0.0.1", "must begin with http://"),
        ("file:///etc/passwd", "", "must begin with http://"),
        ("http://[::1", "", "is no address"),
        ("http://127.0.0.1:99999/", "127.0.0.1", "99999 is no port"),
        ("http://no-such-name.invalid/", "no-such-name.invalid", "has no address"),
    ],
)
async def test_addresses_that_fail(url: str, permissions: str, evidence: str) -> None:
    """What may not be asked is not, and the sentence says why."""
    probe = Probe(kind="config", options={"url": url, "expect": EXPECT})

    result = await run(probe, links={}, permissions=Permissions(hosts=[permissions]))

    assert result.verdict == "failed"
    assert evidence in result.evidence


async def test_an_unknown_kind_fails() -> None:
    """A kind that does not exist is a verdict, never an exception."""
    result = await run(Probe(kind="magic"), links={}, permissions=Permissions())

    expected = ("failed", f"There is no probe 'magic'; the kinds are {', '.join(sorted(PROBES))}.")
    assert expected == (result.verdict, result.evidence)
