"""The Slack app's manifest: the methods and events it uses, and the permissions they need."""

from collections.abc import Mapping
from typing import Any

#: Every Web API method we call, and the bot permissions it needs.
METHODS: Mapping[str, tuple[str, ...]] = {
    "apps.connections.open": (),  # with the app-level token, in Socket Mode
    "auth.test": (),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.create": ("channels:manage", "groups:write"),
    "conversations.history": ("channels:history", "groups:history", "im:history"),
    "conversations.info": ("channels:read", "groups:read"),
    "conversations.invite": ("channels:manage", "groups:write"),
    "conversations.join": ("channels:join",),
    "conversations.open": ("im:write",),
    "conversations.replies": ("channels:history", "groups:history"),
    "conversations.setTopic": ("channels:manage",),
    "files.completeUploadExternal": ("files:write",),
    "files.getUploadURLExternal": ("files:write",),
    "pins.add": ("pins:write",),
    "pins.list": ("pins:read",),
    "reactions.add": ("reactions:write",),
    "reactions.get": ("reactions:read",),
    "reactions.remove": ("reactions:write",),
    "users.conversations": ("channels:read", "groups:read"),
    "users.info": ("users:read",),
    "views.open": (),
}

#: Every event we listen to, and its permissions. `groups` is for channels that people make private.
EVENTS: Mapping[str, tuple[str, ...]] = {
    "channel_archive": ("channels:read",),
    "channel_deleted": ("channels:read",),
    "channel_left": ("channels:read",),
    "channel_unarchive": ("channels:read",),
    "group_archive": ("groups:read",),
    "group_deleted": ("groups:read",),
    "group_left": ("groups:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "pin_added": ("pins:read",),
    "pin_removed": ("pins:read",),
    "reaction_added": ("reactions:read",),
    "reaction_removed": ("reactions:read",),
}

#: The permission for the slash command.
COMMANDS = "commands"


def scopes() -> list[str]:
    """Return the permissions that the methods, the events and the slash command need."""
    needed = [scope for row in (*METHODS.values(), *EVENTS.values()) for scope in row]
    return sorted({COMMANDS, *needed})


def manifest(*, url: str | None, command: str = "/incident") -> dict[str, Any]:
    """Return the manifest for HTTP, where Slack posts everything to `url`, or for Socket Mode if it is None.

    Fields: docs.slack.dev/reference/app-manifest.
    """
    endpoint = {"request_url": url} if url else {}
    slash: dict[str, Any] = {
        "command": command,
        "description": "Declare and run an incident",
        "usage_hint": "new logins fail · note … · resolve … · help",
        "should_escape": True,
    }
    if url:
        slash["url"] = url
    return {
        "display_information": {
            "name": "Firstcheck",
            "description": "Runs incidents: opens the channel, follows the runbook and keeps the timeline",
        },
        "features": {
            "bot_user": {"display_name": "Firstcheck", "always_online": True},
            "slash_commands": [slash],
        },
        "oauth_config": {"scopes": {"bot": scopes()}},
        "settings": {
            "event_subscriptions": {**endpoint, "bot_events": sorted(EVENTS)},
            "interactivity": {"is_enabled": True, **endpoint},
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }
