"""Replays a story against a bot and a workspace, and moves their clock instead of waiting."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

import httpx

from bot.demo.login_monitor import notification
from bot.demo.story import Act, Story
from bot.domain.errors import ActionableError
from bot.workspace import Channel, Workspace

#: Makes the bot do everything that is due.
Work = Callable[[], Awaitable[None]]
#: Returns when the bot has something to do next, or None.
Due = Callable[[datetime], Awaitable[datetime | None]]
#: The smallest step of the clock, because work that is due now may wait for something else.
MIN_STEP = timedelta(seconds=1)


def incident_channel(workspace: Workspace) -> Channel | None:
    """Return the channel of the incident, once it has one."""
    return next((each for each in workspace.channels.values() if each.name.startswith("inc-")), None)


class StoryFailed(ActionableError):
    """The story could not be played; the message says where and why."""


class MovedClock:
    """A clock that stands still until it is moved or started."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._started_s: float | None = None

    def now(self) -> datetime:
        """Return the time in UTC."""
        if self._started_s is None:
            return self._now
        return self._now + timedelta(seconds=monotonic() - self._started_s)

    def seconds(self) -> float:
        """Return the time in seconds since 1970."""
        return self.now().timestamp()

    def move(self, to: datetime) -> None:
        """Move the clock forward to `to`; never back."""
        self._now = max(self._now, to)

    def start(self) -> None:
        """Let the clock run from now on."""
        self._started_s = monotonic()


@dataclass(frozen=True)
class Replay:
    """The replay of one story, for a bot at `url`."""

    story: Story
    clock: MovedClock
    workspace: Workspace
    url: str
    work: Work
    due: Due

    async def play(self, announce: Callable[[Act], None]) -> None:
        """Play all acts, and call `announce` for each. Raise StoryFailed if one fails."""
        async with httpx.AsyncClient(trust_env=False) as client:
            for act in self.story.acts:
                await self._wait(act.at)
                announce(act)
                await self._do(act, client)
                await self._settle()

    async def _wait(self, until: datetime) -> None:
        """Move the clock to `until`, and stop whenever the bot has something to do."""
        while (due := await self.due(self.clock.now())) and due < until:
            self.clock.move(max(due, self.clock.now() + MIN_STEP))
            await self._settle()
        self.clock.move(until)
        await self._settle()

    async def _settle(self) -> None:
        """Wait until the bot and the workspace have nothing left to do."""
        await self.work()
        await self.workspace.settled()
        await self.work()

    async def _do(self, act: Act, client: httpx.AsyncClient) -> None:
        match act.kind:
            case "alert" | "recovery":
                ends_at = act.at if act.kind == "recovery" else None
                body = notification(act.text, self.story.acts[0].at, ends_at, self.story.service)
                answer = await client.post(f"{self.url}/alerts/alertmanager", content=body)
                if answer.status_code != httpx.codes.ACCEPTED:
                    raise StoryFailed(f"{act.at:%H:%M}: the alert got the response {answer.status_code}.")
            case "message" | "marked":
                channel = await self._channel(act)
                ts = await self.workspace.say(act.person, channel.id, act.text)
                if act.kind == "marked":
                    await self.workspace.react(act.person, channel.id, ts, "pushpin")
            case "command":
                channel = await self._channel(act)
                answered = await self.workspace.command(act.person, channel.id, "/incident", act.text)
                if answered.status != httpx.codes.OK or answered.text:
                    raise StoryFailed(f"{act.at:%H:%M}: /incident {act.text[:40]} … : {answered.text}")

    async def _channel(self, act: Act) -> Channel:
        """Return the incident's channel, after the person has joined it."""
        channel = incident_channel(self.workspace)
        if channel is None:
            raise StoryFailed(f"{act.at:%H:%M}: the incident has no channel.")
        if act.person not in channel.members:
            await self.workspace.join(act.person, channel.id)
        return channel
