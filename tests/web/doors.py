"""A real server that accepts alerts and saves them in a journal in memory."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware

from bot.config.settings import AlertSecret
from bot.web.alerts import routes
from bot.web.guard import BodyLimit, SizeLimit
from bot.web.server import serve_app

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
FEW_BYTES = {"/alerts/": SizeLimit(one=1000, total=1500), "": SizeLimit(one=10, total=10)}
SOON_S = 0.3


@dataclass(kw_only=True)
class Journal:
    """A journal in memory that can be broken and counts how often the worker was woken."""

    rows: list[tuple[str, dict[str, str], str, datetime]] = field(default_factory=list)
    broken: bool = False
    woken_after: list[int] = field(default_factory=list)

    async def append(self, source: str, headers: Mapping[str, str], body: str, now: datetime) -> int:
        """Keep a row and return its number."""
        if self.broken:
            raise OSError("No space left on device")
        self.rows.append((source, dict(headers), body, now))
        return len(self.rows)

    def accepted(self) -> None:
        """Note that the worker was woken, and with how many rows."""
        self.woken_after.append(len(self.rows))

    @property
    def bodies(self) -> list[str]:
        """The bodies kept."""
        return [body for _, _, body, _ in self.rows]


@asynccontextmanager
async def serving(
    journal: Journal,
    rooms: Mapping[str, SizeLimit] = FEW_BYTES,
    /,
    *,
    open_to_loopback: bool = True,
    **secrets: AlertSecret,
) -> AsyncIterator[httpx.AsyncClient]:
    """Serve the routes on loopback and yield a client."""
    app = Starlette(
        routes=routes(
            journal_append=journal.append,
            secrets=secrets,
            now=lambda: NOW,
            accepted=journal.accepted,
            open_to_loopback=open_to_loopback,
        ),
        middleware=[Middleware(BodyLimit, limits=rooms, timeout_s=SOON_S)],
    )
    async with serve_app(app) as url, httpx.AsyncClient(base_url=url, trust_env=False) as client:
        yield client
