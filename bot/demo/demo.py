"""The demo: a guided outage on this machine, or the replay of a real one."""

import asyncio
import os
import secrets
import sys
import tempfile
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.app import Firstcheck, assembled, exit_requested
from bot.config.monitoring import OPEN_TO_LOOPBACK
from bot.config.settings import Service, Settings
from bot.demo.auth_service import AuthService
from bot.demo.guided import PACE_S, Guided
from bot.demo.replay import MovedClock, Replay
from bot.demo.stories import STACK_OUTAGE, STORIES
from bot.demo.story import Act
from bot.documents.drafting import gather
from bot.documents.render import duration
from bot.domain.errors import ActionableError
from bot.domain.vocabulary import Severity
from bot.engine.background import background
from bot.engine.record import utc_now
from bot.slack.api.rate_limits import Limiter
from bot.slack.incoming.http import PATH
from bot.web.server import serve_app
from bot.workspace import Workspace

#: Credentials of the local workspace only.
TOKEN, SECRET = "xoxb-local", "local-signing-secret"
DIGEST = "C0INCIDENTS"
ON_CALL = ("U0ALICE", "U0BOB")
#: The shortest time to the cause that the demo reports.
ONE_SECOND = timedelta(seconds=1)
#: Seconds that the demo has to clean up after a signal before it is cancelled.
CLEANUP_S = 2.0


class DemoFailed(ActionableError):
    """A part of the demo failed; the message says which."""


class Terminal(Console):
    """A console whose reader may close the pipe, as in `firstcheck demo | head`."""

    def on_broken_pipe(self) -> None:
        """Stop printing. By default Rich would exit, and Python would fail to flush the closed pipe."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@dataclass(frozen=True, kw_only=True)
class Demo:
    """The demo's options: the postmortem's folder, the page's port, and whether to exit at the end."""

    out: Path
    port: int
    once: bool
    console: Console

    async def run(self, story: str | None) -> None:
        """Replay a story, or run the guided outage if there is none, until its end or a signal.

        Raise DemoFailed or StoryFailed if it fails, and PortTaken if another program uses the port.

        """
        try:
            self.out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DemoFailed(
                f"Cannot write the postmortem to {self.out}: {error.strerror}."
                " Choose another folder with --out."
            ) from error
        ended = exit_requested()
        async with background(self.story(story, ended) if story else self.guided(ended)) as play:
            async with background(ended.wait()) as stopping:
                await asyncio.wait({play, stopping}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait({play}, timeout=CLEANUP_S)

    async def guided(self, ended: asyncio.Event) -> None:
        """Run the guided outage. Raise the same errors as `run`."""
        workspace, admin_token = Workspace(), secrets.token_urlsafe()
        auth = AuthService(clock=utc_now, admin_token=admin_token)
        with tempfile.TemporaryDirectory() as folder:
            async with serve_app(workspace.asgi, port=self.port) as page, serve_app(auth.asgi) as auth_url:
                self._print(f"Local Slack workspace: {page}")
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
                        tell=self._print,
                        pace_s=0.0 if self.once else PACE_S,
                    )
                    await self._play_guided(bot, guided, ended)

    async def _play_guided(self, bot: Firstcheck, guided: Guided, ended: asyncio.Event) -> None:
        async with background(bot.run()):
            await guided.play()
            incident = await bot.recorder.load(1)
            self._sum_up(guided.workspace, Path(incident.follow_up.postmortem_path))
            first = (await gather(bot.store, incident, bot.names)).steps[0]
            within = max(first.looked_after or ONE_SECOND, ONE_SECOND)
            self._fact(
                "Time to cause",
                f"{duration(within)} from the alert to the first step that found it; "
                f"{STACK_OUTAGE.minutes_to_cause} minutes in the original outage (here, a script responds)",
            )
            await self._stay(ended)

    async def story(self, name: str, ended: asyncio.Event) -> None:
        """Replay a story. Raise the same errors as `run`."""
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
                    await replay.play(self._print_act)
                    incident = await bot.recorder.load(1)
                    facts = await gather(bot.store, incident, bot.names)
                    refuted = round(facts.time_on_refuted.total_seconds() / 60)
                    self._sum_up(workspace, Path(incident.follow_up.postmortem_path))
                    self._fact(
                        "Minutes lost", f"{story.lost_minutes}, including {refuted} on refuted hypotheses"
                    )
                    clock.start()
                    async with background(bot.run()):
                        await self._stay(ended)

    def _settings(self, folder: Path, workspace_url: str, auth_url: str) -> Settings:
        auth = Service(
            owner="platform team",
            invite=ON_CALL,
            # A replay has no auth service to probe, so it uses a runbook without probes.
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
            alerts=OPEN_TO_LOOPBACK,
        )

    def _print(self, markup: str) -> None:
        self._line(f"{utc_now():%H:%M:%S}", Text.from_markup(markup))

    def _print_act(self, act: Act) -> None:
        text = act.text if len(act.text) < 100 else f"{act.text[:99]}…"
        self._line(f"{act.at:%H:%M}", Text(f"{act.kind}: {text}"))

    def _line(self, time: str, text: Text) -> None:
        """Print a time and a text, which is wrapped beside the time."""
        line = Table.grid(padding=(0, 2))
        line.add_row(Text(time, style="dim"), text)
        self.console.print(line)

    def _sum_up(self, workspace: Workspace, postmortem: Path) -> None:
        if not postmortem.is_file():
            raise DemoFailed(f"No postmortem was written to {postmortem}.")
        self.console.rule("Results")
        if not self.once:
            self._fact("Workspace", workspace.url)
        self._fact("Postmortem", str(postmortem))

    def _fact(self, name: str, value: str) -> None:
        self.console.print(f"{name:<16}{value}", highlight=False, markup=False, soft_wrap=True)

    async def _stay(self, ended: asyncio.Event) -> None:
        if not self.once:
            self.console.print("The workspace stays open so that you can try commands. Press Ctrl-C to stop.")
            await ended.wait()
