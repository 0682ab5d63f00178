"""The manifest: what Slack is asked for is what is needed, and no more."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import assembled
from bot.config.settings import Settings
from bot.slack import manifest as m
from bot.slack.api.client import SlackClient
from bot.slack.incoming.channel_events import ChannelEvents

ROOT = Path(__file__).parents[2]
#: Slack's own schema and list of methods; stands beside the clone, also where CI runs.
SHARED = ROOT.parent / "shared" / "slack"
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="shared/slack does not stand beside the clone")

URL = "https://firstcheck.example/slack/events"
#: Called by Bolt for us, in Socket Mode.
BY_BOLT = {"apps.connections.open"}


def load(name: str) -> Any:
    """A file of Slack's."""
    return json.loads((SHARED / name).read_text())


def called() -> set[str]:
    """Every Web API method that our code for Slack names."""
    code = "\n".join(path.read_text() for path in sorted((ROOT / "bot" / "slack").rglob("*.py")))
    named = set(re.findall(r"[._](?:call|paginate|page)\(\s*\"([a-z]+\.[A-Za-z.]+)\"", code))
    through_client = {name.replace("_", ".") for name in re.findall(r"\bclient\.(\w+)\(", code)}
    return named | (through_client & set(load("methods.json")))


@needs_shared
@pytest.mark.parametrize("url", [URL, None])
def test_slack_takes_it(url: str | None) -> None:
    """Both manifests pass Slack's own schema."""
    jsonschema.validate(m.manifest(url=url), load("manifest.schema.json"))


def test_socket_mode_has_no_address() -> None:
    """Without a public address nothing of the manifest names one, and Socket Mode is on."""
    document = m.manifest(url=None)

    assert "url" not in json.dumps(document)
    assert True is document["settings"]["socket_mode_enabled"]


def test_everything_goes_to_one_address() -> None:
    """Commands, clicks and events are posted to the same place; Socket Mode is off."""
    document = m.manifest(url=URL, command="/outage")
    settings = document["settings"]

    assert ("/outage", URL) == tuple(document["features"]["slash_commands"][0][k] for k in ("command", "url"))
    assert [URL] * 2 == [settings[part]["request_url"] for part in ("event_subscriptions", "interactivity")]
    assert False is settings["socket_mode_enabled"]


def test_commands_arrive_escaped() -> None:
    """Mentions arrive as ids, and typed text cannot pass for one."""
    assert True is m.manifest(url=None)["features"]["slash_commands"][0]["should_escape"]


@needs_shared
def test_every_method_may_be_called() -> None:
    """The bot has a permission for each method we call, by Slack's own list."""
    methods = load("methods.json")
    asked = set(m.scopes())
    forbidden = {
        name
        for name in m.METHODS
        if methods[name]["bot_scopes_any_of"] and not asked & set(methods[name]["bot_scopes_any_of"])
    }

    assert set() == forbidden


@needs_shared
def test_our_reasons_are_slacks() -> None:
    """Each permission that we say a method needs is one that Slack says it takes."""
    methods = load("methods.json")

    assert [] == [
        (name, scope)
        for name, scopes in m.METHODS.items()
        for scope in scopes
        if scope not in methods[name]["bot_scopes_any_of"]
    ]


@needs_shared
def test_what_is_called_is_listed() -> None:
    """The list of methods is that of the code: none is missing, and none is asked for in vain."""
    assert set(m.METHODS) == called() | BY_BOLT


async def test_what_is_listened_to_is_taken(settings: Settings) -> None:
    """Slack is asked for the events somebody takes, and for no others."""
    async with assembled(settings) as bot:
        handlers = ChannelEvents(bot.recorder, SlackClient(AsyncWebClient())).handlers

    assert set(handlers) == {name.partition(".")[0] for name in m.EVENTS}


def test_each_permission_has_a_reason() -> None:
    """Nothing is asked of a workspace that no method, event or command needs."""
    needed = {scope for scopes in (*m.METHODS.values(), *m.EVENTS.values()) for scope in scopes}

    assert sorted({m.COMMANDS, *needed}) == m.manifest(url=None)["oauth_config"]["scopes"]["bot"]
