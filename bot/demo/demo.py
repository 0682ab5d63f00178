"""The demo: an outage on this machine, with Firstcheck on duty or as it happened."""

import asyncio
import os
import secrets
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.app import Firstcheck, assembled, told_to_end
from bot.config.settings import Service, Settings
from bot.demo.auth_service import AuthService
from bot.demo.guided import PACE_S, Guided
from bot.demo.replay import MovedClock, Replay
from bot.demo.stack_outage import STACK_OUTAGE, STORIES
from bot.demo.story import Act
from bot.documents.drafting import gather
from bot.documents.render import duration
from bot.domain.errors import ActionableError
from bot.domain.vocabulary import Severity
from bot.engine.record import utc_now
from bot.slack.api.rate_limits import Limiter
from bot.slack.incoming.http import PATH
from bot.web.server import serve_app
from bot.workspace import Workspace

#: The local workspace's own; they open nothing else.
TOKEN, SECRET = "xoxb-local", "local-signing-secret"
DIGEST = "C0INCIDENTS"
ON_CALL = ("U0ALICE", "U0BOB")
#: What the clocks beside it cannot tell from nothing.
ONE_SECOND = timedelta(seconds=1)


class DemoFailed(ActionableError):
    """Part of the demo did not come out as it must; the message says which."""


