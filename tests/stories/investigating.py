"""An investigation with its own clock, and helpers to act, to wait, and to read messages."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.app import Firstcheck, assembled
from bot.config.settings import Settings
from bot.demo.auth_service import AuthService
from bot.demo.guided import BROKEN
from bot.demo.replay import MIN_STEP, MovedClock
from bot.domain.incident.incident import Incident
from bot.engine.record import utc_now
from bot.slack.api.rate_limits import Limiter
from bot.slack.incoming.http import PATH
from bot.web.server import serve_app
from bot.workspace import Channel, Message, Workspace

TEN = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
ALICE, BOB = "U0ALICE", "U0BOB"


class Clock(MovedClock):
    """A clock that can also be set to a wrong time."""

    def jump(self, by: timedelta) -> None:
        """Set the clock ahead or back."""
        self._now += by


@dataclass(frozen=True, kw_only=True)
class Search:
    """One incident of the service auth, and the people who investigate it."""

    bot: Firstcheck
    workspace: Workspace
    clock: Clock

    async def settle(self) -> None:
        """Let the bot do all work that is due."""
        for _ in range(3):
            await self.bot.work()
            await self.workspace.settled()

    async def wait(self, minutes: float) -> None:
        """Let time pass. What falls due on the way happens on time."""
        until = self.clock.now() + timedelta(minutes=minutes)
        while (due := await self.bot.store.outbox.next_due(self.clock.now())) and due < until:
            self.clock.move(max(due, self.clock.now() + MIN_STEP))
            await self.settle()
        self.clock.move(until)
        await self.settle()

    async def begin(self) -> None:
        """Alice declares the incident, and Bob joins."""
        where = "C0GENERAL"
        await self.workspace.command(ALICE, where, "/incident", "new logins fail sev2 service:auth")
        await self.wait(0.5)
        for person in (ALICE, BOB):
            await self.workspace.join(person, self.channel.id)
        await self.settle()

    async def types(self, person: str, text: str) -> str:
        """Type a slash command in the channel and return the ephemeral answer."""
        answered = await self.workspace.command(person, self.channel.id, "/incident", text)
        await self.wait(0.1)
        return str((answered.ephemeral or {}).get("text", ""))

    async def click(self, person: str, message: Message, action_id: str, value: Any = None) -> str:
        """Use a button or a menu and return the ephemeral answer, if any."""
        before = len(self.workspace.ephemerals)
        await self.workspace.click(person, self.channel.id, message.ts, action_id, value=value)
        await self.wait(0.1)
        return "".join(ephemeral.text for ephemeral in self.workspace.ephemerals[before:])

    @property
    def channel(self) -> Channel:
        """Return the incident's channel."""
        return next(
            channel for channel in self.workspace.channels.values() if channel.name.startswith("inc-1-logins")
        )

    def posts(self, part: str) -> list[Message]:
        """Return the bot's messages in the channel that contain `part`, oldest first."""
        ours = [
            message
            for message in self.workspace.messages(self.channel.id)
            if message.bot and not message.subtype and not message.deleted
        ]
        return [message for message in ours if part in str(message.blocks or message.text)]

    async def incident(self) -> Incident:
        """Return the incident's current state."""
        return await self.bot.recorder.load(1)

    async def happened(self, kind: type) -> list[Any]:
        """Return the events of one type, oldest first."""
        return [row.event for row in await self.bot.store.log.events(1) if isinstance(row.event, kind)]


@asynccontextmanager
async def searching(settings: Settings, workspace: Workspace, clock: Clock) -> AsyncIterator[Search]:
    """Run a bot with a workspace. Leaving the block has the effect of a crash."""
    async with AsyncExitStack() as stack:
        settings = replace(settings, slack_api_url=f"{workspace.url}/api/")
        limiter = Limiter(clock=clock.seconds)
        bot = await stack.enter_async_context(assembled(settings, clock=clock.now, limiter=limiter))
        await bot.store.outbox.release_leases()
        url = await stack.enter_async_context(serve_app(bot.asgi))
        workspace.request_url = url + PATH
        yield Search(bot=bot, workspace=workspace, clock=clock)


@asynccontextmanager
async def begun(settings: Settings) -> AsyncIterator[Search]:
    """Yield an investigation that has just begun, at ten o'clock."""
    clock = Clock(TEN)
    workspace = Workspace(clock=clock.seconds)
    async with serve_app(workspace.asgi), searching(settings, workspace, clock) as search:
        await search.begin()
        yield search


#: A manual step that always comes first, two probes with a wrong and a right setting, and the database.
TWO_PROBES = """
title: Two probes
owner: U0ALICE
escalate: [U0DAVE]
steps:
  - {id: announce, title: Tell support, area: dependency, always_first: true}
  - id: key
    title: Read the key
    area: config
    probe: {kind: config, url: "AUTH", expect: {token.signing_key_id: "2024-01"}}
  - id: ttl
    title: Read the lifetime
    area: identity
    probe: {kind: config, url: "AUTH", expect: {token.ttl_seconds: 900}}
  - {id: database, title: Ask the database, area: database, minutes: 30}
"""


@asynccontextmanager
async def begun_with(settings: Settings, runbook: str) -> AsyncIterator[Search]:
    """Yield an investigation with that runbook. AUTH in it is the URL of a service with a wrong key."""
    auth = AuthService(clock=utc_now, admin_token="made-up")
    auth.redeploy(BROKEN)
    folder = settings.postmortems.parent / "runbooks"
    folder.mkdir()
    async with serve_app(auth.asgi) as url:
        (folder / "own.yaml").write_text(runbook.replace("AUTH", f"{url}/settings"))
        async with begun(replace(settings, runbooks=folder, allowed_hosts=("127.0.0.1",))) as search:
            yield search
