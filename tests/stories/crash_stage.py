"""The stage of the crash stories: a workspace in this process, and a bot in one that is killed."""

import asyncio
import json
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bot.domain import events
from bot.domain.incident.incident import Incident
from bot.engine.record import Recorder
from bot.slack.incoming.http import PATH
from bot.store import Store, open_store
from bot.web.server import serve_app
from bot.workspace import Channel, Message, Workspace
from tests.ports import own_port
from tests.stage import NO_AUTHORITIES
from tests.stories.crash_bot import DIED

ROOT = Path(__file__).parents[2]
INCIDENTS = "C0INCIDENTS"
#: Text that differs between runs: times, durations, and the stamps of a document's parts.
MOMENTS = re.compile(
    r"<!date\^[^>]*>|[0-9a-f]{12}(?= -->)"
    r"|\d+:\d\d(:\d\d)?( [AP]M)?|((under a|\d+) (hours?|minutes?|seconds?|h|min)\b ?)+"
)


class Nursery:
    """The process that starts bots, one at a time. See crash_bot."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def start(self, order: dict[str, Any]) -> int:
        """Start a bot and return its process id."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps(order)}\n".encode())
        return await self._number()

    async def ended(self) -> int:
        """Return the exit code of the bot once it has ended."""
        return await self._number()

    async def _number(self) -> int:
        assert self._process.stdout is not None
        return int(await self._process.stdout.readline())


@asynccontextmanager
async def nursery() -> AsyncIterator[Nursery]:
    """Run a nursery until the block ends."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.stories.crash_bot", cwd=ROOT, stdin=PIPE, stdout=PIPE
    )
    try:
        yield Nursery(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


@dataclass(kw_only=True)
class CrashStage:
    """A workspace, and a bot that is restarted whenever it dies. Methods wait for what they look for."""

    workspace: Workspace
    store: Store
    recorder: Recorder
    client: httpx.AsyncClient
    url: str
    folder: Path
    #: The number of the story's incident.
    number: int = 1
    #: Whether people wait until the bot is idle before they continue.
    waits: bool = True
    patience_s: float = 20.0
    pid: int = 0
    deaths: int = 0
    #: Whether people no longer wait for the bot.
    over: bool = False

    @property
    def trace(self) -> Path:
        """Return the file with the steps."""
        return self.folder / "trace"

    def steps(self) -> list[str]:
        """Return the steps passed so far, over all lives of the bot."""
        return self.trace.read_text().splitlines() if self.trace.exists() else []

    async def until(self, what: str, look: Callable[[], Awaitable[Any]]) -> Any:
        """Call `look` until it returns something true, and return that. Raise AssertionError otherwise."""
        try:
            async with asyncio.timeout(self.patience_s):
                while not (found := await look()):
                    await asyncio.sleep(0.01)
                return found
        except TimeoutError as error:
            waiting = [
                (job.key, job.effect, job.attempts, job.error) for job in await self.store.outbox.jobs()
            ]
            raise AssertionError(f"Waited for {what} in vain; jobs: {waiting}") from error

    async def incident(self) -> Incident:
        """Return the incident from the log."""
        return await self.recorder.load(self.number)

    async def recorded_events(self) -> list[events.AnyEvent]:
        """Return the incident's events from the log."""
        return [recorded.event for recorded in await self.store.log.events(self.number)]

    async def quiet(self) -> None:
        """Wait until the bot is up and idle, and no event is on its way to it."""

        async def nothing_left() -> bool:
            await self.workspace.settled()
            delivered = len(self.workspace.deliveries)
            # The journal first: work moves from there to the jobs, and must not do so between the two reads.
            pending = await self.store.journal.pending()
            waiting = [job for job in await self.store.outbox.jobs() if job.effect.not_before is None]
            await self.workspace.settled()
            idle = not pending and not waiting and delivered == len(self.workspace.deliveries)
            return idle and await self.is_up()

        await self.until("quiet", nothing_left)

    async def is_up(self) -> bool:
        """Return whether the bot answers."""
        with suppress(httpx.TransportError):
            return (await self.client.get(f"{self.url}/healthz")).is_success
        return False

    async def insist(
        self, act: Callable[[], Awaitable[Any]], kind: type[events.AnyEvent], text: str = ""
    ) -> None:
        """Repeat `act` until the log has its event, like a person who gets no answer."""

        async def done() -> bool:
            await self.quiet() if self.waits else await self.until("the bot", self.is_up)
            await act()
            await self.quiet() if self.waits else None
            return any(
                isinstance(event, kind) and text in str(event) for event in await self.recorded_events()
            )

        await self.until(kind.__name__, done)

    async def channel(self) -> Channel:
        """Wait for the incident's channel and return it."""

        async def opened() -> Channel | None:
            return self.workspace.channels.get((await self.incident()).channel.id)

        found: Channel = await self.until("the channel", opened)
        return found

    def ours(self, channel: str) -> list[Message]:
        """Return the bot's own messages in a channel, without deleted ones and Slack's notices."""
        messages = self.workspace.messages(channel)
        return [
            message for message in messages if message.bot and not message.subtype and not message.deleted
        ]

    def timeless(self, text: str) -> str:
        """Return `text` without the parts that differ between runs or incidents.

        The status in a direct message is among them, because it depends on when the message was sent.
        """
        numberless = re.sub(
            rf"(?i)inc-{self.number}\b|<#C\d+>|(?<=: )sev\d, \w+(?=\. )",
            "…",
            text.replace(str(self.folder), "…"),
        )
        return MOMENTS.sub("…", numberless)


