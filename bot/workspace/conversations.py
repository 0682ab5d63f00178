"""The conversations.* methods that change or describe channels."""

import re

from bot.workspace import changes
from bot.workspace.arguments import Arguments
from bot.workspace.errors import SlackError
from bot.workspace.pagination import page
from bot.workspace.people import BOT_USER_ID
from bot.workspace.state import Channel, Json, State

NAME_MAX, TOPIC_MAX, INVITE_MAX = 80, 250, 100
GENERAL = "C0GENERAL"


def visible(state: State, args: Arguments) -> Channel:
    """Return the channel asked for; a private one the bot is not in does not exist for it."""
    channel = state.channel(args.text("channel"))
    if channel.is_private and BOT_USER_ID not in channel.members and not channel.is_archived:
        raise SlackError("channel_not_found")
    return channel


def joined(state: State, args: Arguments) -> Channel:
    """Return the channel asked for, open and with the bot in it; raises is_archived, not_in_channel."""
    channel = visible(state, args)
    changes.require_open(channel)
    if BOT_USER_ID not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _shared(state: State, args: Arguments) -> Channel:
    """Return a joined channel that is no direct message."""
    channel = joined(state, args)
    if channel.is_im:
        raise SlackError("method_not_supported_for_channel_type")
    return channel


def checked_name(state: State, args: Arguments) -> str:
    """Return a channel name nobody has yet; raises Slack's invalid_name family or name_taken."""
    if not str(args.values.get("name") or ""):
        raise SlackError("invalid_name_required")
    name = args.text("name")
    if len(name) > NAME_MAX:
        raise SlackError("invalid_name_maxlength")
    if not re.search(r"[^\W_]", name):
        raise SlackError("invalid_name_punctuation")
    if not re.fullmatch(r"[a-z0-9_-]+", name):
        raise SlackError("invalid_name_specials")
    if name in state.names:
        raise SlackError("name_taken")
    return name


def create(state: State, args: Arguments) -> Json:
    """conversations.create: the bot becomes creator and member."""
    name = checked_name(state, args)
    channel = changes.open_channel(state, name, BOT_USER_ID, is_private=args.flag("is_private"))
    return {"channel": channel.as_json(state.clock())}


def rename(state: State, args: Arguments) -> Json:
    """conversations.rename: only the creator may."""
    channel = _shared(state, args)
    name = checked_name(state, args)
    if channel.creator != BOT_USER_ID:
        raise SlackError("not_authorized")
    changes.rename(state, channel, BOT_USER_ID, name)
    return {"channel": channel.as_json(state.clock())}


def _describe(state: State, args: Arguments, field: str) -> Json:
    """Set topic or purpose, both 250 characters at most."""
    channel = _shared(state, args)
    value = str(args.values.get(field) or "")
    if len(value) > TOPIC_MAX:
        raise SlackError("too_long")
    changes.describe(state, channel, BOT_USER_ID, field, value)
    return {"channel": channel.as_json(state.clock()), field: value}


def set_topic(state: State, args: Arguments) -> Json:
    """conversations.setTopic."""
    return _describe(state, args, "topic")


def set_purpose(state: State, args: Arguments) -> Json:
    """conversations.setPurpose."""
    return _describe(state, args, "purpose")


def _invitation_error(state: State, channel: Channel, user: str) -> str | None:
    """Return why somebody cannot be invited, or None."""
    if user == BOT_USER_ID:
        return "cant_invite_self"
    if user not in state.people:
        return "user_not_found"
    return "already_in_channel" if user in channel.members else None


def invite(state: State, args: Arguments) -> Json:
    """conversations.invite: all or nothing, unless `force` is set."""
    channel = _shared(state, args)
    users = args.names("users")
    if not users:
        raise SlackError("no_user")
    if len(users) > INVITE_MAX:
        raise SlackError("too_many_users")
    refused = {user: error for user in users if (error := _invitation_error(state, channel, user))}
    welcome = [user for user in users if user not in refused]
    errors = [{"user": user, "ok": False, "error": error} for user, error in refused.items()]
    if errors and not (args.flag("force") and welcome):
        raise SlackError(next(iter(refused.values())), errors=errors)
    for user in welcome:
        changes.join(state, channel, user, inviter=BOT_USER_ID)
    answer: Json = {"channel": channel.as_json(state.clock())}
    return answer | ({"errors": errors} if errors else {})


