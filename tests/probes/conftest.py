"""A small real HTTP service on loopback that sends exactly the bytes it is given."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest

from bot.domain.runbooks.runbook import Probe
from bot.probes import run
from bot.probes.interface import Permissions, ProbeResult


@dataclass(kw_only=True)
class Service:
    """Answers `GET path` with the pieces in `answers[path]`, then waits for `waits_s` before it closes."""

    port: int = 0
    answers: dict[str, list[bytes]] = field(default_factory=dict)
    #: How often the last piece is sent: a body without an end.
    repeats: int = 1
    waits_s: float = 0
    requests: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self.port}"

    def answer(
        self,
        body: bytes,
        *,
        path: str = "/settings",
        kind: str = "application/json",
        status: str = "200 OK",
        more: str = "",
    ) -> None:
        """Set the response for `path`."""
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nConnection: close\r\n{more}\r\n"
        self.answers[path] = [head.encode(), body]

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection. Some tests make the client disconnect early."""
        try:
            request = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.requests.append(request)
            *pieces, last = self.answers[request.split()[1].partition("?")[0]]
            for piece in [*pieces, *[last] * self.repeats]:
                writer.write(piece)
                await writer.drain()
            await asyncio.sleep(self.waits_s)
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def probe(
        self, *, host: str = "127.0.0.1", allowed_host: str = "", timeout_s: float = 5, **options: object
    ) -> ProbeResult:
        """Run a config probe against `/settings` of this service."""
        links: Mapping[str, str] = {"settings_url": f"http://{host}:{self.port}/settings"}
        probe = Probe(kind="config", options={"url": "{settings_url}", **options})
        return await run(
            probe, links=links, permissions=Permissions(hosts=[allowed_host or host]), timeout_s=timeout_s
        )


async def run_probe(kind: str, permissions: Permissions, **options: object) -> tuple[str, str]:
    """Run a probe and return its verdict and its evidence."""
    result = await run(Probe(kind=kind, options=options), links={}, permissions=permissions)
    return result.verdict, result.evidence


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    """The running service."""
    it = Service()
    server = await asyncio.start_server(it.handle, "127.0.0.1", 0)
    it.port = server.sockets[0].getsockname()[1]
    yield it
    server.close()
    await server.wait_closed()


@pytest.fixture
def unused_port() -> Iterator[int]:
    """A port on which nothing listens. It is bound, so that nothing else takes it."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@pytest.fixture
def deaf_port() -> Iterator[int]:
    """A port that does not respond, because its queue of connections is full."""
    with socket.socket() as listener, ExitStack() as callers:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            caller = callers.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]
