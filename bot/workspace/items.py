"""The pins.*, bookmarks.* and reactions.* methods."""

import re

from bot.workspace import changes
from bot.workspace.arguments import Arguments
from bot.workspace.conversations import joined, visible
from bot.workspace.errors import SlackError
from bot.workspace.people import APP_ID, BOT_USER_ID
from bot.workspace.state import Channel, Json, Message, State

BOOKMARKS_MAX = 100


def _message(channel: Channel, args: Arguments) -> Message:
    """Return the message the item arguments name."""
    timestamp = args.text("timestamp", "")
    if not timestamp:
        raise SlackError("no_item_specified")
    if not re.fullmatch(r"\d+\.\d{6}", timestamp):
        raise SlackError("bad_timestamp")
    return channel.message(timestamp)


def pin(state: State, args: Arguments) -> Json:
    """pins.add."""
    channel = joined(state, args)
    changes.pin(state, channel, _message(channel, args), BOT_USER_ID, is_pinned=True)
    return {}


def unpin(state: State, args: Arguments) -> Json:
    """pins.remove."""
    channel = joined(state, args)
    changes.pin(state, channel, _message(channel, args), BOT_USER_ID, is_pinned=False)
    return {}


def pins(state: State, args: Arguments) -> Json:
    """pins.list."""
    channel = visible(state, args)
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


def _bookmarked(state: State, args: Arguments) -> Channel:
    """Return the channel whose bookmarks are meant: bookmarks.* say channel_id."""
    return joined(state, Arguments({"channel": args.text("channel_id")}))


def add_bookmark(state: State, args: Arguments) -> Json:
    """bookmarks.add: links only."""
    channel = _bookmarked(state, args)
    if args.text("type") != "link":
        raise SlackError("invalid_bookmark_type")
    link = args.text("link", "")
    if not re.match(r"https?://[^\s/]+", link):
        raise SlackError("invalid_link")
    if len(channel.bookmarks) >= BOOKMARKS_MAX:
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
    state.show({"type": "channel", "channel": channel.id}, None)
    return {"bookmark": bookmark}


def bookmarks(state: State, args: Arguments) -> Json:
    """bookmarks.list."""
    return {"bookmarks": list(_bookmarked(state, args).bookmarks)}


def _emoji(args: Arguments) -> str:
    """Return an emoji name without colons."""
    name = args.text("name").strip(":")
    if not re.fullmatch(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?", name):
        raise SlackError("invalid_name")
    return name


def add_reaction(state: State, args: Arguments) -> Json:
    """reactions.add."""
    channel = joined(state, args)
    changes.react(state, channel, _message(channel, args), BOT_USER_ID, _emoji(args))
    return {}


def remove_reaction(state: State, args: Arguments) -> Json:
    """reactions.remove."""
    channel = joined(state, args)
    changes.unreact(state, channel, _message(channel, args), BOT_USER_ID, _emoji(args))
    return {}


def reactions(state: State, args: Arguments) -> Json:
    """reactions.get."""
    channel = visible(state, args)
    return {"type": "message", "channel": channel.id, "message": _message(channel, args).as_json()}
