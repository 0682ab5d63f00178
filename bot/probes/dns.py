"""Resolves a name through this machine's name servers or a given one, and checks the records."""

import ipaddress
from dataclasses import dataclass

import dns.asyncresolver
import dns.exception
import dns.rdatatype
import dns.resolver

from bot.probes import hosts
from bot.probes.interface import Finding, Kind, Permissions, ProbeFailed, ok, problem

TYPES = ("A", "AAAA", "CNAME", "MX", "NS", "SRV", "TXT")
#: How many records the evidence shows.
MOST_SHOWN = 8


@dataclass(frozen=True, kw_only=True)
class Options:
    """The query, and the records that must be returned (default: any)."""

    name: str
    type: str = "A"
    expect: tuple[str, ...] = ()
    #: `address` or `address:port` of the name server (default: those of this machine).
    server: str = ""

    def __post_init__(self) -> None:
        """Raise ValueError if the type is not supported."""
        if self.type not in TYPES:
            raise ValueError(f"type must be one of {', '.join(TYPES)}")


def check_permitted(options: Options, permissions: Permissions) -> None:
    """Raise ProbeFailed if the name may not be resolved, or the server may not be contacted."""
    names = {
        host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host for host in permissions.hosts
    }
    name = _name(options)
    if name not in names:
        raise ProbeFailed(f"{name} is not listed under allowed_hosts in firstcheck.yaml.")
    if options.server:
        hosts.check_permitted(_server(options.server), permissions)


async def run(options: Options, permissions: Permissions) -> Finding:
    """Resolve the name. A name without records is a problem. Raise ProbeFailed if no server answers."""
    check_permitted(options, permissions)
    name = _name(options)
    resolver = await _resolver(options.server, permissions)
    try:
        answer = await resolver.resolve(f"{name}.", options.type, lifetime=permissions.lookup_s)
    except dns.resolver.NXDOMAIN:
        return problem(f"The name {name} does not exist.")
    except dns.resolver.NoAnswer:
        return problem(f"{name} has no {options.type} record.")
    except dns.exception.Timeout as error:
        limit = f"{permissions.lookup_s:g} seconds"
        raise ProbeFailed(f"No name server answered for {name} within {limit}.") from error
    except dns.exception.DNSException as error:
        raise ProbeFailed(f"The name servers returned an error for {name}.") from error
    found = {record.to_text().rstrip(".").lower() for record in answer}
    expected = {text.rstrip(".").lower() for text in options.expect}
    answered = f"{name} {options.type} is {', '.join(sorted(found)[:MOST_SHOWN])}"
    if expected and found != expected:
        return problem(f"{answered}, expected {', '.join(sorted(expected))}")
    return ok(f"{answered}.")


async def _resolver(server: str, permissions: Permissions) -> dns.asyncresolver.Resolver:
    if not server:
        try:
            return dns.asyncresolver.Resolver()
        except dns.resolver.NoResolverConfiguration as error:
            raise ProbeFailed("This machine has no name servers configured.") from error
    place = _server(server)
    resolver = dns.asyncresolver.Resolver(configure=False)
    resolver.nameservers = [*await hosts.resolve_permitted(place, permissions)]
    resolver.port = place.port
    return resolver


def _name(options: Options) -> str:
    return options.name.lower().rstrip(".")


def _server(server: str) -> hosts.Place:
    host, colon, port = server.rpartition(":")
    try:
        address = str(ipaddress.ip_address(server if not colon or server.count(":") > 1 else host))
    except ValueError as error:
        raise ProbeFailed(f"The server {server!r} is not an IP address.") from error
    return hosts.Place(host=address, port=int(port) if address == host and port.isdecimal() else 53)


KIND = Kind(options=Options, check_permitted=check_permitted, run=run)
