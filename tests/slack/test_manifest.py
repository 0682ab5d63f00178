"""The manifest asks for the permissions that the bot needs, and no others."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import assembled
from bot.config.settings import Settings
from bot.slack.api.client import SlackClient
from bot.slack.incoming.channel_events import ChannelEvents
from bot.slack.manifest import COMMANDS, EVENTS, METHODS, manifest, scopes

ROOT = Path(__file__).parents[2]
#: Slack's own schema and list of methods, in a folder beside the clone.
SHARED = ROOT.parent / "shared" / "slack"
needs_shared = pytest.mark.skipif(not SHARED.exists(), reason="shared/slack does not stand beside the clone")

URL = "https://firstcheck.example/slack/events"
#: Methods that Bolt calls in Socket Mode.
BY_BOLT = {"apps.connections.open"}
#: The first of the two methods that upload a file, which the SDK calls.
BY_THE_SDK = {"files.getUploadURLExternal"}


def load(name: str) -> Any:
    """Return a JSON file of Slack's specification."""
    return json.loads((SHARED / name).read_text())


def called() -> set[str]:
    """Return every Web API method that the code in bot/slack calls."""
    code = "\n".join(path.read_text() for path in sorted((ROOT / "bot" / "slack").rglob("*.py")))
    named = set(re.findall(r"[._](?:call|paginate|page|attempt)\(\s*\"([a-z]+\.[A-Za-z.]+)\"", code))
    through_client = {name.replace("_", ".") for name in re.findall(r"\bclient\.(\w+)\(", code)}
    return named | (through_client & set(load("methods.json")))


@needs_shared
@pytest.mark.parametrize("url", [URL, None])
def test_the_manifest_fits_slacks_schema(url: str | None) -> None:
    """Both manifests pass Slack's own schema."""
    jsonschema.validate(manifest(url=url), load("manifest.schema.json"))


def test_socket_mode_needs_no_url() -> None:
    """Without a URL the manifest has Socket Mode on and no address."""
    document = manifest(url=None)

    assert "url" not in json.dumps(document)
    assert True is document["settings"]["socket_mode_enabled"]


def test_http_mode_has_one_url() -> None:
    """With a URL, commands, clicks and events all go to it, and Socket Mode is off."""
    document = manifest(url=URL, command="/outage")
    settings = document["settings"]

    assert ("/outage", URL) == tuple(
        document["features"]["slash_commands"][0][key] for key in ("command", "url")
    )
    assert [URL] * 2 == [settings[part]["request_url"] for part in ("event_subscriptions", "interactivity")]
    assert False is settings["socket_mode_enabled"]


def test_commands_arrive_escaped() -> None:
    """Slack is asked to escape commands, so that typed text cannot pass for a mention."""
    assert True is manifest(url=None)["features"]["slash_commands"][0]["should_escape"]


@needs_shared
def test_every_method_has_a_permission() -> None:
    """The bot has a permission for each method it calls, according to Slack's documentation."""
    methods = load("methods.json")
    asked = set(scopes())
    forbidden = {
        name
        for name in METHODS
        if methods[name]["bot_scopes_any_of"] and not asked & set(methods[name]["bot_scopes_any_of"])
    }

    assert set() == forbidden


@needs_shared
def test_listed_permissions_fit_their_methods() -> None:
    """Slack documents each permission in METHODS for its method."""
    methods = load("methods.json")

    assert [] == [
        (name, scope)
        for name, needed in METHODS.items()
        for scope in needed
        if scope not in methods[name]["bot_scopes_any_of"]
    ]


@needs_shared
def test_methods_in_the_code_are_listed() -> None:
    """METHODS has exactly the methods that the code calls."""
    assert set(METHODS) == called() | BY_BOLT | BY_THE_SDK


async def test_every_event_has_a_handler(settings: Settings) -> None:
    """The manifest subscribes to exactly the events that have a handler."""
    async with assembled(settings) as bot:
        handlers = ChannelEvents(bot.recorder, SlackClient(AsyncWebClient())).handlers

    assert set(handlers) == {name.partition(".")[0] for name in EVENTS}


def test_each_permission_has_a_reason() -> None:
    """Each permission is needed by a method, an event or the slash command."""
    needed = {scope for row in (*METHODS.values(), *EVENTS.values()) for scope in row}

    assert sorted({COMMANDS, *needed}) == manifest(url=None)["oauth_config"]["scopes"]["bot"]
