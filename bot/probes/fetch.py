"""Reads one address over HTTP, within narrow bounds: only hosts that are allowed, and not much of it."""

import ssl
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import httpx

from bot.probes import hosts
from bot.probes.interface import Permissions, ProbeFailed, Unreachable

LARGEST_BYTES = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the address answered; a redirect is an answer like any other, and is never followed."""

    place: hosts.Place
    status: int
    content_type: str
    body: bytes


def permit(address: str, allowed: Permissions) -> None:
    """Refuse an address that is none, or whose host nobody named; raises ProbeFailed with a sentence."""
    hosts.permit(_place(_url(address)), allowed)


async def fetch(address: str, allowed: Permissions) -> Answer:
    """Return what a GET of `address` answers; raises ProbeFailed with a sentence for all but a plain 200."""
    answer = await ask(address, allowed)
    if httpx.codes.is_redirect(answer.status):
        raise ProbeFailed(f"{answer.place} redirects: write the address where its answer really is.")
    if answer.status != httpx.codes.OK:
        raise ProbeFailed(f"{answer.place} answered {answer.status} instead of what was asked for.")
    return answer


async def ask(address: str, allowed: Permissions, *, query: Mapping[str, str] | None = None) -> Answer:
    """Return what a GET of `address` answers, whatever its status; `query` is put behind a question mark.

    Raises Unreachable when nothing answers there, ProbeFailed when it may not be asked or says too much.
    """
    url = _url(address)
    if query:
        url = url.copy_merge_params(query)
    place = _place(url)
    found = await hosts.reachable(place, allowed)
    async with httpx.AsyncClient(
        trust_env=False,
        follow_redirects=False,
        timeout=httpx.Timeout(None, connect=allowed.connect_s),
        verify=_trust(),
    ) as client:
        for one in found:
            try:
                return await _get(client, url, place, one)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue  # a name may have an address where nothing listens, such as ::1 beside 127.0.0.1
            except httpx.HTTPError as error:
                raise ProbeFailed(f"{place} broke off: {type(error).__name__}.") from error
    raise Unreachable(f"{place} cannot be reached: nothing answers there, or its certificate is not trusted.")


@cache
def _trust() -> ssl.SSLContext:
    """Trust whom this machine trusts, such as a company's own authority; reading that list takes a while."""
    return ssl.create_default_context()


def _url(address: str) -> httpx.URL:
    try:
        url = httpx.URL(address)
    except (httpx.InvalidURL, ValueError) as error:
        raise ProbeFailed("The probe's url is no address.") from error
    if url.scheme not in {"http", "https"} or not url.raw_host:
        raise ProbeFailed("The probe's url must begin with http:// or https:// and a host.")
    if url.userinfo:
        raise ProbeFailed("The probe's url holds credentials: take them out, probes go without.")
    return url


def _place(url: httpx.URL) -> hosts.Place:
    return hosts.Place(host=url.raw_host.decode(), port=url.port or (443 if url.scheme == "https" else 80))


async def _get(client: httpx.AsyncClient, url: httpx.URL, place: hosts.Place, address: str) -> Answer:
    """Ask `address` as if it were the host of `url`; TLS still checks the host's name."""
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
            _bound(place, body)
        return Answer(
            place=place,
            status=response.status_code,
            content_type=response.headers.get("Content-Type", "").lower(),
            body=_unpacked(place, bytes(body), response.headers.get("Content-Encoding", "identity").lower()),
        )


def _bound(place: hosts.Place, body: bytes | bytearray) -> None:
    if len(body) > LARGEST_BYTES:
        raise ProbeFailed(f"{place} sent more than {LARGEST_BYTES:,} bytes, which is more than is read.")


def _unpacked(place: hosts.Place, body: bytes, encoding: str) -> bytes:
    """The body as it was before compression, which some servers apply unasked; never more than the bound."""
    if encoding == "identity":
        return body
    if encoding != "gzip":
        raise ProbeFailed(f"{place} sent its answer packed as {encoding[:20]!r}.")
    try:
        plain = zlib.decompressobj(wbits=31).decompress(body, LARGEST_BYTES + 1)
    except zlib.error as error:
        raise ProbeFailed(f"{place} sent gzip that cannot be unpacked.") from error
    _bound(place, plain)
    return plain
