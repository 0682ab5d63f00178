"""A small real service on loopback that answers each path with the very bytes it was given."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

import pytest

from bot.domain.runbook import Probe
from bot.probes import Allowed, ProbeResult, run


@dataclass(kw_only=True)
class Service:
    """Answers `GET path` with `answers[path]`, piece by piece, and then waits if it is told to."""

    port: int = 0
    answers: dict[str, list[bytes]] = field(default_factory=dict)
    #: How often the last piece is sent: a body without an end.
    repeats: int = 1
    waits_s: float = 0
    requests: list[str] = field(default_factory=list)

    def answer(
        self, body: bytes, *, kind: str = "application/json", status: str = "200 OK", more: str = ""
    ) -> None:
        """Answer `/settings` with `body` from now on."""
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nConnection: close\r\n{more}\r\n"
        self.answers["/settings"] = [head.encode(), body]

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection; a client that hangs up early is what some tests want."""
        try:
            request = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.requests.append(request)
            *pieces, last = self.answers[request.split()[1]]
            for piece in [*pieces, *[last] * self.repeats]:
                writer.write(piece)
                await writer.drain()
            await asyncio.sleep(self.waits_s)
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def probe(
        self, *, host: str = "127.0.0.1", allowed: str = "", timeout_s: float = 5, **options: object
    ) -> ProbeResult:
        """Run a config probe against `/settings` of this service."""
        links: Mapping[str, str] = {"settings_url": f"http://{host}:{self.port}/settings"}
        probe = Probe(kind="config", options={"url": "{settings_url}", **options})
        return await run(probe, links=links, allowed=Allowed(hosts=[allowed or host]), timeout_s=timeout_s)


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    """The service, listening."""
    it = Service()
    server = await asyncio.start_server(it.handle, "127.0.0.1", 0)
    it.port = server.sockets[0].getsockname()[1]
    yield it
    server.close()
    await server.wait_closed()
