"""A probe requests only allowed URLs, and limits the size of the response."""

import gzip
from typing import Any

import pytest

from bot.domain.runbooks.runbook import Probe
from bot.probes import PROBES, run
from bot.probes.interface import Permissions

EXPECT = {"a": 1}


async def test_request_headers(service: Any) -> None:
    """The request has our user agent and the host's name, although the connection goes to an address."""
    service.answer(b'{"a": 1}')

    result = await service.probe(host="localhost", expect=EXPECT)

    assert result.verdict == "clear"
    assert f"Host: localhost:{service.port}\r\n" in service.requests[0]
    assert "User-Agent: firstcheck\r\n" in service.requests[0]


async def test_proxies_are_ignored(service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy in the environment is not used, because it could reach hosts that are not allowed."""
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
async def test_large_responses(service: Any, body: bytes, more: str, repeats: int) -> None:
    """A response of more than a megabyte is refused, compressed or not."""
    service.answer(body, more=more)
    service.repeats = repeats

    result = await service.probe(expect=EXPECT)

    assert result.verdict == "failed"
    assert "sent more than 1,000,000 bytes" in result.evidence


async def test_gzip_is_decompressed(service: Any) -> None:
    """A gzip response is decompressed, because some servers compress without being asked."""
    service.answer(gzip.compress(b'{"a": 1}'), more="Content-Encoding: gzip\r\n")

    result = await service.probe(expect=EXPECT)

    assert result.verdict == "clear"


@pytest.mark.parametrize(
    ("status", "more", "evidence"),
    [
        ("302 Found", "Location: http://169.254.169.254/\r\n", "redirects. Use the address"),
        ("500 Oops", "", "answered 500 instead of 200"),
        ("204 Nothing", "", "answered 204 instead of 200"),
        ("200 OK", "Content-Encoding: br\r\n", "compressed its response with 'br'"),
        ("200 OK", "Content-Encoding: gzip\r\n", "sent invalid gzip"),
        ("200 OK", "Content-Length: 99\r\n", "broke: RemoteProtocolError"),
    ],
)
async def test_responses_that_fail(service: Any, status: str, more: str, evidence: str) -> None:
    """The probe fails for any status but 200, a redirect, or an encoding that is not supported."""
    service.answer(b"{}", status=status, more=more)

    result = await service.probe(expect=EXPECT)

    assert result.verdict == "failed"
    assert evidence in result.evidence
    assert len(service.requests) == 1


async def test_slow_response(service: Any) -> None:
    """The probe fails at its time limit if the response is too slow."""
    service.answer(b"{")
    service.waits_s = 1

    result = await service.probe(expect=EXPECT, timeout_s=0.2)

    expected = ("failed", "No answer within 0.2 seconds.")
    assert expected == (result.verdict, result.evidence)


async def test_permission_for_one_port(service: Any) -> None:
    """`host:port` in allowed_hosts allows that port and no other."""
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
        ("http://ann:pw@127.0.0.1/", "127.0.0.1", "contains credentials"),
        ("ftp://127.0.0.1/", "127.0.0.1", "must start with http://"),
        ("file:///etc/passwd", "", "must start with http://"),
        ("http://[::1", "", "is not a valid URL"),
        ("http://127.0.0.1:99999/", "127.0.0.1", "99999 is not a valid port"),
        ("http://no-such-name.invalid/", "no-such-name.invalid", "has no address"),
    ],
)
async def test_urls_that_fail(url: str, permissions: str, evidence: str) -> None:
    """A URL that is not valid or not allowed is not requested, and the evidence says why."""
    probe = Probe(kind="config", options={"url": url, "expect": EXPECT})

    result = await run(probe, links={}, permissions=Permissions(hosts=[permissions]))

    assert result.verdict == "failed"
    assert evidence in result.evidence


async def test_unknown_kind() -> None:
    """An unknown kind of probe is the verdict `failed`, not an exception."""
    result = await run(Probe(kind="magic"), links={}, permissions=Permissions())

    expected = ("failed", f"There is no probe 'magic'; the kinds are {', '.join(sorted(PROBES))}.")
    assert expected == (result.verdict, result.evidence)
