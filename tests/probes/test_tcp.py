"""The probe checks that a port accepts connections."""

from dataclasses import replace

import pytest

from bot.probes.interface import Permissions
from tests.probes.conftest import Service, run_probe

HERE = Permissions(hosts=["127.0.0.1", "localhost"])


@pytest.mark.parametrize(("host", "where"), [("127.0.0.1", ""), ("localhost", " at 127.0.0.1")])
async def test_open_port(service: Service, host: str, where: str) -> None:
    """An accepted connection is OK, and the evidence has the address."""
    verdict, evidence = await run_probe("tcp", HERE, host=host, port=service.port)

    assert "clear" == verdict
    assert evidence.startswith(f"{host}:{service.port} accepted a connection{where} in ")


async def test_refused_connection(unused_port: int) -> None:
    """A refused connection is a problem found."""
    found = await run_probe("tcp", HERE, host="127.0.0.1", port=unused_port)

    assert ("wrong", f"127.0.0.1:{unused_port} refused the connection.") == found


async def test_no_answer_within_the_time_limit(deaf_port: int) -> None:
    """A host that neither accepts nor refuses the connection is a problem found at the time limit."""
    impatient = replace(HERE, connect_s=0.2)

    verdict, evidence = await run_probe("tcp", impatient, host="127.0.0.1", port=deaf_port)

    assert ("wrong", True) == (verdict, "did not answer within 0.2 seconds" in evidence)


async def test_only_allowed_ports(service: Service) -> None:
    """A host that is allowed with one port is not contacted at another."""
    permissions = Permissions(hosts=["127.0.0.1:1"])

    verdict, evidence = await run_probe("tcp", permissions, host="127.0.0.1", port=service.port)

    assert ("failed", True) == (verdict, "is not listed under allowed_hosts" in evidence)
