"""Fixtures: a served workspace with an app, and a browser that opens its page."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.web.server import serve_app
from bot.workspace import PEOPLE, Person, Workspace
from tests.workspace.bolt_app import serve
from tests.workspace_page.browser import CHROMIUM, Tab, start_browser

# Harmless as text. As HTML it would set `pwned`.
HOSTILE = """<img src=x onerror="pwned=1"><script>pwned=1</script>"""


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    """Serve a workspace in which one person has a hostile name."""
    workspace = Workspace(people=(*PEOPLE, Person(id="U0EVE", name="eve", real_name=HOSTILE)))
    async with serve_app(workspace.asgi):
        yield workspace


@pytest.fixture
async def app(workspace: Workspace) -> AsyncIterator[AsyncApp]:
    """Serve a Bolt app without listeners; tests add their own."""
    client = AsyncWebClient(token="xoxb-local", base_url=f"{workspace.url}/api/")
    bolt = AsyncApp(client=client, signing_secret="local-signing-secret")
    async with serve(bolt, workspace):
        yield bolt


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Tab]:
    """Start a browser, or skip the test if Chromium is not installed."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    async with start_browser(tmp_path / "profile") as browser:
        yield browser
