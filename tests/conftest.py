"""Fixtures for every test: settings, a local Slack workspace, and a running bot."""

import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from bot.cli.main import main
from bot.config.monitoring import OPEN_TO_LOOPBACK
from bot.config.settings import Settings
from bot.web.server import serve_app
from bot.workspace import Workspace
from tests.command_line import TRACE, Run, apart
from tests.stage import Stage, staged

# Speed is measured in bench/. A test must not fail because the machine is busy. CASES=100000 generates as
# many cases for each property, instead of 100.
hypothesis_settings.register_profile(
    "untimed", deadline=None, max_examples=int(os.environ.get("CASES", "100"))
)
hypothesis_settings.load_profile("untimed")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings that write only to the test's own folder. The stage adds Slack's address."""
    return Settings(
        database=f"sqlite:///{tmp_path / 'firstcheck.db'}",
        slack_bot_token="xoxb-local",
        slack_signing_secret="local-signing-secret",
        digest_channel="C0INCIDENTS",
        default_invite=("U0ALICE", "U0BOB"),
        postmortems=tmp_path / "postmortems",
        alerts=OPEN_TO_LOOPBACK,
    )


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    """Yield a workspace that is being served and retries events after short delays."""
    workspace = Workspace(retry_delays_s=(0, 0.2, 0.5))
    async with serve_app(workspace.asgi):
        yield workspace


@pytest.fixture
async def stage(workspace: Workspace, settings: Settings) -> AsyncIterator[Stage]:
    """Yield a workspace with a running bot."""
    async with staged(workspace, settings) as stage:
        yield stage


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs `firstcheck …` in an empty folder and returns its exit code and output."""
    monkeypatch.chdir(tmp_path)
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "FIRSTCHECK_DATABASE", "PORT"):
        monkeypatch.delenv(name, raising=False)

    def firstcheck(*words: str) -> tuple[int, str]:
        if "serve" in words:  # it changes the logging and signal handlers of its process
            return apart(tmp_path, *words)
        monkeypatch.setattr(sys, "argv", ["firstcheck", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        text = captured.out + captured.err
        assert TRACE not in text
        return int(ended.value.code or 0), text

    return firstcheck
