"""Whom a probe may reach: allowed names, where they lead to addresses that they may lead to."""

import asyncio
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

from bot.probes.interface import Permissions, ProbeFailed, Unreachable

LAST_PORT = 65_535

#: Addresses no name may lead to: where clouds keep credentials, and what is no single machine.
#: Who really means one writes the address itself into allowed_hosts.
_REFUSED = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("169.254.0.0/16", "fe80::/10"),  # link-local, and the metadata service of most clouds
        *("fd00:ec2::/32", "100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32"),  # AWS, Alibaba, …
        *("127.0.0.0/8", "::1/128"),  # this machine, unless it is named
        *("0.0.0.0/8", "224.0.0.0/3", "ff00::/8"),  # no host, multicast, reserved
        # An IPv4 address in disguise
        *("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "::/96", "::ffff:0:0:0/96"),
        "fec0::/10",  # private once, and not known as such any more
    )
)

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, kw_only=True)
class Place:
    """A host and port as they were named; an IPv6 address comes without its brackets."""

    host: str
    port: int

    def __str__(self) -> str:
        """`host:port`, as allowed_hosts has it."""
        return f"{self.shown}:{self.port}"

    @property
    def shown(self) -> str:
        """The host as URLs have it."""
        return f"[{self.host}]" if ":" in self.host else self.host


def named(host: str, port: int) -> Place:
    """Return the place that people name: an address in brackets or not, a host in any letters."""
    return Place(host=host.strip("[]").lower(), port=port)


def permit(place: Place, allowed: Permissions) -> None:
    """Refuse a place that nobody named, or that is none; raises ProbeFailed with a sentence."""
    if not 0 <= place.port <= LAST_PORT:
        raise ProbeFailed(f"{place.port} is no port.")
    if not {place.shown, str(place)} & set(allowed.hosts):
        raise ProbeFailed(f"{place} is not among allowed_hosts in firstcheck.yaml, so it is not asked.")


async def reachable(place: Place, allowed: Permissions) -> list[str]:
    """Return the addresses of `place`, every one of which may be asked; raises ProbeFailed with a sentence.

    Whoever connects goes to one of these and never resolves the name again, so that a name which changes
    its mind in between leads nowhere else (DNS rebinding).
    """
    permit(place, allowed)
    try:
        found = await allowed.resolve(place.host, place.port)
    except (OSError, UnicodeError) as error:
        raise ProbeFailed(f"The name {place.shown} has no address.") from error
    if not _is_address(place.host):
        _check(place.shown, found, allowed)
    return found


def _check(name: str, found: Iterable[str], allowed: Permissions) -> None:
    networks = [ipaddress.ip_network(network) for network in allowed.networks]
    for text in found:
        address = _plain(ipaddress.ip_address(text.partition("%")[0]))
        if any(address in network for network in _REFUSED):
            raise ProbeFailed(f"{name} leads to {text}, which probes never ask.")
        if not address.is_global and not any(address in network for network in networks):
            raise ProbeFailed(
                f"{name} leads to {text}, a private address: if that is meant, "
                "put its network under allowed_networks in firstcheck.yaml."
            )


async def connected(
    place: Place, allowed: Permissions
) -> tuple[str, asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect to `place`; returns the address that answered, and the streams, which the caller closes.

    Raises Unreachable when nothing answers, ProbeFailed when it may not be asked.
    """
    why = ""
    for address in await reachable(place, allowed):
        try:
            async with asyncio.timeout(allowed.connect_s):
                return address, *await asyncio.open_connection(address, place.port)
        except TimeoutError:
            why = (
                f"{place} did not answer within {allowed.connect_s:g} seconds, "
                "as a firewall or a dead host does."
            )
        except OSError as error:
            why = f"{place} refused the connection." if isinstance(error, ConnectionRefusedError) else ""
    raise Unreachable(why or f"{place} cannot be reached.")


def _is_address(host: str) -> bool:
    """Whether the very address is named, and no name for it."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    return True


def _plain(address: _Address) -> _Address:
    return (address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None) or address
