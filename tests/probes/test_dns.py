"""The probe resolves names through a small real name server, which can also fail."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import cast

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from bot.probes.interface import Permissions
from tests.probes.conftest import run_probe

RECORDS = {
    ("auth.example.com.", "A"): ["192.0.2.1", "192.0.2.2"],
    ("auth.example.com.", "CNAME"): ["Web.Example.com."],
    ("example.com.", "MX"): ["10 mail.example.com."],
    ("quiet.example.com.", "TXT"): ["x"],
}


@dataclass(kw_only=True)
class NameServer(asyncio.DatagramProtocol):
    """Answers from RECORDS. With `rcode` it returns that error, and if `silent` it does not answer."""

    rcode: dns.rcode.Rcode = dns.rcode.NOERROR
    silent: bool = False
    asked: list[str] = field(default_factory=list)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport for answers."""
        self.transport = cast(asyncio.DatagramTransport, transport)  # the stop that the test requested
        self.address: str = ":".join(map(str, transport.get_extra_info("sockname")))

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer one query."""
        query = dns.message.from_wire(data)
        (question,) = query.question
        name, kind = str(question.name), dns.rdatatype.to_text(question.rdtype)
        self.asked.append(name)
        if self.silent:
            return
        answer = dns.message.make_response(query, recursion_available=True)
        answer.set_rcode(self.rcode)
        if (name, kind) in RECORDS:
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, *RECORDS[name, kind]))
        elif not any(name == recorded for recorded, _ in RECORDS):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        self.transport.sendto(answer.to_wire(), addr)


@pytest.fixture
async def server() -> AsyncIterator[NameServer]:
    """The running name server."""
    transport, it = await asyncio.get_running_loop().create_datagram_endpoint(
        NameServer, local_addr=("127.0.0.1", 0)
    )
    yield it
    transport.close()


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("auth.example.com", {}, ("clear", "auth.example.com A is 192.0.2.1, 192.0.2.2.")),
        ("Auth.Example.com.", {}, ("clear", "auth.example.com A is 192.0.2.1, 192.0.2.2.")),
        (
            "auth.example.com",
            {"expect": ["192.0.2.2", "192.0.2.1"]},
            ("clear", "auth.example.com A is 192.0.2.1, 192.0.2.2."),
        ),
        (
            "auth.example.com",
            {"expect": ["192.0.2.1"]},
            ("wrong", "auth.example.com A is 192.0.2.1, 192.0.2.2, expected 192.0.2.1"),
        ),
        (
            "auth.example.com",
            {"type": "CNAME", "expect": ["web.example.com."]},
            ("clear", "auth.example.com CNAME is web.example.com."),
        ),
        ("example.com", {"type": "MX"}, ("clear", "example.com MX is 10 mail.example.com.")),
        ("quiet.example.com", {}, ("wrong", "quiet.example.com has no A record.")),
        ("gone.example.com", {}, ("wrong", "The name gone.example.com does not exist.")),
    ],
)
async def test_records(
    server: NameServer, name: str, options: dict[str, object], expected: tuple[str, str]
) -> None:
    """Order, case and the final dot of records don't matter. A missing record is a problem found."""
    permissions = Permissions(hosts=[name.lower().rstrip("."), server.address])

    assert expected == await run_probe("dns", permissions, name=name, server=server.address, **options)


async def test_server_that_returns_errors(server: NameServer) -> None:
    """The probe fails if the server returns an error, which proves nothing about the name."""
    server.rcode = dns.rcode.SERVFAIL
    permissions = Permissions(hosts=["auth.example.com", "127.0.0.1"])

    found = await run_probe("dns", permissions, name="auth.example.com", server=server.address)

    assert ("failed", "The name servers returned an error for auth.example.com.") == found


async def test_server_that_does_not_answer(server: NameServer) -> None:
    """The probe fails if no server answers within the time limit."""
    server.silent = True
    permissions = Permissions(hosts=["auth.example.com", "127.0.0.1"], lookup_s=0.2)

    found = await run_probe("dns", permissions, name="auth.example.com", server=server.address)

    assert ("failed", "No name server answered for auth.example.com within 0.2 seconds.") == found


@pytest.mark.parametrize(
    ("hosts", "asked", "message"),
    [
        (["127.0.0.1"], "HERE", "auth.example.com is not listed under allowed_hosts"),
        (["auth.example.com"], "HERE", "is not listed under allowed_hosts"),
        (["auth.example.com"], "ns.example.com", "The server 'ns.example.com' is not an IP address."),
        (["auth.example.com:443"], "[::1", "is not an IP address."),
    ],
)
async def test_names_and_servers_that_are_not_allowed(
    server: NameServer, hosts: list[str], asked: str, message: str
) -> None:
    """Both the name and the server have to be allowed."""
    at = server.address if asked == "HERE" else asked

    verdict, evidence = await run_probe("dns", Permissions(hosts=hosts), name="auth.example.com", server=at)

    assert ("failed", True, []) == (verdict, message in evidence, server.asked), evidence
