"""Does a TLS handshake, to see whether the certificate is trusted, for this name, and for how long still."""

import asyncio
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.vocabulary import ProbeVerdict
from bot.probes import hosts
from bot.probes.files import content, readable
from bot.probes.interface import Finding, Kind, Permissions, ProbeFailed, Unreachable


@dataclass(frozen=True, kw_only=True)
class Options:
    """Where to connect to, and what its certificate must keep."""

    host: str
    port: int = 443
    #: The name the certificate must be for; without it the host's.
    name: str = ""
    #: A certificate that ends sooner than this is wrong already.
    days: float = 14
    #: A PEM file of the authority to trust instead of those that this machine trusts.
    authority: str = ""

    @property
    def place(self) -> hosts.Place:
        """The host and port as one."""
        return hosts.named(self.host, self.port)


def permit(options: Options, allowed: Permissions) -> None:
    """Refuse a place that may not be asked, and a file that may not be read."""
    hosts.permit(options.place, allowed)
    if options.authority:
        readable(options.authority, allowed)


async def look(options: Options, allowed: Permissions) -> Finding:
    """Shake hands as a client would, and read the day on which the certificate ends."""
    place = options.place
    trust = await asyncio.to_thread(_trust, options.authority, allowed)
    try:
        certificate = await _certificate(place, options.name or place.host, trust, allowed)
    except ssl.SSLCertVerificationError as error:
        return Finding(verdict=ProbeVerdict.WRONG, evidence=f"{place}: {error.verify_message.rstrip('.')}.")
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)
    left = ends - datetime.now(UTC)
    evidence = f"The certificate of {place} ends on {ends:%Y-%m-%d}, in {left.days} days"
    if left < timedelta(days=options.days):
        return Finding(
            verdict=ProbeVerdict.WRONG, evidence=f"{evidence}; expected at least {options.days:g}."
        )
    return Finding(verdict=ProbeVerdict.CLEAR, evidence=f"{evidence}; its chain and name are right.")


def _trust(authority: str, allowed: Permissions) -> ssl.SSLContext:
    if not authority:
        return ssl.create_default_context()
    pem = content(authority, allowed)
    try:
        return ssl.create_default_context(cadata=pem.decode("ascii"))
    except (ssl.SSLError, ValueError) as error:
        raise ProbeFailed(f"{authority} holds no certificate in PEM.") from error


async def _certificate(
    place: hosts.Place, name: str, trust: ssl.SSLContext, allowed: Permissions
) -> dict[str, Any]:
    """Return the certificate, once it is known to be good. Raises SSLCertVerificationError when it is not."""
    for address in await hosts.reachable(place, allowed):
        try:
            async with asyncio.timeout(allowed.connect_s):
                _, writer = await asyncio.open_connection(
                    address, place.port, ssl=trust, server_hostname=name
                )
        except ssl.SSLCertVerificationError:
            raise
        except ssl.SSLError as error:
            raise ProbeFailed(f"{place} answers, but not in TLS that we speak: {error.reason}.") from error
        except (OSError, TimeoutError):
            continue
        certificate: dict[str, Any] = writer.get_extra_info("peercert")
        writer.transport.abort()
        return certificate
    raise Unreachable(f"{place} cannot be reached, so its certificate was not seen.")


KIND = Kind(options=Options, permit=permit, look=look)