def kick(state: State, args: Arguments) -> Json:
    """conversations.kick."""
    channel = _shared(state, args)
    user = args.text("user")
    if user == BOT_USER_ID:
        raise SlackError("cant_kick_self")
    if channel.id == GENERAL:
        raise SlackError("cant_kick_from_general")
    if user not in channel.members:
        raise SlackError("not_in_channel" if user in state.people else "user_not_found")
    changes.leave(state, channel, user)
    return {}


def leave(state: State, args: Arguments) -> Json:
    """conversations.leave: leaving twice is no error."""
    channel = visible(state, args)
    changes.require_open(channel)
    if channel.id == GENERAL:
        raise SlackError("cant_leave_general")
    if BOT_USER_ID not in channel.members:
        return {"not_in_channel": True}
    changes.leave(state, channel, BOT_USER_ID)
    return {}


def join(state: State, args: Arguments) -> Json:
    """conversations.join: public channels only."""
    channel = visible(state, args)
    if channel.is_private or channel.is_im:
        raise SlackError("method_not_supported_for_channel_type")
    was_member = BOT_USER_ID in channel.members
    changes.join(state, channel, BOT_USER_ID)
    answer: Json = {"channel": channel.as_json(state.clock())}
    return answer | ({"warning": "already_in_channel"} if was_member else {})


def archive(state: State, args: Arguments) -> Json:
    """conversations.archive."""
    channel = visible(state, args)
    if channel.is_archived:
        raise SlackError("already_archived")
    if channel.id == GENERAL:
        raise SlackError("cant_archive_general")
    _shared(state, args)
    changes.set_archived(state, channel, BOT_USER_ID, is_archived=True)
    return {}


def unarchive(state: State, args: Arguments) -> Json:
    """conversations.unarchive: a bot is refused, because archiving took it out of the channel."""
    channel = visible(state, args)
    if not channel.is_archived:
        raise SlackError("not_archived")
    raise SlackError("not_in_channel")


def info(state: State, args: Arguments) -> Json:
    """conversations.info."""
    return {"channel": visible(state, args).as_json(state.clock())}


def listing(state: State, args: Arguments) -> Json:
    """conversations.list: public channels unless `types` asks for others."""
    return _listed(state, args, [channel for channel in state.channels.values() if _is_seen(channel)])


def of_bot(state: State, args: Arguments) -> Json:
    """users.conversations: those the bot is in."""
    return _listed(
        state, args, [channel for channel in state.channels.values() if BOT_USER_ID in channel.members]
    )


def _is_seen(channel: Channel) -> bool:
    """Whether the bot can see the channel: a public one, or one it is in."""
    return channel.kind == "channel" or BOT_USER_ID in channel.members


def _listed(state: State, args: Arguments, channels: list[Channel]) -> Json:
    """Return a page of those of the channels that `types` asks for."""
    kinds = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
    wanted = args.names("types") or ["public_channel"]
    if not set(wanted) <= set(kinds):
        raise SlackError("invalid_types")
    asked_for = {kinds[kind] for kind in wanted}
    found = [
        channel
        for channel in channels
        if channel.kind in asked_for and not (channel.is_archived and args.flag("exclude_archived"))
    ]
    chosen, paging = page(found, args)
    return {"channels": [channel.as_json(state.clock()) for channel in chosen], **paging}


def members(state: State, args: Arguments) -> Json:
    """conversations.members."""
    chosen, paging = page(visible(state, args).members, args)
    return {"members": chosen, **paging}


def open_direct(state: State, args: Arguments) -> Json:
    """conversations.open: direct messages with one person."""
    users = args.names("users")
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        raise SlackError("too_many_users")
    channel = state.direct_messages(users[0])
    return {"channel": channel.as_json(state.clock()) if args.flag("return_im") else {"id": channel.id}}
