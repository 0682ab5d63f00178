"""Replays a story against a bot and a workspace, whose clock it moves instead of waiting."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from time import monotonic

import httpx

from bot.demo.login_monitor import notification
from bot.demo.story import Act, Story
from bot.domain.errors import ActionableError
from bot.workspace import Channel, Workspace

#: Has the bot do all that is due.
Work = Callable[[], Awaitable[None]]
#: Returns when the bot has something to do next, if it has.
Due = Callable[[datetime], Awaitable[datetime | None]]
#: What is due at once and not done waits for something else.
SHORTEST_WAIT = timedelta(seconds=1)


class StoryFailed(ActionableError):
    """The story could not be played; the message says at which act and why."""


class MovedClock:
    """A clock that stands still until it is moved, or started."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._started_s: float | None = None

    def now(self) -> datetime:
        """Return the time, in UTC."""
        if self._started_s is None:
            return self._now
        return self._now + timedelta(seconds=monotonic() - self._started_s)

    def seconds(self) -> float:
        """Return the time in seconds since 1970."""
        return self.now().timestamp()

    def move(self, to: datetime) -> None:
        """Move on; never back."""
        self._now = max(self._now, to)

    def start(self) -> None:
        """Go on by itself from here, as other clocks do."""
        self._started_s = monotonic()


class Replay:
    """One story on one bot."""

    def __init__(
        self, story: Story, clock: MovedClock, workspace: Workspace, url: str, work: Work, due: Due
    ) -> None:
        self._story = story
        self._clock = clock
        self._workspace = workspace
        self._url = url
        self._work = work
        self._due = due
        self._began = clock.now()

    async def play(self, told: Callable[[Act], None]) -> None:
        """Play all acts, and tell of each. Raises StoryFailed."""
        async with httpx.AsyncClient(trust_env=False) as client:
            for act in self._story.acts:
                await self._wait(act.at)
                told(act)
                await self._do(act, client)
                await self._settle()

    async def _wait(self, until: datetime) -> None:
        """Move the clock on, and stop on the way wherever the bot has something to do."""
        while (due := await self._due(self._clock.now())) and due < until:
            self._clock.move(max(due, self._clock.now() + SHORTEST_WAIT))
            await self._settle()
        self._clock.move(until)
        await self._settle()

    async def _settle(self) -> None:
        """Have the bot and the workspace exchange all they have to say."""
        await self._work()
        await self._workspace.settled()
        await self._work()

    async def _do(self, act: Act, client: httpx.AsyncClient) -> None:
        match act.kind:
            case "alert" | "recovery":
                ends_at = act.at if act.kind == "recovery" else None
                body = notification(act.text, self._began, ends_at)
                answer = await client.post(f"{self._url}/alerts/alertmanager", content=body)
                if answer.status_code != httpx.codes.ACCEPTED:
                    raise StoryFailed(f"{act.at:%H:%M}: the alert was answered with {answer.status_code}.")
            case "message" | "marked":
                channel = await self._channel(act)
                ts = await self._workspace.say(act.person, channel.id, act.text)
                if act.kind == "marked":
                    await self._workspace.react(act.person, channel.id, ts, "pushpin")
            case "command":
                channel = await self._channel(act)
                answered = await self._workspace.command(act.person, channel.id, "/incident", act.text)
                if answered.status != httpx.codes.OK or answered.text:
                    raise StoryFailed(f"{act.at:%H:%M}: /incident {act.text[:40]} … : {answered.text}")

    async def _channel(self, act: Act) -> Channel:
        """Return the incident's channel, which the person joins as people do."""
        channel = next((c for c in self._workspace.channels.values() if c.name.startswith("inc-")), None)
        if channel is None:
            raise StoryFailed(f"{act.at:%H:%M}: the incident has no channel.")
        if act.person not in channel.members:
            await self._workspace.join(act.person, channel.id)
        return channel
