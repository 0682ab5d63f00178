"""Sends one HTTP GET request, to allowed hosts only, and limits the size of the response."""

import ssl
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import httpx

from bot.probes import hosts
from bot.probes.interface import Permissions, ProbeFailed, Unreachable

LARGEST_BYTES = 1_000_000

#: Returns a context with this machine's certificate authorities. It is cached because it loads slowly.
_trust = cache(ssl.create_default_context)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The response. A redirect is a response like any other and is never followed."""

    place: hosts.Place
    status: int
    content_type: str
    body: bytes


def check_permitted(address: str, permissions: Permissions) -> None:
    """Raise ProbeFailed if `address` is not a valid URL or its host is not allowed."""
    hosts.check_permitted(_place(_url(address)), permissions)


async def fetch(address: str, permissions: Permissions) -> Answer:
    """Return the response to a GET of `address`. Raise ProbeFailed unless its status is 200."""
    answer = await ask(address, permissions)
    if httpx.codes.is_redirect(answer.status):
        raise ProbeFailed(f"{answer.place} redirects. Use the address it redirects to.")
    if answer.status != httpx.codes.OK:
        raise ProbeFailed(f"{answer.place} answered {answer.status} instead of 200.")
    return answer


async def ask(address: str, permissions: Permissions, *, query: Mapping[str, str] | None = None) -> Answer:
    """Return the response to a GET of `address`, whatever its status. `query` becomes the query string.

    Raise Unreachable if nothing answers, and ProbeFailed if the host is not allowed or the response is too
    large.
    """
    url = _url(address)
    if query:
        url = url.copy_merge_params(query)
    place = _place(url)
    found = await hosts.resolve_permitted(place, permissions)
    async with httpx.AsyncClient(
        trust_env=False,
        follow_redirects=False,
        timeout=httpx.Timeout(None, connect=permissions.connect_s),
        verify=_trust(),
    ) as client:
        for one in found:
            try:
                return await _get(client, url, place, one)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue  # nothing may listen at one of several addresses, such as ::1 beside 127.0.0.1
            except httpx.HTTPError as error:
                raise ProbeFailed(f"The connection to {place} broke: {type(error).__name__}.") from error
    raise Unreachable(f"{place} cannot be reached. Nothing answers, or its certificate is not trusted.")


def _url(address: str) -> httpx.URL:
    try:
        url = httpx.URL(address)
    except (httpx.InvalidURL, ValueError) as error:
        raise ProbeFailed("The probe's url is not a valid URL.") from error
    if url.scheme not in {"http", "https"} or not url.raw_host:
        raise ProbeFailed("The probe's url must start with http:// or https:// and a host.")
    if url.userinfo:
        raise ProbeFailed("The probe's url contains credentials. Remove them: probes send none.")
    return url


def _place(url: httpx.URL) -> hosts.Place:
    return hosts.Place(host=url.raw_host.decode(), port=url.port or (443 if url.scheme == "https" else 80))


async def _get(client: httpx.AsyncClient, url: httpx.URL, place: hosts.Place, address: str) -> Answer:
    """Request `url` from this IP address. TLS still verifies the host's name."""
    headers = {
        "Host": url.netloc.decode(),
        "User-Agent": "firstcheck",
        "Accept": "application/json, application/yaml;q=0.9, */*;q=0.1",
        "Accept-Encoding": "identity",
    }
    extensions = {"sni_hostname": url.raw_host.decode()}
    where = url.copy_with(host=address)
    async with client.stream("GET", where, headers=headers, extensions=extensions) as response:
        body = bytearray()
        async for piece in response.aiter_raw():
            body += piece
            _check_size(place, body)
    encoding = response.headers.get("Content-Encoding", "identity").lower()
    return Answer(
        place=place,
        status=response.status_code,
        content_type=response.headers.get("Content-Type", "").lower(),
        body=_decompress(place, bytes(body), encoding),
    )


def _check_size(place: hosts.Place, body: bytes | bytearray) -> None:
    if len(body) > LARGEST_BYTES:
        raise ProbeFailed(f"{place} sent more than {LARGEST_BYTES:,} bytes, the most a probe reads.")


def _decompress(place: hosts.Place, body: bytes, encoding: str) -> bytes:
    """Return the decompressed body. Some servers compress without being asked. The size limit applies too."""
    if encoding == "identity":
        return body
    if encoding != "gzip":
        raise ProbeFailed(f"{place} compressed its response with {encoding[:20]!r}, which is not supported.")
    try:
        plain = zlib.decompressobj(wbits=31).decompress(body, LARGEST_BYTES + 1)
    except zlib.error as error:
        raise ProbeFailed(f"{place} sent invalid gzip.") from error
    _check_size(place, plain)
    return plain
