"""Resolves a name, as this machine or a given server does, and holds the answer against the right one."""

import ipaddress
from dataclasses import dataclass

import dns.asyncresolver
import dns.exception
import dns.rdatatype
import dns.resolver

from bot.domain.vocabulary import ProbeVerdict
from bot.probes import hosts
from bot.probes.interface import Finding, Kind, Permissions, ProbeFailed

TYPES = ("A", "AAAA", "CNAME", "MX", "NS", "SRV", "TXT")
#: What a record may be long, and how many are shown.
MOST_SHOWN = 8


@dataclass(frozen=True, kw_only=True)
class Options:
    """What is asked, and which records must come back; without `expect` any will do."""

    name: str
    type: str = "A"
    expect: tuple[str, ...] = ()
    #: `address` or `address:port` of the server to ask, instead of those that this machine asks.
    server: str = ""

    def __post_init__(self) -> None:
        """Refuse what nobody could answer."""
        if self.type not in TYPES:
            raise ValueError(f"type is one of {', '.join(TYPES)}")


def permit(options: Options, allowed: Permissions) -> None:
    """Refuse a name that may not be asked for, and a server that may not be asked."""
    named = {
        host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host for host in allowed.hosts
    }
    name = _name(options)
    if name not in named:
        raise ProbeFailed(f"{name} is not among allowed_hosts in firstcheck.yaml, so it is not asked for.")
    if options.server:
        hosts.permit(_server(options.server), allowed)


async def look(options: Options, allowed: Permissions) -> Finding:
    """Ask for the records; a name that does not exist is a finding, a server that does not answer is none."""
    permit(options, allowed)
    name = _name(options)
    resolver = await _resolver(options.server, allowed)
    try:
        answer = await resolver.resolve(f"{name}.", options.type, lifetime=allowed.lookup_s)
    except dns.resolver.NXDOMAIN:
        return Finding(verdict=ProbeVerdict.WRONG, evidence=f"The name {name} does not exist.")
    except dns.resolver.NoAnswer:
        return Finding(verdict=ProbeVerdict.WRONG, evidence=f"{name} has no {options.type} record.")
    except dns.exception.Timeout as error:
        raise ProbeFailed(
            f"No name server answered for {name} within {allowed.lookup_s:g} seconds."
        ) from error
    except dns.exception.DNSException as error:
        raise ProbeFailed(f"The name servers could not say what {name} is.") from error
    found = {record.to_text().rstrip(".").lower() for record in answer}
    return _judged(f"{name} {options.type}", found, {text.rstrip(".").lower() for text in options.expect})


def _judged(what: str, found: set[str], expected: set[str]) -> Finding:
    shown = ", ".join(sorted(found)[:MOST_SHOWN])
    if expected and found != expected:
        return Finding(
            verdict=ProbeVerdict.WRONG, evidence=f"{what} is {shown}, expected {', '.join(sorted(expected))}"
        )
    return Finding(verdict=ProbeVerdict.CLEAR, evidence=f"{what} is {shown}.")


async def _resolver(server: str, allowed: Permissions) -> dns.asyncresolver.Resolver:
    if not server:
        try:
            return dns.asyncresolver.Resolver()
        except dns.resolver.NoResolverConfiguration as error:
            raise ProbeFailed("This machine has no name servers configured.") from error
    place = _server(server)
    resolver = dns.asyncresolver.Resolver(configure=False)
    resolver.nameservers = [*await hosts.reachable(place, allowed)]
    resolver.port = place.port
    return resolver


def _name(options: Options) -> str:
    return options.name.lower().rstrip(".")


def _server(server: str) -> hosts.Place:
    host, colon, port = server.rpartition(":")
    try:
        address = str(ipaddress.ip_address(server if not colon or server.count(":") > 1 else host))
    except ValueError as error:
        raise ProbeFailed(f"The server {server!r} is no address.") from error
    return hosts.Place(host=address, port=int(port) if address == host and port.isdecimal() else 53)


KIND = Kind(options=Options, permit=permit, look=look)
