"""Reads one address over HTTP, within narrow bounds: only hosts that are allowed, and not much of it."""

import asyncio
import ipaddress
import socket
import ssl
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

import httpx

from bot.probes.interface import ProbeFailed

CONNECT_S = 3.0
LARGEST_BYTES = 1_000_000

#: Addresses no name may lead to: where clouds keep credentials, and what is no single machine.
#: Who really means one writes the address itself into allowed_hosts.
_REFUSED = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("169.254.0.0/16", "fe80::/10"),  # link-local, and the metadata service of most clouds
        *(
            "fd00:ec2::/32",
            "100.100.100.200/32",
            "168.63.129.16/32",
            "192.0.0.192/32",
        ),  # AWS, Alibaba, Azure, Oracle
        *("127.0.0.0/8", "::1/128"),  # this machine, unless it is named
        *("0.0.0.0/8", "::/128", "224.0.0.0/3", "ff00::/8"),  # no host, multicast, reserved
        *("64:ff9b::/96", "2002::/16"),  # an IPv4 address in disguise
    )
)

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the address answered."""

    content_type: str
    body: bytes


async def fetch(address: str, allowed_hosts: Collection[str]) -> Answer:
    """Return what a GET of `address` answers; raises ProbeFailed with a sentence for all but a plain 200.

    The name is resolved once, its addresses are checked, and the connection goes to a checked address, so
    that a name which changes its mind in between leads nowhere else (DNS rebinding).
    """
    url = _checked(address, allowed_hosts)
    places = await _resolve(url)
    async with httpx.AsyncClient(
        trust_env=False,
        follow_redirects=False,
        timeout=httpx.Timeout(None, connect=CONNECT_S),
        verify=_trust(),
    ) as client:
        for place in places:
            try:
                return await _get(client, url, place)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue  # a name may have an address where nothing listens, such as ::1 beside 127.0.0.1
            except httpx.HTTPError as error:
                raise ProbeFailed(f"{_name(url)} broke off: {type(error).__name__}.") from error
    raise ProbeFailed(
        f"{_name(url)} cannot be reached: nothing answers there, or its certificate is not trusted."
    )


@cache
def _trust() -> ssl.SSLContext:
    """Trust whom this machine trusts, such as a company's own authority; reading that list takes a while."""
    return ssl.create_default_context()


def _checked(address: str, allowed_hosts: Collection[str]) -> httpx.URL:
    try:
        url = httpx.URL(address)
    except (httpx.InvalidURL, ValueError) as error:
        raise ProbeFailed("The probe's url is no address.") from error
    if url.scheme not in {"http", "https"} or not url.raw_host:
        raise ProbeFailed("The probe's url must begin with http:// or https:// and a host.")
    if url.userinfo:
        raise ProbeFailed("The probe's url holds credentials: take them out, probes go without.")
    if not {_host(url), _name(url)} & set(allowed_hosts):
        raise ProbeFailed(f"{_name(url)} is not among allowed_hosts in firstcheck.yaml, so it was not asked.")
    return url


def _host(url: httpx.URL) -> str:
    host = url.raw_host.decode()
    return f"[{host}]" if ":" in host else host


def _port(url: httpx.URL) -> int:
    return url.port or (443 if url.scheme == "https" else 80)


def _name(url: httpx.URL) -> str:
    return f"{_host(url)}:{_port(url)}"


async def _resolve(url: httpx.URL) -> list[str]:
    """Return the addresses of the host, none of which is refused."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(url.raw_host.decode(), _port(url), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise ProbeFailed(f"The name {_host(url)} has no address.") from error
    places = [str(sockaddr[0]) for *_, sockaddr in found]
    for place in places:
        if not _says_itself(url) and _refused(ipaddress.ip_address(place)):
            raise ProbeFailed(f"{_host(url)} leads to {place}, which probes never ask.")
    return places


def _says_itself(url: httpx.URL) -> bool:
    """Whether the URL, and so the list of allowed hosts, names the very address and no name for it."""
    try:
        ipaddress.ip_address(url.raw_host.decode())
    except ValueError:
        return url.raw_host == b"localhost"
    return True


def _refused(address: _Address) -> bool:
    plain = (address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None) or address
    return any(plain in network for network in _REFUSED)


async def _get(client: httpx.AsyncClient, url: httpx.URL, place: str) -> Answer:
    """Ask the address `place` as if it were the host of `url`; TLS still checks the host's name."""
    headers = {
        "Host": url.netloc.decode(),
        "User-Agent": "firstcheck",
        "Accept": "application/json, application/yaml;q=0.9, */*;q=0.1",
        "Accept-Encoding": "identity",
    }
    extensions = {"sni_hostname": url.raw_host.decode()}
    where = url.copy_with(host=place)
    async with client.stream("GET", where, headers=headers, extensions=extensions) as response:
        if response.is_redirect:
            raise ProbeFailed(f"{_name(url)} redirects: write the address where its settings really are.")
        if response.status_code != httpx.codes.OK:
            raise ProbeFailed(f"{_name(url)} answered {response.status_code} instead of its settings.")
        body = bytearray()
        async for piece in response.aiter_raw():
            body += piece
            _bound(url, body)
        return Answer(
            content_type=response.headers.get("Content-Type", "").lower(),
            body=_unpacked(url, bytes(body), response.headers.get("Content-Encoding", "identity").lower()),
        )


def _bound(url: httpx.URL, body: bytes | bytearray) -> None:
    if len(body) > LARGEST_BYTES:
        raise ProbeFailed(f"{_name(url)} sent more than {LARGEST_BYTES:,} bytes; settings are smaller.")


def _unpacked(url: httpx.URL, body: bytes, encoding: str) -> bytes:
    """The body as it was before compression, which some servers apply unasked; never more than the bound."""
    if encoding == "identity":
        return body
    if encoding != "gzip":
        raise ProbeFailed(f"{_name(url)} sent its settings packed as {encoding[:20]!r}.")
    try:
        plain = zlib.decompressobj(wbits=31).decompress(body, LARGEST_BYTES + 1)
    except zlib.error as error:
        raise ProbeFailed(f"{_name(url)} sent gzip that cannot be unpacked.") from error
    _bound(url, plain)
    return plain
