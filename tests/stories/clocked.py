"""A bot and a workspace with a clock that the story moves, so that a night passes in a moment."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from bot.app import Firstcheck, assembled
from bot.config.settings import Settings
from bot.domain import commands, events
from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import Severity
from bot.slack.api.rate_limits import Limiter
from bot.web.server import serve_app
from bot.workspace import Workspace

TEN = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)  # in the evening, so that the stories run through the night
SECOND = timedelta(seconds=1)
Kind = TypeVar("Kind", bound=events.Event)


class Anywhen:
    """A clock that can be set to any time, like a computer's clock."""

    def __init__(self, start: datetime = TEN) -> None:
        self.at = start

    def now(self) -> datetime:
        """Return the time, in UTC."""
        return self.at

    def seconds(self) -> float:
        """Return the time in seconds since 1970."""
        return self.at.timestamp()


@dataclass(kw_only=True)
class Clocked:
    """A running bot with a clock that only the story moves."""

    bot: Firstcheck
    workspace: Workspace
    clock: Anywhen
    url: str

    async def declare(self, severity: Severity = Severity.SEV1) -> None:
        """Declare INC-1."""
        await self.bot.recorder.record(
            commands.Declare(by="U0ALICE", title="logins fail", severity=severity, invite=("U0BOB",))
        )
        await self.work()

    async def do(self, command: commands.AnyCommand) -> None:
        """Record a person's command now."""
        await self.bot.recorder.record(command, 1)
        await self.work()

    async def work(self) -> None:
        """Let the bot do all work that is due."""
        await self.bot.work()

    async def pass_to(self, minute: float) -> None:
        """Move the clock to that minute after the start. The bot works whenever something is due."""
        until = TEN + timedelta(minutes=minute)
        while (due := await self.bot.store.outbox.next_due(self.clock.at)) is not None and due <= until:
            self.clock.at = max(due, self.clock.at)
            await self.work()
            if due <= self.clock.at and await self.bot.store.outbox.next_due(self.clock.at) == self.clock.at:
                self.clock.at += SECOND  # a retry that is due again at the same time
        self.clock.at = max(until, self.clock.at)
        await self.work()

    async def events(self, kind: type[Kind]) -> list[Kind]:
        """Return the incident's events of one type."""
        return [row.event for row in await self.bot.store.log.events(1) if isinstance(row.event, kind)]

    async def incident(self) -> Incident:
        """Return the current state of INC-1."""
        return await self.bot.recorder.load(1)

    async def posts(self) -> list[str]:
        """Return the bot's messages in the incident's channel."""
        channel = (await self.incident()).channel.id
        return [message.text for message in self.workspace.messages(channel) if message.bot]

    async def card(self) -> str:
        """Return all texts of the card."""
        channel, ts = (await self.incident()).messages["card"]
        (message,) = (message for message in self.workspace.messages(channel) if message.ts == ts)
        return str(message.blocks)


@asynccontextmanager
async def clocked(
    settings: Settings, clock: Anywhen | None = None, workspace: Workspace | None = None
) -> AsyncIterator[Clocked]:
    """Assemble a bot whose clock shows ten o'clock, with the given workspace or its own."""
    anywhen = clock or Anywhen()
    slack = workspace or Workspace(clock=anywhen.seconds)
    async with serve_app(slack.asgi) as slack_url:
        settings = replace(settings, slack_api_url=f"{slack_url}/api/")
        async with (
            assembled(settings, clock=anywhen.now, limiter=Limiter(clock=anywhen.seconds)) as bot,
            serve_app(bot.asgi) as url,
        ):
            await bot.store.outbox.release_leases()
            yield Clocked(bot=bot, workspace=slack, clock=anywhen, url=url)


def minutes(at: datetime | None) -> float | None:
    """Return the minutes from the start to a time."""
    return (at - TEN).total_seconds() / 60 if at else None
