"""Somebody listens at a port, or nobody does."""

from dataclasses import replace

import pytest

from bot.probes import Permissions
from tests.probes.conftest import Service, look

HERE = Permissions(hosts=["127.0.0.1", "localhost"])


@pytest.mark.parametrize(("host", "where"), [("127.0.0.1", ""), ("localhost", " at 127.0.0.1")])
async def test_somebody_listens(service: Service, host: str, where: str) -> None:
    """A connection that is taken clears the step, and the evidence says by whom."""
    verdict, evidence = await look("tcp", HERE, host=host, port=service.port)

    assert "clear" == verdict
    assert evidence.startswith(f"{host}:{service.port} took a connection{where} in ")


async def test_nobody_listens(unused_port: int) -> None:
    """A refused connection is the finding."""
    found = await look("tcp", HERE, host="127.0.0.1", port=unused_port)

    assert ("wrong", f"127.0.0.1:{unused_port} refused the connection.") == found


async def test_a_full_queue_is_silence(deaf_port: int) -> None:
    """A host that neither accepts nor refuses the connection is a problem once the time limit is over."""
    impatient = replace(HERE, connect_s=0.2)

    verdict, evidence = await look("tcp", impatient, host="127.0.0.1", port=deaf_port)

    assert ("wrong", True) == (verdict, "did not answer within 0.2 seconds" in evidence)


async def test_only_allowed_ports(service: Service) -> None:
    """A host that is allowed with one port is not asked at another."""
    allowed = Permissions(hosts=["127.0.0.1:1"])

    verdict, evidence = await look("tcp", allowed, host="127.0.0.1", port=service.port)

    assert ("failed", True) == (verdict, "is not among allowed_hosts" in evidence)
