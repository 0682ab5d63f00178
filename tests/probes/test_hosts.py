"""An allowed name may resolve only to allowed addresses, even if its address changes."""

from dataclasses import dataclass, field

import pytest

from bot.probes.interface import Permissions
from tests.probes.conftest import Service, run_probe


@dataclass(kw_only=True)
class Names:
    """Resolves any name to each of `answers` in turn, and then always to the last one."""

    answers: list[str]
    asked: list[str] = field(default_factory=list)

    async def resolve(self, host: str, _port: int) -> list[str]:
        """Return the next answer."""
        self.asked.append(host)
        return [self.answers[min(len(self.asked), len(self.answers)) - 1]]


@pytest.mark.parametrize("kind", ["tcp", "tls", "http", "config", "prometheus", "change"])
@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("10.1.2.3", "the private address"),
        ("192.168.1.1", "the private address"),
        ("100.64.0.1", "the private address"),
        ("fd12::1", "the private address"),
        ("::ffff:10.1.2.3", "the private address"),
        ("127.0.0.1", "which probes never contact"),
        ("::ffff:127.0.0.1", "which probes never contact"),
        ("169.254.169.254", "which probes never contact"),
    ],
)
async def test_name_that_resolves_to_an_internal_address(kind: str, address: str, message: str) -> None:
    """The owner of an allowed name can't point it at one of our machines."""
    names = Names(answers=[address])
    permissions = Permissions(hosts=["status.example.com"], resolve=names.resolve)
    url = "http://status.example.com:9/"
    more: dict[str, dict[str, object]] = {
        "tcp": {"host": "status.example.com", "port": 9},
        "tls": {"host": "status.example.com", "port": 9},
        "http": {"url": url},
        "config": {"url": url, "expect": {"a": 1}},
        "prometheus": {"url": url, "query": "up", "below": 1},
        "change": {"url": url},
    }

    verdict, evidence = await run_probe(kind, permissions, **more[kind])

    assert ("failed", True) == (verdict, message in evidence), evidence


@pytest.mark.parametrize(
    "address",
    [
        *("64:ff9b::7f00:1", "64:ff9b:1::a01:203", "::127.0.0.1", "::ffff:0:10.1.2.3", "2002:a01:203::"),
        *("fec0::1", "fe80::1%eth0", "fd00:ec2::254", "0.1.2.3", "::", "224.0.0.1", "255.255.255.255"),
    ],
)
async def test_name_that_resolves_to_a_special_address(address: str) -> None:
    """IPv4 addresses embedded in IPv6, and addresses of no single machine, are refused."""
    permissions = Permissions(hosts=["status.example.com"], resolve=Names(answers=[address]).resolve)

    verdict, evidence = await run_probe("tcp", permissions, host="status.example.com", port=9)

    assert ("failed", True) == (verdict, "which probes never contact" in evidence), evidence


async def test_one_refused_address_of_several() -> None:
    """If one of several addresses is refused, none of them is contacted."""

    async def both(_host: str, _port: int) -> list[str]:
        return ["93.184.216.34", "169.254.169.254"]

    permissions = Permissions(hosts=["status.example.com"], resolve=both)

    _, evidence = await run_probe("tcp", permissions, host="status.example.com", port=9)

    assert "resolves to 169.254.169.254, which probes never contact" in evidence


@pytest.mark.parametrize("port", [-1, 65536, 10**20])
@pytest.mark.parametrize("kind", ["tcp", "tls"])
async def test_invalid_port(kind: str, port: int) -> None:
    """An invalid port is reported in a sentence."""
    verdict, evidence = await run_probe(kind, Permissions(hosts=["127.0.0.1"]), host="127.0.0.1", port=port)

    assert ("failed", f"{port} is not a valid port.") == (verdict, evidence)


async def test_dns_rebinding(service: Service) -> None:
    """A name is resolved once, so it has no effect that it resolves to another address later."""
    service.answer(b"{}", path="/")
    names = Names(answers=["203.0.113.1", "127.0.0.1"])
    # Nobody has an address of 203.0.113.0/24 (RFC 5737).
    permissions = Permissions(
        hosts=["rebound.example.com"], networks=["203.0.113.0/24"], resolve=names.resolve
    )

    url = f"http://rebound.example.com:{service.port}/"
    verdict, _ = await run_probe("http", permissions, url=url, within_s=0.3)

    assert ("wrong", ["rebound.example.com"], []) == (verdict, names.asked, service.requests)


async def test_allowed_networks(service: Service) -> None:
    """A name may resolve into allowed_networks, but never to this machine."""
    inside = Names(answers=["10.255.255.1"])
    here = Names(answers=["127.0.0.1"])
    networks = ["10.0.0.0/8", "127.0.0.0/8"]

    found = [
        await run_probe(
            "http",
            Permissions(hosts=["auth.example.com"], networks=networks, resolve=names.resolve),
            url=f"http://auth.example.com:{service.port}/",
            within_s=0.2,
        )
        for names in (inside, here)
    ]

    assert ["wrong", "failed"] == [verdict for verdict, _ in found], found
    assert [] == service.requests


async def test_host_header_has_the_name(service: Service) -> None:
    """The connection goes to the address, and the request contains the name."""
    service.answer(b"{}", path="/")

    permissions = Permissions(hosts=["localhost"])
    verdict, _ = await run_probe("http", permissions, url=f"http://localhost:{service.port}/")

    assert ("clear", True) == (verdict, "Host: localhost" in service.requests[0])
