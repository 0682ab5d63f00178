"""`firstcheck check` asks Slack whether the configured tokens, permissions and channels work."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from bot.slack.manifest import scopes
from bot.web.server import serve_app
from bot.workspace import Workspace
from tests.command_line import Run

Checked = tuple[int, str]
Check = Callable[..., Checked]


@contextmanager
def served(workspace: Workspace) -> Iterator[str]:
    """Serve a workspace from a thread, because the command has its own event loop. Yield its URL."""
    ready, ended = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with serve_app(workspace.asgi):
            ready.set()
            await ended.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(10)
        yield workspace.url
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()
        loop.close()


@pytest.fixture
def check(run: Run, monkeypatch: pytest.MonkeyPatch) -> Check:
    """Return a function that checks a configuration against a workspace."""

    def checked(workspace: Workspace, *words: str, **environ: str) -> Checked:
        with served(workspace) as url:
            defaults = {"SLACK_BOT_TOKEN": "xoxb-local", "SLACK_APP_TOKEN": "xapp-local"}
            digest = {"FIRSTCHECK_DIGEST_CHANNEL": "#incidents", "SLACK_API_URL": f"{url}/api/"}
            for name, value in {**defaults, **digest, **environ}.items():
                monkeypatch.setenv(name, value)
            return run("check", *words)

    return checked


@pytest.mark.parametrize("channel", ["#incidents", "incidents", "C0INCIDENTS"])
def test_everything_works(check: Check, channel: str) -> None:
    """`check` names the team and confirms permissions, digest channel and Socket Mode."""
    code, output = check(Workspace(), FIRSTCHECK_DIGEST_CHANNEL=channel)

    assert 0 == code, output
    for part in (
        "in the team",
        "every permission in the manifest",
        "bot is in the channel",
        "opens a Socket",
    ):
        assert part in output


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-bogus"}, "Slack does not accept SLACK_BOT_TOKEN."),
        ({"SLACK_APP_TOKEN": "xapp-bogus"}, "Slack does not accept SLACK_APP_TOKEN."),
        ({"FIRSTCHECK_DIGEST_CHANNEL": "#nowhere"}, "the bot isn't in a channel nowhere (digest_channel)"),
        ({"FIRSTCHECK_DIGEST_CHANNEL": "C0NOWHERE"}, "the bot isn't in a channel C0NOWHERE (digest_channel)"),
    ],
)
def test_a_problem_is_named(check: Check, environ: dict[str, str], expected: str) -> None:
    """`check` says which token Slack refuses and which channel does not exist, and exits with 1."""
    code, output = check(Workspace(), **environ)

    assert (1, True) == (code, expected in output), output
    assert "Slack needs attention: 1 problem, see above." in output


def test_the_bot_is_not_in_the_digest_channel(check: Check) -> None:
    """`check` says that the bot is not a member of the digest channel, and how to invite it."""
    workspace = Workspace()
    workspace.channels["C0INCIDENTS"].members.remove("U0FIRSTCHECK")
    code, output = check(workspace, FIRSTCHECK_DIGEST_CHANNEL="C0INCIDENTS")

    assert (1, True) == (code, "is not a member of the channel C0INCIDENTS" in output), output
    assert "`/invite @Firstcheck`" in output


def test_permissions_are_missing(check: Check) -> None:
    """`check` lists the permissions that the manifest has and the token lacks."""
    granted = frozenset(scopes()) - {"pins:write", "reactions:read"}
    code, output = check(Workspace(scopes=granted))

    assert (1, True) == (code, "does not have these permissions: pins:write, reactions:read." in output), (
        output
    )


def test_slack_is_down(check: Check) -> None:
    """`check` says that Slack did not answer, and how to skip that part."""
    workspace = Workspace()
    workspace.faults.down = True
    code, output = check(workspace)

    assert (1, True) == (code, "firstcheck check --offline" in output), output


def test_offline_asks_nothing(check: Check) -> None:
    """`check --offline` makes no call to Slack."""
    workspace = Workspace()
    code, output = check(workspace, "--offline", SLACK_BOT_TOKEN="xoxb-bogus")

    assert (0, []) == (code, workspace.calls), output


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"SLACK_BOT_TOKEN": "xapp-1"}, "the app-level token — set it as SLACK_APP_TOKEN"),
        ({"SLACK_APP_TOKEN": "xoxb-1"}, "the bot token — set it as SLACK_BOT_TOKEN"),
        ({"SLACK_SIGNING_SECRET": "xoxb-1"}, "the bot token — set it as SLACK_BOT_TOKEN"),
        ({"SLACK_BOT_TOKEN": "xoxp-1"}, "a user token"),
    ],
)
def test_swapped_tokens(check: Check, environ: dict[str, str], expected: str) -> None:
    """`check` names a token that is in the place of another one."""
    code, output = check(Workspace(), **environ)

    assert (1, True) == (code, expected in output), output
