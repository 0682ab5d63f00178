"""An allowed name leads only where such names may lead, also when it changes its mind."""

from dataclasses import dataclass, field

import pytest

from bot.probes import Permissions
from tests.probes.conftest import Service, run_probe


@dataclass(kw_only=True)
class Names:
    """Resolves any name to each of `answers` in turn, the last of them for ever."""

    answers: list[str]
    asked: list[str] = field(default_factory=list)

    async def resolve(self, host: str, _port: int) -> list[str]:
        """Return the next answer."""
        self.asked.append(host)
        return [self.answers[min(len(self.asked), len(self.answers)) - 1]]


@pytest.mark.parametrize("kind", ["tcp", "tls", "http", "config", "prometheus", "change"])
@pytest.mark.parametrize(
    ("address", "said"),
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
async def test_a_public_name_does_not_lead_inside(kind: str, address: str, said: str) -> None:
    """Whoever holds an allowed name cannot point it at a machine of ours."""
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

    assert ("failed", True) == (verdict, said in evidence), evidence


@pytest.mark.parametrize(
    "address",
    [
        *("64:ff9b::7f00:1", "64:ff9b:1::a01:203", "::127.0.0.1", "::ffff:0:10.1.2.3", "2002:a01:203::"),
        *("fec0::1", "fe80::1%eth0", "fd00:ec2::254", "0.1.2.3", "::", "224.0.0.1", "255.255.255.255"),
    ],
)
async def test_no_name_leads_inside_in_disguise(address: str) -> None:
    """An address of IPv4 inside one of IPv6, or one that is no single machine's."""
    permissions = Permissions(hosts=["status.example.com"], resolve=Names(answers=[address]).resolve)

    verdict, evidence = await run_probe("tcp", permissions, host="status.example.com", port=9)

    assert ("failed", True) == (verdict, "which probes never contact" in evidence), evidence


async def test_one_address_that_is_refused_is_one_too_many() -> None:
    """A name with several is asked at none when one of them leads inside."""

    async def both(_host: str, _port: int) -> list[str]:
        return ["93.184.216.34", "169.254.169.254"]

    permissions = Permissions(hosts=["status.example.com"], resolve=both)

    _, evidence = await run_probe("tcp", permissions, host="status.example.com", port=9)

    assert "resolves to 169.254.169.254, which probes never contact" in evidence


@pytest.mark.parametrize("port", [-1, 65536, 10**20])
@pytest.mark.parametrize("kind", ["tcp", "tls"])
async def test_a_port_that_is_none(kind: str, port: int) -> None:
    """It is said in a sentence."""
    verdict, evidence = await run_probe(kind, Permissions(hosts=["127.0.0.1"]), host="127.0.0.1", port=port)

    assert ("failed", f"{port} is not a valid port.") == (verdict, evidence)


async def test_rebinding_finds_nobody(service: Service) -> None:
    """A name is resolved once: that it would lead elsewhere a moment later changes nothing."""
    service.answer(b"{}", path="/")
    names = Names(answers=["203.0.113.1", "127.0.0.1"])
    # Nobody has an address of 203.0.113.0/24 (RFC 5737).
    permissions = Permissions(
        hosts=["rebound.example.com"], networks=["203.0.113.0/24"], resolve=names.resolve
    )

    url = f"http://rebound.example.com:{service.port}/"
    verdict, _ = await run_probe("http", permissions, url=url, within_s=0.3)

    assert ("wrong", ["rebound.example.com"], []) == (verdict, names.asked, service.requests)


async def test_a_private_network_may_be_allowed(service: Service) -> None:
    """With its network under allowed_networks a name may lead inside, but never to this machine."""
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


async def test_the_names_host_is_asked_for(service: Service) -> None:
    """The connection goes to the address, and the request still says the name."""
    service.answer(b"{}", path="/")

    permissions = Permissions(hosts=["localhost"])
    verdict, _ = await run_probe("http", permissions, url=f"http://localhost:{service.port}/")

    assert ("clear", True) == (verdict, "Host: localhost" in service.requests[0])