def environment(folder: Path, workspace: Workspace) -> dict[str, str]:
    """Write a configuration into `folder` and return the environment for a bot that runs there."""
    config = folder / "firstcheck.yaml"
    config.write_text("default_invite: [U0ALICE, U0BOB]\npostmortems: .\nalerts: {open: loopback}\n")
    return {
        "FIRSTCHECK_CONFIG": str(config),
        "FIRSTCHECK_DATABASE": f"sqlite:///{folder / 'firstcheck.db'}",
        "FIRSTCHECK_DIGEST_CHANNEL": INCIDENTS,
        "PORT": str(own_port()),
        "SLACK_BOT_TOKEN": "xoxb-local",
        "SLACK_SIGNING_SECRET": "local-signing-secret",
        "SLACK_API_URL": f"{workspace.url}/api/",
    }


@asynccontextmanager
async def set_up(
    folder: Path, retry_delays_s: tuple[float, ...]
) -> AsyncIterator[tuple[CrashStage, dict[str, str]]]:
    """Yield a stage whose bot is not running yet, and the environment to start it with."""
    folder.mkdir(parents=True)
    workspace = Workspace(retry_delays_s=retry_delays_s)
    async with (
        serve_app(workspace.asgi),
        httpx.AsyncClient(trust_env=False, verify=NO_AUTHORITIES) as client,
    ):
        variables = environment(folder, workspace)
        url = f"http://127.0.0.1:{variables['PORT']}"
        workspace.request_url = url + PATH
        store = await open_store(variables["FIRSTCHECK_DATABASE"])
        try:
            recorder = Recorder(store)
            yield (
                CrashStage(
                    workspace=workspace, store=store, recorder=recorder, client=client, url=url, folder=folder
                ),
                variables,
            )
        finally:
            await store.close()


@asynccontextmanager
async def crash_stage(
    bots: Nursery, folder: Path, die_at: frozenset[str], retry_delays_s: tuple[float, ...]
) -> AsyncIterator[CrashStage]:
    """Run a bot that dies at the steps `die_at`, which are counted over all its lives."""
    async with set_up(folder, retry_delays_s) as (stage, variables):
        order = {
            "environment": variables,
            "trace": str(stage.trace),
            "stderr": str(stage.folder / "stderr"),
            "die_at": sorted(die_at),
        }
        stage.pid = await bots.start(order)
        keeping = asyncio.create_task(_keep(bots, stage, order))
        try:
            yield stage
        finally:
            stage.over = True
            with suppress(ProcessLookupError):  # it may die as planned in this very moment
                os.kill(stage.pid, signal.SIGKILL)
            code = await keeping
        assert code in {-signal.SIGKILL, DIED}, (stage.folder / "stderr").read_text()


async def _keep(bots: Nursery, stage: CrashStage, order: dict[str, Any]) -> int:
    """Restart the bot each time it dies as planned, and return its last exit code."""
    while (code := await bots.ended()) == DIED and not stage.over:
        stage.deaths += 1
        stage.pid = await bots.start(order)
        if stage.over:
            os.kill(stage.pid, signal.SIGKILL)
    return code
