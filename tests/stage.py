"""A stage for stories: a local workspace, a bot with its own database, and shared helpers."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TypeVar

import httpx

from bot.app import Firstcheck, assembled
from bot.config.runbooks import load_runbooks
from bot.config.settings import Settings
from bot.domain.incident.incident import Incident
from bot.domain.runbooks.runbook import Runbook
from bot.engine.background import background
from bot.probes import PROBES
from bot.slack.api.rate_limits import Limiter
from bot.slack.incoming.http import PATH
from bot.web.server import serve_app
from bot.workspace import Channel, Message, Workspace

T = TypeVar("T")
PATIENCE_S = 15.0
SHARED = Path(__file__).parents[2] / "shared"
#: Trusts no authority. For HTTP-only clients: loading the system's authorities would take 14 ms.
NO_AUTHORITIES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@dataclass(kw_only=True)
class Stage:
    """A workspace and a running bot. Methods wait until what they look for is there."""

    workspace: Workspace
    bot: Firstcheck
    url: str
    client: httpx.AsyncClient

    async def alert(
        self, name: str = "real-single-firing.json", source: str = "alertmanager"
    ) -> httpx.Response:
        """Post a captured Alertmanager body."""
        body = (
            Path(__file__).parent / "alerts" / "sources" / "payloads" / "alertmanager" / name
        ).read_bytes()
        return await self.client.post(f"{self.url}/alerts/{source}", content=body)

    async def until(self, look: Callable[[], Awaitable[T | None]]) -> T:
        """Call `look` until it returns something true, and return that."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                if found := await look():
                    return found
                await asyncio.sleep(0.01)

    async def channel(self, number: int = 1) -> Channel:
        """Wait for the channel of incident `number` and return it."""
        incident = await self.until(lambda: self._opened(number))
        return self.workspace.channels[incident.channel.id]

    async def _opened(self, number: int) -> Incident | None:
        incident = await self.bot.recorder.load(number)
        return incident if incident.channel.id else None

    async def quiet(self) -> None:
        """Wait until the bot has nothing to do and no event is on its way to it."""

        async def nothing_left() -> bool:
            await self.workspace.settled()
            delivered = len(self.workspace.deliveries)
            # The journal first: work moves from there to the jobs, and must not do so between the two reads.
            pending = await self.bot.store.journal.pending()
            waiting = [job for job in await self.bot.store.outbox.jobs() if job.effect.not_before is None]
            await self.workspace.settled()
            return not pending and not waiting and delivered == len(self.workspace.deliveries)

        await self.until(nothing_left)

    async def incident(self, number: int = 1) -> Incident:
        """Return an incident as it is now."""
        return await self.bot.recorder.load(number)

    def posts(self, channel: Channel) -> list[Message]:
        """Return the bot's own messages in a channel, without deleted ones and Slack's notices."""
        messages = self.workspace.messages(channel.id)
        return [
            message for message in messages if message.bot and not message.subtype and not message.deleted
        ]


@cache
def runbooks_in(folder: Path) -> tuple[Runbook, ...]:
    """Return the runbooks of a folder, read once for all tests: reading them costs most of a stage."""
    return load_runbooks(folder, PROBES)


@asynccontextmanager
async def staged(
    workspace: Workspace, settings: Settings, *, limiter: Limiter | None = None
) -> AsyncIterator[Stage]:
    """Run a bot against a workspace that is already being served."""
    settings = replace(settings, slack_api_url=f"{workspace.url}/api/")
    runbooks = runbooks_in(settings.runbooks)
    async with AsyncExitStack() as stack:
        bot = await stack.enter_async_context(assembled(settings, limiter=limiter, runbooks=runbooks))
        await bot.store.outbox.release_leases()
        url = await stack.enter_async_context(serve_app(bot.asgi))
        workspace.request_url = url + PATH
        client = await stack.enter_async_context(httpx.AsyncClient(trust_env=False, verify=NO_AUTHORITIES))
        await stack.enter_async_context(background(bot.run()))
        yield Stage(workspace=workspace, bot=bot, url=url, client=client)
