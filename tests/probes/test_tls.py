"""A certificate is trusted, for its name and for long enough, or the probe says what is the matter."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from bot.probes import Permissions
from tests.probes.conftest import Service, look

AUTHORITY = trustme.CA()
OTHER = trustme.CA()
#: Far enough from midnight that the count of days does not change under the test.
ENDS = timedelta(days=40, hours=12)

Leaf = Callable[[], trustme.LeafCert]


@asynccontextmanager
async def serving(certificate: trustme.LeafCert) -> AsyncIterator[int]:
    """A TLS server with this certificate; yields its port."""
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
    """What may be touched: this machine, and the authority's file."""
    AUTHORITY.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    (tmp_path / "empty.pem").write_text("nothing")
    return Permissions(hosts=["127.0.0.1", "localhost"], folder=tmp_path, paths=[Path()])


def ends_in(left: timedelta) -> trustme.LeafCert:
    """A certificate for localhost that ends so long from now."""
    return AUTHORITY.issue_cert("localhost", not_after=datetime.now(UTC) + left)


@pytest.mark.parametrize(
    ("leaf", "days", "verdict", "said"),
    [
        (lambda: ends_in(ENDS), 14, "clear", "in 40 days; its chain and name are right."),
        (lambda: ends_in(ENDS), 60, "wrong", "in 40 days; expected at least 60."),
        (lambda: ends_in(timedelta(days=-1)), 14, "wrong", "certificate has expired."),
        (lambda: OTHER.issue_cert("localhost"), 14, "wrong", "unable to get local issuer certificate."),
        (lambda: AUTHORITY.issue_cert("elsewhere"), 14, "wrong", "certificate is not valid for 'localhost'."),
    ],
    ids=["good", "ends soon", "expired", "unknown authority", "another name"],
)
async def test_certificates(here: Permissions, leaf: Leaf, days: float, verdict: str, said: str) -> None:
    """End, chain and name are held against what a client would take."""
    async with serving(leaf()) as port:
        found = await look("tls", here, host="localhost", port=port, days=days, authority="authority.pem")

    assert (verdict, True) == (found[0], found[1].endswith(said)), found


async def test_another_name_may_be_asked_for(here: Permissions) -> None:
    """A server behind a load balancer is asked as its clients do, by the name they use."""
    async with serving(AUTHORITY.issue_cert("auth.example.com")) as port:
        options = {"port": port, "name": "auth.example.com", "authority": "authority.pem"}
        found = await look("tls", here, host="127.0.0.1", **options)

    assert "clear" == found[0], found


async def test_this_machine_does_not_trust_the_tests(here: Permissions) -> None:
    """Without an authority of our own the machine's list counts."""
    async with serving(AUTHORITY.issue_cert("localhost")) as port:
        found = await look("tls", here, host="localhost", port=port)

    assert "wrong" == found[0], found


async def test_no_tls_is_no_evidence(here: Permissions, service: Service) -> None:
    """A server that does not speak TLS has no certificate to judge."""
    impatient = replace(here, connect_s=0.3)

    found = await look("tls", impatient, host="localhost", port=service.port)

    assert ("failed", True) == (found[0], "cannot be reached" in found[1] or "not in TLS" in found[1]), found


async def test_nobody_there_is_no_evidence(here: Permissions, unused_port: int) -> None:
    """What was not seen cannot be judged."""
    found = await look("tls", here, host="localhost", port=unused_port)

    expected = f"localhost:{unused_port} cannot be reached, so its certificate was not seen."
    assert ("failed", expected) == found


@pytest.mark.parametrize(
    ("authority", "said"),
    [
        ("empty.pem", "empty.pem holds no certificate in PEM."),
        ("none.pem", "There is no file none.pem."),
        ("../other.pem", "../other.pem is not under allowed_paths in firstcheck.yaml, so it is not read."),
    ],
)
async def test_the_authority_must_be_readable(here: Permissions, authority: str, said: str) -> None:
    """A file that is wrong or forbidden is a sentence, and nothing is asked."""
    assert ("failed", said) == await look("tls", here, host="localhost", port=1, authority=authority)
