"""A bot as a process of its own, a workspace in this one, and what an opening must leave in it."""

import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import httpx

from bot.slack.incoming.http import PATH
from bot.slack.manifest import EVENTS
from bot.web.server import serve_app
from bot.workspace import Channel, Workspace

T = TypeVar("T")
ROOT = Path(__file__).parents[1]
PEOPLE = ("U0ALICE", "U0BOB")
DIGEST = "C0INCIDENTS"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a bench takes place: the workspace, and a folder for the bot's database."""

    workspace: Workspace
    folder: Path
    client: httpx.AsyncClient

    @asynccontextmanager
    async def bot(self, database: str = "firstcheck.db") -> AsyncIterator["Bot"]:
        """Run `firstcheck serve` as its own process; a second one on the same database is a restart."""
        config = self.folder / "firstcheck.yaml"
        own = {"default_invite": PEOPLE, "postmortems": "postmortems", "alerts": {"open": "loopback"}}
        config.write_text(json.dumps(own))
        environment = {
            **os.environ,
            "FIRSTCHECK_DATABASE": f"sqlite:///{self.folder / database}",
            "FIRSTCHECK_CONFIG": str(config),
            "PORT": "0",
            "SLACK_API_URL": f"{self.workspace.url}/api/",
            "SLACK_BOT_TOKEN": "xoxb-local",
            "SLACK_SIGNING_SECRET": "local-signing-secret",
            "FIRSTCHECK_DIGEST_CHANNEL": DIGEST,
        }
        with (self.folder / "log").open("w+") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "serve", cwd=ROOT, env=environment, stderr=log
            )
            try:
                before = len(self.workspace.calls)
                url = await until(lambda: _address(log.name))
                self.workspace.request_url = url + PATH
                await until(lambda: len(self.workspace.calls) > before)
                yield Bot(place=self, url=url)
            finally:
                process.send_signal(signal.SIGTERM)
                await process.wait()


def _address(log: str) -> str:
    """Return where the bot says it listens, nothing as long as it does not say so."""
    lines = Path(log).read_text().splitlines()
    return next((line.split()[-1] for line in lines if "listening on" in line), "")


async def until(look: Callable[[], T]) -> T:
    """Return what `look` finds as soon as it finds something. Raises TimeoutError."""
    async with asyncio.timeout(30):
        while not (found := look()):  # noqa: ASYNC110 - what another process writes can only be polled
            await asyncio.sleep(0.01)
    return found


@dataclass(frozen=True, kw_only=True)
class Bot:
    """A bot at work."""

    place: Place
    url: str

    async def alert(self, name: str, severity: str = "sev1") -> float:
        """Post an alert that opens an incident of its own; returns when it was accepted."""
        body = {"title": name, "fingerprint": name, "severity": severity, "service": name}
        answer = await self.place.client.post(f"{self.url}/alerts/generic", json=body)
        accepted = time.monotonic()
        assert answer.status_code == 202, answer.text
        return accepted

    def channels(self, name: str) -> list[Channel]:
        """Return the channels of the incident of that name."""
        every = self.place.workspace.channels.values()
        return [channel for channel in every if channel.name.endswith(f"-{name}")]

    async def opened(self, name: str, within_s: float = 30.0) -> None:
        """Return once everything of an opening stands. Raises TimeoutError."""
        await self.place.workspace.until(lambda: not self.lacks(name), within_s=within_s)

    async def appeared(self, name: str) -> None:
        """Return once the incident has a channel. Raises TimeoutError."""
        await self.place.workspace.until(lambda: bool(self.channels(name)), within_s=30)

    def lacks(self, name: str) -> list[str]:
        """Return what is missing of an opening, or stands twice."""
        channels = self.channels(name)
        if len(channels) != 1:
            return [f"{len(channels)} channels"]
        channel = channels[0]
        said = [message for message in channel.messages if message.bot and not message.subtype]
        digest = self.place.workspace.messages(DIGEST)
        counts = {
            "messages": (2, len(said)),
            "pins": (1, len(channel.pins)),
            "invited": (len(PEOPLE), len(set(PEOPLE) & set(channel.members))),
            "topic": (1, int(bool(channel.topic))),
            "digest": (1, sum(channel.id in str(message.blocks) for message in digest)),
        }
        return [f"{what}: {count}" for what, (wanted, count) in counts.items() if wanted != count]

    def told(self, name: str) -> bool:
        """Whether the incident's people were told something directly."""
        directs = [self.place.workspace.channels.get(f"D{person[1:]}") for person in PEOPLE]
        return all(direct and any(f" {name}:" in said.text for said in direct.messages) for direct in directs)


@asynccontextmanager
async def place() -> AsyncIterator[Place]:
    """Give a bench a fresh workspace in this process and a folder."""
    workspace = Workspace(retry_delays_s=(0, 1, 2), events=frozenset(EVENTS))
    with tempfile.TemporaryDirectory() as folder:
        async with serve_app(workspace.asgi), httpx.AsyncClient(trust_env=False) as client:
            yield Place(workspace=workspace, folder=Path(folder), client=client)
