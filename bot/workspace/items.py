"""The pins.*, bookmarks.* and reactions.* methods."""

import re

from bot.workspace import changes
from bot.workspace.arguments import Arguments
from bot.workspace.conversations import get_joined_channel, get_visible_channel
from bot.workspace.errors import SlackError
from bot.workspace.people import APP_ID, BOT_USER_ID
from bot.workspace.state import Channel, Json, Message, State

MAX_BOOKMARKS = 100


def _get_message(channel: Channel, args: Arguments) -> Message:
    """Return the message that the item arguments refer to."""
    timestamp = args.text("timestamp", "")
    if not timestamp:
        raise SlackError("no_item_specified")
    if not re.fullmatch(r"\d+\.\d{6}", timestamp):
        raise SlackError("bad_timestamp")
    return channel.message(timestamp)


def add_pin(state: State, args: Arguments) -> Json:
    """Perform pins.add."""
    channel = get_joined_channel(state, args)
    changes.set_pinned(state, channel, _get_message(channel, args), BOT_USER_ID, is_pinned=True)
    return {}


def remove_pin(state: State, args: Arguments) -> Json:
    """Perform pins.remove."""
    channel = get_joined_channel(state, args)
    changes.set_pinned(state, channel, _get_message(channel, args), BOT_USER_ID, is_pinned=False)
    return {}


def list_pins(state: State, args: Arguments) -> Json:
    """Perform pins.list."""
    channel = get_visible_channel(state, args)
    items = [
        {
            "type": "message",
            "channel": channel.id,
            "created": created,
            "message": channel.by_ts[ts].as_json(),
        }
        for ts, created in channel.pins.items()
    ]
    return {"items": items}


def _get_bookmarks_channel(state: State, args: Arguments) -> Channel:
    """Return the channel in `channel_id`, the argument name of the bookmarks methods."""
    return get_joined_channel(state, Arguments({"channel": args.text("channel_id")}))


def add_bookmark(state: State, args: Arguments) -> Json:
    """Perform bookmarks.add. Only links can be added."""
    channel = _get_bookmarks_channel(state, args)
    if args.text("type") != "link":
        raise SlackError("invalid_bookmark_type")
    link = args.text("link", "")
    if not re.match(r"https?://[^\s/]+", link):
        raise SlackError("invalid_link")
    if len(channel.bookmarks) >= MAX_BOOKMARKS:
        raise SlackError("too_many_bookmarks")
    now = int(state.clock())
    bookmark = {
        "id": state.next_id("Bk"),
        "channel_id": channel.id,
        "title": args.text("title"),
        "link": link,
        "emoji": args.text("emoji", ""),
        "type": "link",
        "date_created": now,
        "date_updated": now,
        "last_updated_by_user_id": BOT_USER_ID,
        "app_id": APP_ID,
    }
    channel.bookmarks.append(bookmark)
    state.notify_pages({"type": "channel", "channel": channel.id}, None)
    return {"bookmark": bookmark}


def list_bookmarks(state: State, args: Arguments) -> Json:
    """Perform bookmarks.list."""
    return {"bookmarks": list(_get_bookmarks_channel(state, args).bookmarks)}


def _parse_emoji_name(args: Arguments) -> str:
    """Return the emoji name without colons."""
    name = args.text("name").strip(":")
    if not re.fullmatch(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?", name):
        raise SlackError("invalid_name")
    return name


def add_reaction(state: State, args: Arguments) -> Json:
    """Perform reactions.add."""
    channel = get_joined_channel(state, args)
    changes.add_reaction(state, channel, _get_message(channel, args), BOT_USER_ID, _parse_emoji_name(args))
    return {}


def remove_reaction(state: State, args: Arguments) -> Json:
    """Perform reactions.remove."""
    channel = get_joined_channel(state, args)
    changes.remove_reaction(state, channel, _get_message(channel, args), BOT_USER_ID, _parse_emoji_name(args))
    return {}


def get_reactions(state: State, args: Arguments) -> Json:
    """Perform reactions.get."""
    channel = get_visible_channel(state, args)
    return {"type": "message", "channel": channel.id, "message": _get_message(channel, args).as_json()}
