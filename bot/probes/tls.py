"""Performs a TLS handshake and checks the certificate's chain, name and expiry."""

import asyncio
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.probes import hosts
from bot.probes.files import permitted_path, read_file
from bot.probes.interface import Finding, Kind, Permissions, ProbeFailed, Unreachable, ok, problem


@dataclass(frozen=True, kw_only=True)
class Options:
    """The host and port to connect to, and the requirements for the certificate."""

    host: str
    port: int = 443
    #: The name the certificate must be valid for (default: the host).
    name: str = ""
    #: A certificate that expires in fewer days is a problem.
    days: float = 14
    #: A PEM file of the certificate authority to trust (default: those of this machine).
    authority: str = ""


def check_permitted(options: Options, permissions: Permissions) -> None:
    """Raise ProbeFailed if the host may not be contacted, or the authority's file may not be read."""
    hosts.check_permitted(hosts.place_of(options.host, options.port), permissions)
    if options.authority:
        permitted_path(options.authority, permissions)


async def run(options: Options, permissions: Permissions) -> Finding:
    """Perform the handshake and check when the certificate expires."""
    place = hosts.place_of(options.host, options.port)
    trust = await asyncio.to_thread(_trust, options.authority, permissions)
    try:
        certificate = await _certificate(place, options.name or place.host, trust, permissions)
    except ssl.SSLCertVerificationError as error:
        return problem(f"{place}: {error.verify_message.rstrip('.')}.")
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)
    left = ends - datetime.now(UTC)
    evidence = f"The certificate of {place} expires on {ends:%Y-%m-%d}, in {left.days} days"
    if left < timedelta(days=options.days):
        return problem(f"{evidence}; at least {options.days:g} are required.")
    return ok(f"{evidence}. Its chain and name are valid.")


def _trust(authority: str, permissions: Permissions) -> ssl.SSLContext:
    if not authority:
        return ssl.create_default_context()
    pem = read_file(authority, permissions)
    try:
        return ssl.create_default_context(cadata=pem.decode("ascii"))
    except (ssl.SSLError, ValueError) as error:
        raise ProbeFailed(f"{authority} contains no PEM certificate.") from error


async def _certificate(
    place: hosts.Place, name: str, trust: ssl.SSLContext, permissions: Permissions
) -> dict[str, Any]:
    """Return the verified certificate. Raise SSLCertVerificationError if it is not valid."""
    for address in await hosts.resolve_permitted(place, permissions):
        try:
            async with asyncio.timeout(permissions.connect_s):
                _, writer = await asyncio.open_connection(
                    address, place.port, ssl=trust, server_hostname=name
                )
        except ssl.SSLCertVerificationError:
            raise
        except ssl.SSLError as error:
            raise ProbeFailed(f"{place} answers, but the TLS handshake failed: {error.reason}.") from error
        except (OSError, TimeoutError):
            continue
        certificate: dict[str, Any] = writer.get_extra_info("peercert")
        writer.transport.abort()
        return certificate
    raise Unreachable(f"{place} cannot be reached, so its certificate was not checked.")


KIND = Kind(options=Options, check_permitted=check_permitted, run=run)
