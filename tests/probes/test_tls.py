"""The probe checks a certificate's chain, name and expiry."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from bot.probes.interface import Permissions
from tests.probes.conftest import Service, run_probe

AUTHORITY = trustme.CA()
OTHER = trustme.CA()
#: Far enough from midnight that the count of days does not change under the test.
ENDS = timedelta(days=40, hours=12)

Leaf = Callable[[], trustme.LeafCert]


@asynccontextmanager
async def serving(certificate: trustme.LeafCert) -> AsyncIterator[int]:
    """Run a TLS server with this certificate and yield its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)

    async def handle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


@pytest.fixture
def here(tmp_path: Path) -> Permissions:
    """Permission to contact this machine and to read the authority's file."""
    AUTHORITY.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    (tmp_path / "empty.pem").write_text("nothing")
    return Permissions(hosts=["127.0.0.1", "localhost"], folder=tmp_path, paths=[Path()])


def ends_in(left: timedelta) -> trustme.LeafCert:
    """Return a certificate for localhost that expires after that time."""
    return AUTHORITY.issue_cert("localhost", not_after=datetime.now(UTC) + left)


@pytest.mark.parametrize(
    ("leaf", "days", "verdict", "message"),
    [
        (lambda: ends_in(ENDS), 14, "clear", "in 40 days. Its chain and name are valid."),
        (lambda: ends_in(ENDS), 60, "wrong", "in 40 days; at least 60 are required."),
        (lambda: ends_in(timedelta(days=-1)), 14, "wrong", "certificate has expired."),
        (lambda: OTHER.issue_cert("localhost"), 14, "wrong", "unable to get local issuer certificate."),
        (lambda: AUTHORITY.issue_cert("elsewhere"), 14, "wrong", "certificate is not valid for 'localhost'."),
    ],
    ids=["good", "ends soon", "expired", "unknown authority", "another name"],
)
async def test_certificates(here: Permissions, leaf: Leaf, days: float, verdict: str, message: str) -> None:
    """A certificate's expiry, chain and name are checked as a client does."""
    async with serving(leaf()) as port:
        found = await run_probe(
            "tls", here, host="localhost", port=port, days=days, authority="authority.pem"
        )

    assert (verdict, True) == (found[0], found[1].endswith(message)), found


async def test_other_name(here: Permissions) -> None:
    """`name` replaces the host's name, for a server behind a load balancer."""
    async with serving(AUTHORITY.issue_cert("auth.example.com")) as port:
        options = {"port": port, "name": "auth.example.com", "authority": "authority.pem"}
        found = await run_probe("tls", here, host="127.0.0.1", **options)

    assert "clear" == found[0], found


async def test_default_authorities(here: Permissions) -> None:
    """Without `authority` the certificate authorities of this machine apply."""
    async with serving(AUTHORITY.issue_cert("localhost")) as port:
        found = await run_probe("tls", here, host="localhost", port=port)

    assert "wrong" == found[0], found


async def test_server_without_tls(here: Permissions, service: Service) -> None:
    """The probe fails if the server does not speak TLS."""
    impatient = replace(here, connect_s=0.3)

    found = await run_probe("tls", impatient, host="localhost", port=service.port)

    assert ("failed", True) == (
        found[0],
        "cannot be reached" in found[1] or "TLS handshake failed" in found[1],
    ), found


async def test_nothing_listens(here: Permissions, unused_port: int) -> None:
    """The probe fails if nothing listens, because no certificate was checked."""
    found = await run_probe("tls", here, host="localhost", port=unused_port)

    expected = f"localhost:{unused_port} cannot be reached, so its certificate was not checked."
    assert ("failed", expected) == found


@pytest.mark.parametrize(
    ("authority", "message"),
    [
        ("empty.pem", "empty.pem contains no PEM certificate."),
        ("none.pem", "There is no file none.pem."),
        ("../other.pem", "../other.pem is not under any path listed in allowed_paths in firstcheck.yaml."),
    ],
)
async def test_authority_that_cannot_be_read(here: Permissions, authority: str, message: str) -> None:
    """The probe fails without connecting if the authority's file is wrong or not allowed."""
    assert ("failed", message) == await run_probe("tls", here, host="localhost", port=1, authority=authority)
