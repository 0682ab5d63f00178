"""A stage for stories: a local workspace, a bot on a database of its own, and what a story does with them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import httpx

from bot.app import Firstcheck, assembled
from bot.config.settings import Settings
from bot.domain.incident.incident import Incident
from bot.slack.api.rate_limits import Limiter
from bot.slack.incoming.http import PATH
from bot.web.server import serve_app
from bot.workspace import Channel, Message, Workspace

T = TypeVar("T")
PATIENCE_S = 15.0
SHARED = Path(__file__).parents[2] / "shared"


@dataclass(kw_only=True)
class Stage:
    """One workspace and one bot at work; methods wait for what they look for."""

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
        """Return what `look` finds, as soon as it finds something."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                if found := await look():
                    return found
                await asyncio.sleep(0.01)

    async def channel(self, number: int = 1) -> Channel:
        """Return the channel of incident `number` once it is open."""
        incident = await self.until(lambda: self._opened(number))
        return self.workspace.channels[incident.channel]

    async def _opened(self, number: int) -> Incident | None:
        incident = await self.bot.recorder.load(number)
        return incident if incident.channel else None

    async def quiet(self) -> None:
        """Return once nothing is left to do, by the bot or on its way to it."""

        async def nothing_left() -> bool:
            await self.workspace.settled()
            waiting = [job for job in await self.bot.store.outbox.jobs() if job.effect.not_before is None]
            return not waiting and not await self.bot.store.journal.pending()

        await self.until(nothing_left)

    async def incident(self, number: int = 1) -> Incident:
        """Return an incident as it stands."""
        return await self.bot.recorder.load(number)

    def said(self, channel: Channel) -> list[Message]:
        """Return what stands in a channel that the bot wrote, without Slack's own notices."""
        messages = self.workspace.messages(channel.id)
        return [
            message for message in messages if message.bot and not message.subtype and not message.deleted
        ]


@asynccontextmanager
async def staged(
    workspace: Workspace, settings: Settings, *, limiter: Limiter | None = None
) -> AsyncIterator[Stage]:
    """Put a bot at work against a workspace that is being served already."""
    settings = replace(settings, slack_api_url=f"{workspace.url}/api/")
    async with AsyncExitStack() as stack:
        bot = await stack.enter_async_context(assembled(settings, limiter=limiter))
        await bot.store.outbox.release_leases()
        url = await stack.enter_async_context(serve_app(bot.asgi))
        workspace.request_url = url + PATH
        client = await stack.enter_async_context(httpx.AsyncClient(trust_env=False))
        working = asyncio.create_task(bot.run())
        try:
            yield Stage(workspace=workspace, bot=bot, url=url, client=client)
        finally:
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working
