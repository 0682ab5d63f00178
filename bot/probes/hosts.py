"""Checks that a probe may contact a host: an allowed name that resolves to allowed addresses."""

import asyncio
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

from bot.probes.interface import Permissions, ProbeFailed, Unreachable

LAST_PORT = 65_535

#: No name may resolve to these: addresses where clouds keep credentials, and addresses that belong to no
#: single machine.
#: To allow one, put the address itself into allowed_hosts.
_REFUSED = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("169.254.0.0/16", "fe80::/10"),  # link-local, and the metadata service of most clouds
        *("fd00:ec2::/32", "100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32"),  # AWS, Alibaba, …
        *("127.0.0.0/8", "::1/128"),  # this machine
        *("0.0.0.0/8", "224.0.0.0/3", "ff00::/8"),  # "this network", multicast, reserved
        # IPv4 addresses embedded in IPv6
        *("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "::/96", "::ffff:0:0:0/96"),
        "fec0::/10",  # site-local, deprecated, so Python does not count it as private
    )
)

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, kw_only=True)
class Place:
    """A host and port as configured. An IPv6 address has no brackets."""

    host: str
    port: int

    def __str__(self) -> str:
        """Return `host:port`, as in allowed_hosts."""
        return f"{self.host_in_url}:{self.port}"

    @property
    def host_in_url(self) -> str:
        """The host as in a URL: an IPv6 address has brackets."""
        return f"[{self.host}]" if ":" in self.host else self.host


def place_of(host: str, port: int) -> Place:
    """Return the place. Remove an IPv6 address's brackets, and lowercase the host."""
    return Place(host=host.strip("[]").lower(), port=port)


def check_permitted(place: Place, permissions: Permissions) -> None:
    """Raise ProbeFailed if the host is not allowed or the port is not valid."""
    if not 0 <= place.port <= LAST_PORT:
        raise ProbeFailed(f"{place.port} is not a valid port.")
    if not {place.host_in_url, str(place)} & set(permissions.hosts):
        raise ProbeFailed(f"{place} is not listed under allowed_hosts in firstcheck.yaml.")


async def resolve_permitted(place: Place, permissions: Permissions) -> list[str]:
    """Return the addresses of `place`. Raise ProbeFailed unless all of them are allowed.

    Connect to one of these and don't resolve the name again: it may resolve to another address by then (DNS
    rebinding).
    """
    check_permitted(place, permissions)
    try:
        found = await permissions.resolve(place.host, place.port)
    except (OSError, UnicodeError) as error:
        raise ProbeFailed(f"The name {place.host_in_url} has no address.") from error
    if not _is_address(place.host):
        _check_addresses(place.host_in_url, found, permissions)
    return found


def _check_addresses(name: str, found: Iterable[str], permissions: Permissions) -> None:
    networks = [ipaddress.ip_network(network) for network in permissions.networks]
    for text in found:
        address = _unmapped(ipaddress.ip_address(text.partition("%")[0]))
        if any(address in network for network in _REFUSED):
            raise ProbeFailed(f"{name} resolves to {text}, which probes never contact.")
        if not address.is_global and not any(address in network for network in networks):
            raise ProbeFailed(
                f"{name} resolves to the private address {text}. If that is intended, "
                "add its network to allowed_networks in firstcheck.yaml."
            )


async def connect(
    place: Place, permissions: Permissions
) -> tuple[str, asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect to `place`. Return the address that answered, and the streams, which the caller must close.

    Raise Unreachable if nothing answers, and ProbeFailed if the host is not allowed.
    """
    why = ""
    for address in await resolve_permitted(place, permissions):
        try:
            async with asyncio.timeout(permissions.connect_s):
                return address, *await asyncio.open_connection(address, place.port)
        except TimeoutError:
            why = (
                f"{place} did not answer within {permissions.connect_s:g} seconds. "
                "A firewall may be dropping packets, or the host is down."
            )
        except OSError as error:
            why = f"{place} refused the connection." if isinstance(error, ConnectionRefusedError) else ""
    raise Unreachable(why or f"{place} cannot be reached.")


def _is_address(host: str) -> bool:
    """Return whether `host` is an IP address or localhost."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    return True


def _unmapped(address: _Address) -> _Address:
    return (address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None) or address