class Terminal(Console):
    """Where the demo tells what happens; who reads may have gone, as in `firstcheck demo | head`."""

    def on_broken_pipe(self) -> None:
        """Say no more. Rich would end whatever task speaks, and Python complains of what it cannot flush."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@dataclass(frozen=True, kw_only=True)
class Demo:
    """How to run it: where the postmortem goes, on which port the page is, and whether to stay up."""

    out: Path
    port: int
    once: bool
    console: Console

    async def run(self, story: str | None) -> None:
        """Replay a story, or run the guided outage, until it is over or the process is told to end.

        Raises DemoFailed, StoryFailed and PortTaken.
        """
        try:
            self.out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            why = f"The postmortem cannot be written to {self.out}: {error.strerror}."
            raise DemoFailed(why) from error
        ended = told_to_end()
        playing = asyncio.create_task(self.story(story, ended) if story else self.guided(ended))
        stopping = asyncio.create_task(ended.wait())
        await asyncio.wait({playing, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        # It sees `ended` itself and gets a moment to put its things away.
        await asyncio.wait({playing}, timeout=2)
        playing.cancel()
        with suppress(asyncio.CancelledError):
            await playing

    async def guided(self, ended: asyncio.Event) -> None:
        """Run the outage with Firstcheck on duty. Raises DemoFailed and PortTaken."""
        workspace, admin_token = Workspace(), secrets.token_urlsafe()
        auth = AuthService(clock=utc_now, admin_token=admin_token)
        with tempfile.TemporaryDirectory() as folder:
            async with serve_app(workspace.asgi, port=self.port) as page, serve_app(auth.asgi) as auth_url:
                self._tell(f"A local Slack workspace stands at {page}")
                settings = self._settings(Path(folder), page, auth_url)
                async with assembled(settings) as bot, serve_app(bot.asgi) as url:
                    workspace.request_url = url + PATH
                    guided = Guided(
                        workspace=workspace,
                        auth=auth,
                        auth_url=auth_url,
                        admin_token=admin_token,
                        bot_url=url,
                        incident=partial(bot.recorder.load, 1),
                        tell=self._tell,
                        pace_s=0.0 if self.once else PACE_S,
                    )
                    await self._on_duty(bot, guided, ended)

    async def _on_duty(self, bot: Firstcheck, guided: Guided, ended: asyncio.Event) -> None:
        async with _working(bot):
            await guided.play()
            incident = await bot.recorder.load(1)
            self._sum_up(guided.workspace, Path(incident.follow_up.postmortem_path))
            first = (await gather(bot.store, incident, bot.names)).steps[0]
            within = max(first.looked_after or ONE_SECOND, ONE_SECOND)
            self._fact(
                "To the cause",
                f"{STACK_OUTAGE.minutes_to_cause} minutes in the outage as it happened; now the first step "
                f"saw it within {duration(within)} of the alert (the responder is a script)",
            )
            await self._stay(ended)

    async def story(self, name: str, ended: asyncio.Event) -> None:
        """Replay a story as it happened. Raises DemoFailed, StoryFailed and PortTaken."""
        story = STORIES[name]
        clock = MovedClock(story.acts[0].at)
        workspace = Workspace(clock=clock.seconds)
        with tempfile.TemporaryDirectory() as folder:
            async with serve_app(workspace.asgi, port=self.port) as page:
                settings = self._settings(Path(folder), page, "")
                ladders = {**settings.ladders, Severity.SEV1: story.ladder or settings.ladders[Severity.SEV1]}
                settings = replace(settings, ladders=ladders)
                limiter = Limiter(clock=clock.seconds)
                async with (
                    assembled(settings, clock=clock.now, limiter=limiter) as bot,
                    serve_app(bot.asgi) as url,
                ):
                    workspace.request_url = url + PATH
                    replay = Replay(story, clock, workspace, url, bot.work, bot.store.outbox.next_due)
                    await replay.play(self._tell_act)
                    incident = await bot.recorder.load(1)
                    known = await gather(bot.store, incident, bot.names)
                    refuted = round(known.time_on_refuted.total_seconds() / 60)
                    self._sum_up(workspace, Path(incident.follow_up.postmortem_path))
                    self._fact(
                        "Minutes lost", f"{story.lost_minutes}, of them {refuted} on refuted hypotheses"
                    )
                    clock.start()
                    async with _working(bot):
                        await self._stay(ended)

    def _settings(self, folder: Path, workspace_url: str, auth_url: str) -> Settings:
        auth = Service(
            owner="platform team",
            invite=ON_CALL,
            # Where no auth service runs no probe can look: the story walks a runbook without one.
            runbook="auth-outage" if auth_url else "general",
            links={"settings_url": f"{auth_url}/settings"} if auth_url else {},
        )
        return Settings(
            database=f"sqlite:///{folder / 'firstcheck.db'}",
            slack_bot_token=TOKEN,
            slack_signing_secret=SECRET,
            slack_api_url=f"{workspace_url}/api/",
            digest_channel=DIGEST,
            services={"auth": auth},
            allowed_hosts=(httpx.URL(auth_url).netloc.decode(),) if auth_url else (),
            postmortems=self.out,
        )

    def _tell(self, what: str) -> None:
        self._line(f"{utc_now():%H:%M:%S}", Text.from_markup(what))

    def _tell_act(self, act: Act) -> None:
        said = act.text if len(act.text) < 100 else f"{act.text[:99]}…"
        self._line(f"{act.at:%H:%M}", Text(f"{act.kind}: {said}"))

    def _line(self, when: str, what: Text) -> None:
        """Say what happens when; what does not fit beside the time goes on below, behind it."""
        line = Table.grid(padding=(0, 2))
        line.add_row(Text(when, style="dim"), what)
        self.console.print(line)

    def _sum_up(self, workspace: Workspace, postmortem: Path) -> None:
        if not postmortem.is_file():
            raise DemoFailed(f"There is no postmortem at {postmortem}.")
        self.console.rule("Where to look")
        if not self.once:
            self._fact("The workspace", workspace.url)
        self._fact("The postmortem", str(postmortem))

    def _fact(self, name: str, value: str) -> None:
        self.console.print(f"{name:<16}{value}", highlight=False, markup=False, soft_wrap=True)

    async def _stay(self, ended: asyncio.Event) -> None:
        if not self.once:
            self.console.print("It stays up to be played with; Ctrl-C ends it.")
            await ended.wait()


@asynccontextmanager
async def _working(bot: Firstcheck) -> AsyncIterator[None]:
    """Have the bot work until the block ends."""
    working = asyncio.create_task(bot.run())
    try:
        yield
    finally:
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
